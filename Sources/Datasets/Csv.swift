import Tensors

/// Comma-separated text: a column of numbers for each column of the file.
///
/// Fields may be quoted, with `""` for a quote within; lines end with LF or CRLF; empty lines are skipped. The first line
/// names the columns if a field of it is not a number, else they are `c0`, `c1`, ... A column of whole numbers becomes
/// int64, any other float64; `true` and `false` in every row make bool; an empty field is NaN. Text that is not a number is
/// an error that names its line and column; an enum is written as the number of its case.
extension Dataset {
    init(csv bytes: UnsafeRawBufferPointer) throws(DatasetError) {
        var reader = CsvReader(bytes)
        guard let first = try reader.record() else { throw DatasetError("the file is empty") }
        let isHeader = first.contains { !$0.isNumber }
        let names = isHeader ? first.map(\.text) : first.indices.map { "c\($0)" }
        var columns = names.map { _ in CsvColumn() }
        if !isHeader { try Self.append(first, to: &columns, line: reader.line, names) }
        while let record = try reader.record() {
            guard record.count == names.count else {
                throw DatasetError("\(record.count) fields, not \(names.count)", in: "line \(reader.line)")
            }
            try Self.append(record, to: &columns, line: reader.line, names)
        }
        try self.init(
            try zip(names, columns).map { name, column throws(DatasetError) in
                Column(name, try column.tensor())
            })
    }

    private static func append(
        _ record: [CsvField], to columns: inout [CsvColumn], line: Int, _ names: [String]
    ) throws(DatasetError) {
        for (index, field) in record.enumerated() {
            guard columns[index].append(field) else {
                throw DatasetError("`\(field.text.prefix(40))` is not a number", in: "line \(line), `\(names[index])`")
            }
        }
    }
}

/// One field of a line, quotes removed and blanks around it dropped.
private struct CsvField {
    let text: String

    var isNumber: Bool { text.isEmpty || truth != nil || number != nil }

    var number: Double? {
        text.isEmpty ? .nan : Double(text) ?? (text.lowercased() == "nan" ? .nan : nil)
    }

    var truth: Bool? {
        switch text.lowercased() {
        case "true": true
        case "false": false
        default: nil
        }
    }
}

/// The values of a column so far, and the narrowest type that holds them all.
private struct CsvColumn {
    private enum Kind { case truth, integer, real }

    private var numbers: [Double] = []
    private var kind: Kind?

    /// False if the field is neither a number nor a truth value.
    mutating func append(_ field: CsvField) -> Bool {
        if let truth = field.truth {
            kind = kind ?? .truth
            numbers.append(truth ? 1 : 0)
            return true
        }
        guard let number = field.number else { return false }
        // Whole numbers beyond 2^53 are not exact as doubles, and stay real.
        let isInteger = number.magnitude <= 0x1p53 && Int64(field.text) != nil
        kind = isInteger && (kind == nil || kind == .integer) ? .integer : .real
        numbers.append(number)
        return true
    }

    func tensor() throws(DatasetError) -> Tensor {
        do throws(ShapeError) {
            let shape = try Shape([numbers.count])
            switch kind {
            case .truth: return try Tensor(shape, numbers.map { $0 != 0 })
            case .integer: return try Tensor(shape, numbers.map { Int64($0) })
            case .real, nil: return try Tensor(shape, numbers)
            }
        } catch { throw DatasetError(error.description) }
    }
}

/// Splits text into lines of fields.
private struct CsvReader {
    private let bytes: UnsafeRawBufferPointer
    private var position: Int
    /// The line on which the last record began.
    private(set) var line = 0
    private var nextLine = 1

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        // A byte order mark is not part of the first name.
        position = bytes.prefix(3).elementsEqual([0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    /// The fields of the next line that is not empty; nil at the end.
    mutating func record() throws(DatasetError) -> [CsvField]? {
        skipEmptyLines()
        guard position < bytes.count else { return nil }
        line = nextLine
        var fields: [CsvField] = []
        while true {
            fields.append(CsvField(text: try field()))
            guard position < bytes.count, bytes[position] == UInt8(ascii: ",") else { break }
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
            while position < bytes.count, bytes[position] != UInt8(ascii: ","), !Self.isLineEnd(bytes[position]) {
                position += 1
            }
            var end = position
            while end > start, Self.isBlank(bytes[end - 1]) { end -= 1 }
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
                guard position == bytes.count || bytes[position] == UInt8(ascii: ",") || Self.isLineEnd(bytes[position])
                else { throw DatasetError("there is text behind a closing quote", in: "line \(nextLine)") }
                return String(decoding: text, as: UTF8.self)
            }
            text.append(byte)
            position += 1
        }
        throw DatasetError("a quote is not closed", in: "line \(line)")
    }

    private mutating func skipBlanks() {
        while position < bytes.count, Self.isBlank(bytes[position]) { position += 1 }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
    private static func isLineEnd(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") }
}
