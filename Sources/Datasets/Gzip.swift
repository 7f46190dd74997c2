/// Files compressed as a whole, such as `model.onnx.gz`.
package enum Gzip {
    /// Whether these are the first bytes of a gzip file.
    package static func recognises(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.count >= 18 && bytes[0] == 0x1F && bytes[1] == 0x8B
    }

    /// Decompresses a gzip file to at most `limit` bytes. Throws if there is more, or if the file is damaged.
    package static func decompress(_ bytes: UnsafeRawBufferPointer, limit: Int) throws(DatasetError) -> [UInt8] {
        guard recognises(bytes) else { throw DatasetError("not a gzip file") }
        // The last four bytes are the size modulo 2^32: a hint, never believed.
        let size = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: bytes.count - 4, as: UInt32.self))
        let slack = bytes.count.multipliedReportingOverflow(by: 1032).partialValue
        return try inflate(bytes, .gzip, expected: min(Int(size), slack), limit: limit)
    }

    package static func decompress(_ bytes: [UInt8], limit: Int) throws(DatasetError) -> [UInt8] {
        let result: Result<[UInt8], DatasetError> = bytes.withUnsafeBytes { bytes in
            Result { () throws(DatasetError) in try decompress(bytes, limit: limit) }
        }
        return try result.get()
    }
}
