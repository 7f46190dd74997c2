import Tensors

/// Text with a line for each row: a column of numbers or of texts for each column of the file.
///
/// Fields are separated by what the first line has most of: commas, semicolons or tabs. They may be quoted, with `""` for a
/// quote within; lines end with LF or CRLF; empty lines are skipped. The first line names the columns if a field of it is
/// not a number, else they are `c0`, `c1`, ... What a column is, `ColumnKind` tells; its fields are gone
/// through twice.
extension Dataset {
    init(csv bytes: UnsafeRawBufferPointer, separator: Character?) throws(DatasetError) {
        let sign = separator?.asciiValue ?? CsvReader.separator(of: bytes)
        let notation = NumberNotation(decimalComma: sign != UInt8(ascii: ","))
        var reader = CsvReader(bytes, separator: sign)
        guard let first = try reader.record() else { throw DatasetError("the file is empty") }
        let isHeader = first.contains { !notation.isNumber($0) }
        let names = isHeader ? first : first.indices.map { "c\($0)" }
        var kinds = names.map { _ in ColumnKind(notation) }
        try Self.rows(bytes, sign, isHeader, names.count) { kinds[$0].widen(by: $1) }
        var columns = kinds.map { TextColumn($0) }
        try Self.rows(bytes, sign, isHeader, names.count) { columns[$0].append($1) }
        try self.init(zip(names, columns).map { name, column throws(DatasetError) in try column.column(named: name) })
    }

    /// All fields, line by line, with the numbers of their columns.
    private static func rows(
        _ bytes: UnsafeRawBufferPointer, _ separator: UInt8, _ isHeader: Bool, _ width: Int,
        _ body: (Int, String) -> Void
    ) throws(DatasetError) {
        var reader = CsvReader(bytes, separator: separator)
        if isHeader { _ = try reader.record() }
        while let record = try reader.record() {
            guard record.count == width else {
                throw DatasetError("\(record.count) fields, not \(width)", in: "line \(reader.line)")
            }
            for (index, field) in record.enumerated() { body(index, field) }
        }
    }
}

/// Splits text into lines of fields.
private struct CsvReader {
    private let bytes: UnsafeRawBufferPointer
    private let separator: UInt8
    private var position: Int
    /// The line on which the last record began.
    private(set) var line = 0
    private var nextLine = 1

    init(_ bytes: UnsafeRawBufferPointer, separator: UInt8) {
        (self.bytes, self.separator) = (bytes, separator)
        // A byte order mark is not part of the first name.
        position = bytes.prefix(3).elementsEqual([0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    /// The sign that the first line has most of outside of quotes; a comma where it has none.
    static func separator(of bytes: UnsafeRawBufferPointer) -> UInt8 {
        var counts: [UInt8: Int] = [:]
        var isQuoted = false
        for byte in bytes.drop(while: isLineEnd) {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if isQuoted { continue }
            if isLineEnd(byte) { break }
            if separators.contains(byte) { counts[byte, default: 0] += 1 }
        }
        return separators.max { counts[$0, default: 0] < counts[$1, default: 0] } ?? UInt8(ascii: ",")
    }

    /// The last of several that are equally many wins.
    private static let separators = [UInt8(ascii: "\t"), UInt8(ascii: ";"), UInt8(ascii: ",")]

    /// The fields of the next line that is not empty; nil at the end.
    mutating func record() throws(DatasetError) -> [String]? {
        skipEmptyLines()
        guard position < bytes.count else { return nil }
        line = nextLine
        var fields: [String] = []
        while true {
            fields.append(try field())
            guard position < bytes.count, bytes[position] == separator else { break }
            position += 1
        }
        return fields
    }

    private mutating func skipEmptyLines() {
        while position < bytes.count, Self.isLineEnd(bytes[position]) {
            if bytes[position] == UInt8(ascii: "\n") { nextLine += 1 }
            position += 1
        }
    }

    private mutating func field() throws(DatasetError) -> String {
        skipBlanks()
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
            let start = position
            while position < bytes.count, bytes[position] != separator, !Self.isLineEnd(bytes[position]) {
                position += 1
            }
            var end = position
            while end > start, isBlank(bytes[end - 1]) { end -= 1 }
            return String(decoding: bytes[start..<end], as: UTF8.self)
        }
        return try quoted()
    }

    private mutating func quoted() throws(DatasetError) -> String {
        position += 1
        var text: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == UInt8(ascii: "\n") { nextLine += 1 }
            guard byte == UInt8(ascii: "\"") else {
                text.append(byte)
                continue
            }
            guard position < bytes.count, bytes[position] == byte else {
                skipBlanks()
                guard position == bytes.count || bytes[position] == separator || Self.isLineEnd(bytes[position])
                else { throw DatasetError("there is text behind a closing quote", in: "line \(nextLine)") }
                return String(decoding: text, as: UTF8.self)
            }
            text.append(byte)
            position += 1
        }
        throw DatasetError("a quote is not closed", in: "line \(line)")
    }

    private mutating func skipBlanks() {
        while position < bytes.count, isBlank(bytes[position]) { position += 1 }
    }

    private func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") && separator != byte
    }
    private static func isLineEnd(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") }
}
