import Kernels

/// A tensor in a file: where its bytes are. Valid while the file's bytes are.
package struct StoredTensor {
    package let name: String
    package let format: WeightFormat
    /// Sizes, the innermost last.
    package let shape: [Int]
    package let bytes: UnsafeRawBufferPointer
    /// Whether it lies column after column: of plain numbers and two dimensions.
    private(set) var isTransposed = false

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

    private init(transposing other: StoredTensor) {
        (name, format, shape) = (other.name, other.format, other.shape.reversed())
        (bytes, isTransposed) = (other.bytes, true)
    }

    /// The same numbers, rows as columns.
    func transposed() throws(LanguageModelError) -> StoredTensor {
        guard shape.count == 2, format.block == 1, !isTransposed else {
            throw LanguageModelError("tensor `\(name)` is no matrix of plain numbers")
        }
        return StoredTensor(transposing: self)
    }

    package var count: Int { shape.reduce(1, *) }
    package var columns: Int { shape.last ?? 1 }
    package var rows: Int { columns == 0 ? 0 : count / columns }
    package var rowBytes: Int { columns / format.block * format.blockBytes }

    /// Where a row is; nil where its numbers are not adjacent.
    func start(ofRow row: Int) -> UnsafePointer<UInt8>? {
        isTransposed ? nil : bytes.baseAddress.map { $0.assumingMemoryBound(to: UInt8.self) + row * rowBytes }
    }

    /// Copies `rowBytes` bytes.
    func copy(row: Int, to out: UnsafeMutablePointer<UInt8>) {
        if let start = start(ofRow: row) { return out.update(from: start, count: rowBytes) }
        guard let base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
        let (size, step) = (format.blockBytes, rows * format.blockBytes)
        for column in 0..<columns { (out + column * size).update(from: base + column * step + row * size, count: size) }
    }

    /// All numbers as floats, row-major.
    package func floats() -> [Float] {
        guard count > 0 else { return [] }
        return [Float](unsafeUninitializedCapacity: count) { buffer, filled in
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: rowBytes) { row in
                for index in 0..<rows {
                    copy(row: index, to: row.baseAddress!)
                    gs_weight_row(format.kernel, columns, row.baseAddress!, buffer.baseAddress! + index * columns)
                }
            }
            filled = count
        }
    }
}
