import CZlib

/// The directory of a .zip file, and the contents of its entries: stored or deflated, zip64 included.
///
/// Everything the file says is checked against where its bytes end; checksums are checked. Encrypted and split archives
/// and other compression methods are refused. Source: PKWARE APPNOTE 6.3.
struct ZipArchive {
    struct Entry {
        let name: String
        fileprivate let method: UInt16
        fileprivate let flags: UInt16
        fileprivate let checksum: UInt32
        fileprivate let packedSize: UInt64
        let size: UInt64
        fileprivate let offset: UInt64
    }

    let entries: [Entry]
    private let bytes: ByteReader

    init(_ buffer: UnsafeRawBufferPointer) throws(DatasetError) {
        bytes = ByteReader(buffer)
        let directory = try ZipDirectory(bytes)
        var entries: [Entry] = []
        var position = directory.offset
        for _ in 0..<directory.count {
            let (entry, next) = try Entry.read(bytes, at: position)
            entries.append(entry)
            position = next
        }
        self.entries = entries
    }

    /// Runs `body` on the contents of an entry.
    func withContents<Result>(
        of entry: Entry, _ body: (UnsafeRawBufferPointer) throws(DatasetError) -> Result
    ) throws(DatasetError) -> Result {
        guard entry.flags & 1 == 0 else { throw DatasetError("it is encrypted") }
        let header = try bytes.slice(entry.offset, 30)
        guard try header.uint32(0) == 0x0403_4B50 else { throw .damagedArchive }
        let extra = UInt64(try header.uint16(26)) + UInt64(try header.uint16(28))
        let (start, overflow) = (entry.offset + 30).addingReportingOverflow(extra)
        guard !overflow else { throw .damagedArchive }
        let packed = try bytes.slice(start, entry.packedSize).buffer
        switch entry.method {
        case 0:
            guard entry.packedSize == entry.size else { throw .damagedArchive }
            try entry.check(packed)
            return try body(packed)
        case 8:
            guard let size = Int(exactly: entry.size) else { throw .damagedArchive }
            let contents = try inflate(packed, .none, expected: size, limit: size)
            guard contents.count == size else { throw .damagedArchive }
            return try contents.withBytes { contents throws(DatasetError) in
                try entry.check(contents)
                return try body(contents)
            }
        case let method: throw DatasetError("compression method \(method) is not supported; stored and deflated are")
        }
    }
}

extension [UInt8] {
    fileprivate func withBytes<Value>(
        _ body: (UnsafeRawBufferPointer) throws(DatasetError) -> Value
    ) throws(DatasetError) -> Value {
        let result: Result<Value, DatasetError> = withUnsafeBytes { bytes in
            Result { () throws(DatasetError) in try body(bytes) }
        }
        return try result.get()
    }
}

extension ZipArchive.Entry {
    /// One entry of the central directory, and where the next one begins.
    fileprivate static func read(_ bytes: ByteReader, at position: UInt64) throws(DatasetError) -> (Self, UInt64) {
        let fixed = try bytes.slice(position, 46)
        guard try fixed.uint32(0) == 0x0201_4B50 else { throw .damagedArchive }
        let nameSize = UInt64(try fixed.uint16(28))
        let extraSize = UInt64(try fixed.uint16(30))
        let name = try bytes.slice(position + 46, nameSize)
        var wide = try WideFields(bytes.slice(position + 46 + nameSize, extraSize))
        // zip64 replaces what does not fit in this order: size, packed size, offset.
        let size = try wide.value(fixed.uint32(24))
        let packedSize = try wide.value(fixed.uint32(20))
        let offset = try wide.value(fixed.uint32(42))
        let entry = Self(
            name: String(decoding: name.buffer, as: UTF8.self), method: try fixed.uint16(10),
            flags: try fixed.uint16(8), checksum: try fixed.uint32(16), packedSize: packedSize, size: size,
            offset: offset)
        return (entry, position + 46 + nameSize + extraSize + UInt64(try fixed.uint16(32)))
    }

