/// Makes a GGUF file, version 3, of float32 tensors: entry by entry, tensor by tensor.
///
/// Nothing is checked; that is the reader's business.
/// Source: github.com/ggml-org/ggml/blob/master/docs/gguf.md.
package struct GGUFWriter {
    private var entries: [UInt8] = []
    private var entryCount = 0
    private var described: [UInt8] = []
    private var tensorCount = 0
    private var data: [UInt8] = []
    private static let alignment = 32

    package init() {}

    package mutating func text(_ name: String, _ text: String) {
        begin(name, type: 8)
        Self.text(text, &entries)
    }

    package mutating func integer(_ name: String, _ number: Int) {
        begin(name, type: 4)
        Self.number(UInt32(number), &entries)
    }

    package mutating func real(_ name: String, _ number: Float) {
        begin(name, type: 6)
        Self.number(number.bitPattern, &entries)
    }

    package mutating func truth(_ name: String, _ truth: Bool) {
        begin(name, type: 7)
        entries.append(truth ? 1 : 0)
    }

    package mutating func texts(_ name: String, _ texts: [String]) {
        begin(name, type: 9)
        Self.number(UInt32(8), &entries)
        Self.number(UInt64(texts.count), &entries)
        for text in texts { Self.text(text, &entries) }
    }

    package mutating func integers(_ name: String, _ numbers: [Int32]) {
        begin(name, type: 9)
        Self.number(UInt32(5), &entries)
        Self.number(UInt64(numbers.count), &entries)
        for number in numbers { Self.number(number, &entries) }
    }

    /// `shape` as elsewhere: rows first. The file has the sizes the other way round.
    package mutating func tensor(_ name: String, _ shape: [Int], _ numbers: [Float]) {
        Self.text(name, &described)
        Self.number(UInt32(shape.count), &described)
        for size in shape.reversed() { Self.number(UInt64(size), &described) }
        Self.number(UInt32(0), &described)
        Self.number(UInt64(data.count), &described)
        for number in numbers { Self.number(number.bitPattern, &data) }
        Self.pad(&data)
        tensorCount += 1
    }

    package func bytes() -> [UInt8] {
        var file = Array("GGUF".utf8)
        Self.number(UInt32(3), &file)
        Self.number(UInt64(tensorCount), &file)
        Self.number(UInt64(entryCount), &file)
        file += entries
        file += described
        Self.pad(&file)
        return file + data
    }

    private mutating func begin(_ name: String, type: UInt32) {
        Self.text(name, &entries)
        Self.number(type, &entries)
        entryCount += 1
    }

    private static func number(_ number: some FixedWidthInteger, _ bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
    }

    private static func text(_ text: String, _ bytes: inout [UInt8]) {
        number(UInt64(text.utf8.count), &bytes)
        bytes += text.utf8
    }

    private static func pad(_ bytes: inout [UInt8]) {
        let rest = bytes.count % alignment
        if rest > 0 { bytes += Array(repeating: 0, count: alignment - rest) }
    }
}
