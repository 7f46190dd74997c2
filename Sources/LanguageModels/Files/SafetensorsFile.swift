import Datasets

/// A safetensors file: named tensors of plain numbers.
///
/// The header is JSON of at most 100 MB; offsets are checked, each against its tensor's size. Tensors of other numbers than
/// float32, float16 and bfloat16 are passed over: where one is needed, it is missing. Source: huggingface.co/docs/safetensors.
package struct SafetensorsFile {
    package let tensors: [String: StoredTensor]

    private static let longestHeader = 100 << 20

    package init(_ bytes: UnsafeRawBufferPointer) throws(LanguageModelError) {
        var cursor = ByteCursor(bytes)
        let size = try cursor.count("bytes of the header", atMost: Self.longestHeader)
        let header = UnsafeRawBufferPointer(rebasing: bytes[try cursor.skip(size)])
        let data = UnsafeRawBufferPointer(rebasing: bytes[cursor.position...])
        let described: JsonValue
        do { described = try JsonValue(header) } catch { throw LanguageModelError("the header: \(error)") }
        guard case .object(let members) = described else { throw LanguageModelError("the header is no JSON object") }
        var tensors: [String: StoredTensor] = [:]
        for (key, member) in members where key.text != "__metadata__" {
            tensors[key.text] = try Self.tensor(key.text, member, data)
        }
        self.tensors = tensors
    }

    private static func tensor(
        _ name: String, _ member: JsonValue, _ data: UnsafeRawBufferPointer
    ) throws(LanguageModelError) -> StoredTensor? {
        guard let type = member["dtype"]?.textValue, let shape = member["shape"]?.wholeNumbers,
            let offsets = member["data_offsets"]?.wholeNumbers, offsets.count == 2, shape.count <= 8,
            offsets[0] >= 0, offsets[0] <= offsets[1], offsets[1] <= data.count, shape.allSatisfy({ $0 >= 0 })
        else {
            throw LanguageModelError("tensor `\(name)` is not described as safetensors does, or lies beyond the end")
        }
        guard let format = WeightFormat(rawValue: type), format.block == 1 else { return nil }
        let part = UnsafeRawBufferPointer(rebasing: data[offsets[0]..<offsets[1]])
        let tensor = try StoredTensor(name: name, format: format, shape: shape, in: part, at: 0)
        guard tensor.bytes.count == part.count else {
            throw LanguageModelError("tensor `\(name)`: \(part.count) bytes are not what its shape takes")
        }
        return tensor
    }
}
