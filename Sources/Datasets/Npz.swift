import Tensors

/// numpy's .npz: a .zip of .npy files, one per array.
extension Dataset {
    /// The contents of all entries may be at most eight times the file and 6 MB beside it: enough for real data, and too
    /// little for a bomb.
    init(npz bytes: UnsafeRawBufferPointer) throws(DatasetError) {
        let archive = try ZipArchive(bytes)
        var left = UInt64(bytes.count) * 8 + 6 << 20
        var columns: [Column] = []
        for entry in archive.entries where !entry.name.hasSuffix("/") {
            do throws(DatasetError) {
                guard entry.name.hasSuffix(".npy") else { throw DatasetError("it is not a .npy file") }
                guard entry.size <= left else {
                    throw DatasetError("its \(entry.size) bytes are too many for a file of \(bytes.count)")
                }
                left -= entry.size
                let tensor = try archive.withContents(of: entry) { contents throws(DatasetError) in
                    try NumpyArray.read(contents)
                }
                columns.append(Column(String(entry.name.dropLast(4)), tensor))
            } catch {
                throw error.inside("entry `\(entry.name)`")
            }
        }
        try self.init(columns)
    }

    /// The columns as an uncompressed .npz file, the same bytes each time. Throws if it would exceed 4 GB.
    package func npz() throws(DatasetError) -> [UInt8] {
        guard columns.count <= UInt16.max else { throw DatasetError("\(columns.count) columns are too many") }
        var (file, directory) = ([UInt8](), [UInt8]())
        for column in columns {
            let contents = NumpyArray.write(column.tensor)
            let name = Array((column.name + ".npy").utf8)
            guard file.count + contents.count < 1 << 32 - 1 << 18, name.count <= UInt16.max else {
                throw DatasetError("it does not fit a file of 4 GB", in: "column `\(column.name.prefix(40))`")
            }
            let common = Self.commonHeader(name, contents)
            directory += Self.little(0x0201_4B50 as UInt32) + [20, 3] + common
            directory += [UInt8](repeating: 0, count: 6) + Self.little(0o100644 << 16 as UInt32)
            directory += Self.little(UInt32(file.count)) + name
            file += Self.little(0x0403_4B50 as UInt32) + common + name + contents
        }
        let counts = Self.little(UInt16(columns.count)) + Self.little(UInt16(columns.count))
        let end = counts + Self.little(UInt32(directory.count)) + Self.little(UInt32(file.count)) + [0, 0]
        return file + directory + Self.little(0x0605_4B50 as UInt32) + [0, 0, 0, 0] + end
    }

    /// What local header and directory share: version, flags (names are UTF-8), method, the first of January 1980,
    /// checksum, sizes, length of the name, no extra field.
    private static func commonHeader(_ name: [UInt8], _ contents: [UInt8]) -> [UInt8] {
        let size = little(UInt32(contents.count))
        let checksum = little(contents.withUnsafeBytes(crc))
        let date = little(0 as UInt16) + little(0x21 as UInt16)
        return [20, 0, 0, 8, 0, 0] + date + checksum + size + size + little(UInt16(name.count)) + [0, 0]
    }

    private static func little<Word: FixedWidthInteger>(_ word: Word) -> [UInt8] {
        withUnsafeBytes(of: word.littleEndian) { Array($0) }
    }
}
