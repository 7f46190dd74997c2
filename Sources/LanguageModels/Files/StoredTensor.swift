import Kernels

/// A tensor in a file: where its bytes are. Valid while the file's bytes are.
package struct StoredTensor {
    package let name: String
    package let format: WeightFormat
    /// Sizes, the innermost last.
    package let shape: [Int]
    package let bytes: UnsafeRawBufferPointer

    /// Throws where the bytes that `shape` needs are not all there.
    init(
        name: String, format: WeightFormat, shape: [Int], in data: UnsafeRawBufferPointer, at offset: UInt64
    ) throws(LanguageModelError) {
        let columns = shape.last ?? 1
        guard columns % format.block == 0 else {
            throw LanguageModelError("tensor `\(name)`: rows of \(columns) are no whole blocks of \(format.rawValue)")
        }
        var count = 1
        for size in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: size)
            guard !overflow else { throw LanguageModelError("tensor `\(name)`: \(shape) is too large") }
            count = product
        }
        let (size, overflow) = (count / format.block).multipliedReportingOverflow(by: format.blockBytes)
        guard !overflow, offset <= UInt64(data.count), size <= data.count - Int(offset) else {
            throw LanguageModelError("tensor `\(name)`: its numbers lie beyond the end of the file")
        }
        (self.name, self.format, self.shape) = (name, format, shape)
        bytes = UnsafeRawBufferPointer(rebasing: data[Int(offset)..<Int(offset) + size])
    }

    package var count: Int { shape.reduce(1, *) }
    package var columns: Int { shape.last ?? 1 }
    package var rows: Int { columns == 0 ? 0 : count / columns }
    package var rowBytes: Int { columns / format.block * format.blockBytes }

    /// All numbers as floats, row-major.
    package func floats() -> [Float] {
        guard count > 0, let base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return [] }
        return [Float](unsafeUninitializedCapacity: count) { buffer, filled in
            for row in 0..<rows {
                gs_weight_row(format.kernel, columns, base + row * rowBytes, buffer.baseAddress! + row * columns)
            }
            filled = count
        }
    }
}