    fileprivate func check(_ contents: UnsafeRawBufferPointer) throws(DatasetError) {
        guard crc(contents) == checksum else { throw DatasetError("its checksum is wrong: the file is damaged") }
    }
}

/// The CRC-32 of zip files.
func crc(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    UInt32(truncatingIfNeeded: crc32_z(0, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count))
}

/// Where the central directory is, from the record at the end of the file.
private struct ZipDirectory {
    let offset: UInt64
    let count: UInt64

    init(_ bytes: ByteReader) throws(DatasetError) {
        guard let end = bytes.lastIndex(of: 0x0605_4B50, within: 1 << 16 + 22) else {
            throw DatasetError("not a .zip file, or cut off")
        }
        let record = try bytes.slice(end, 22)
        let (count, offset) = (UInt64(try record.uint16(10)), UInt64(try record.uint32(16)))
        guard count == 0xFFFF || offset == 0xFFFF_FFFF, end >= 20,
            try bytes.slice(end - 20, 4).uint32(0) == 0x0706_4B50
        else {
            (self.offset, self.count) = (offset, count)
            return
        }
        let wide = try bytes.slice(bytes.slice(end - 20, 20).uint64(8), 56)
        guard try wide.uint32(0) == 0x0606_4B50 else { throw .damagedArchive }
        (self.offset, self.count) = (try wide.uint64(48), try wide.uint64(32))
    }
}

/// The zip64 fields of an entry, taken one by one in place of numbers that say they are too large.
private struct WideFields {
    private var rest: ByteReader?

    init(_ extra: ByteReader) throws(DatasetError) {
        var position: UInt64 = 0
        while position + 4 <= extra.count {
            let size = UInt64(try extra.uint16(position + 2))
            if try extra.uint16(position) == 1 {
                rest = try extra.slice(position + 4, size)
                return
            }
            position += 4 + size
        }
    }

    mutating func value(_ narrow: UInt32) throws(DatasetError) -> UInt64 {
        guard narrow == 0xFFFF_FFFF, let fields = rest else { return UInt64(narrow) }
        let value = try fields.uint64(0)
        rest = try fields.slice(8, fields.count - 8)
        return value
    }
}

/// Little-endian numbers at checked places.
private struct ByteReader {
    let buffer: UnsafeRawBufferPointer

    init(_ buffer: UnsafeRawBufferPointer) { self.buffer = buffer }

    var count: UInt64 { UInt64(buffer.count) }

    func slice(_ offset: UInt64, _ size: UInt64) throws(DatasetError) -> ByteReader {
        guard offset <= count, size <= count - offset else { throw .damagedArchive }
        return ByteReader(UnsafeRawBufferPointer(rebasing: buffer[Int(offset)..<Int(offset + size)]))
    }

    func uint16(_ offset: UInt64) throws(DatasetError) -> UInt16 {
        UInt16(littleEndian: try slice(offset, 2).buffer.loadUnaligned(as: UInt16.self))
    }

    func uint32(_ offset: UInt64) throws(DatasetError) -> UInt32 {
        UInt32(littleEndian: try slice(offset, 4).buffer.loadUnaligned(as: UInt32.self))
    }

    func uint64(_ offset: UInt64) throws(DatasetError) -> UInt64 {
        UInt64(littleEndian: try slice(offset, 8).buffer.loadUnaligned(as: UInt64.self))
    }

    /// Where four bytes stand for the last time, among the last `reach` bytes.
    func lastIndex(of mark: UInt32, within reach: Int) -> UInt64? {
        guard buffer.count >= 22 else { return nil }
        let last = buffer.count - 22
        for offset in stride(from: last, through: max(0, buffer.count - reach), by: -1) {
            let word = buffer.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
            if UInt32(littleEndian: word) == mark { return UInt64(offset) }
        }
        return nil
    }
}

extension DatasetError {
    fileprivate static let damagedArchive = DatasetError("the archive is damaged")
}
