import Tensors

/// JSON Lines: an object on each line, a column for each key.
///
/// Values are numbers, texts, `true`, `false` or `null`, which is missing, as is a key that a line does not have; or arrays of
/// numbers, nested as they like, which have one shape in all lines. What a column is, `ColumnKind` tells. Empty lines are
/// skipped.
extension Dataset {
    private static let lineLimit = 1 << 26
    private static let keyLimit = 1 << 12

    init(jsonLines bytes: UnsafeRawBufferPointer) throws(DatasetError) {
        var (names, kinds) = ([String](), [String: JsonKind]())
        var rows = 0
        try Self.objects(bytes) { object, line throws(DatasetError) in
            for name in object.keys.sorted() where kinds[name] == nil {
                guard names.count < Self.keyLimit else { throw DatasetError("more than \(Self.keyLimit) keys") }
                names.append(name)
                kinds[name] = JsonKind(missingRows: rows)
            }
            for name in names {
                do throws(DatasetError) { try kinds[name]?.widen(by: object[name]) } catch {
                    throw error.inside("line \(line), `\(name)`")
                }
            }
            rows += 1
        }
        guard rows > 0 else { throw DatasetError("the file is empty") }
        var columns = names.map { JsonColumn(kinds[$0] ?? JsonKind(missingRows: 0)) }
        try Self.objects(bytes) { object, _ throws(DatasetError) in
            for (index, name) in names.enumerated() { columns[index].append(object[name]) }
        }
        try self.init(
            zip(names, columns).map { name, column throws(DatasetError) in try column.column(named: name, rows: rows) })
    }

    private static func objects(
        _ bytes: UnsafeRawBufferPointer, _ body: ([String: JsonValue], Int) throws(DatasetError) -> Void
    ) throws(DatasetError) {
        var (line, start) = (0, 0)
        while start < bytes.count {
            line += 1
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            defer { start = end + 1 }
            let text = bytes[start..<end]
            guard text.contains(where: { $0 > UInt8(ascii: " ") }) else { continue }
            guard text.count <= lineLimit else {
                throw DatasetError("longer than \(lineLimit >> 20) MB", in: "line \(line)")
            }
            do throws(DatasetError) {
                guard case .object(let members) = try JsonValue(UnsafeRawBufferPointer(rebasing: text)) else {
                    throw DatasetError("no JSON object")
                }
                var object: [String: JsonValue] = [:]
                for (key, value) in members where object.updateValue(value, forKey: key.text) != nil {
                    throw DatasetError("two values for the key `\(key.text.prefix(40))`")
                }
                try body(object, line)
            } catch {
                throw error.inside("line \(line)")
            }
        }
    }
}

/// What the values of a key are: fields as in any file of text, or arrays of one shape.
private struct JsonKind {
    private(set) var fields = ColumnKind(NumberNotation(decimalComma: false))
    private(set) var shape: [Int]?
    private var hasFields = false

    init(missingRows: Int) {
        for _ in 0..<missingRows { fields.widen(by: "") }
        hasFields = missingRows > 0
    }

    mutating func widen(by value: JsonValue?) throws(DatasetError) {
        if case .array(let array) = value {
            let found = try Json.shape(of: array)
            guard !hasFields else { throw DatasetError("an array, where other lines have none") }
            guard shape == nil || shape == found else {
                throw DatasetError("an array of shape \(found), not \(shape ?? [])")
            }
            shape = found
        } else {
            guard shape == nil else { throw DatasetError("no array, where other lines have one") }
            hasFields = true
            fields.widen(by: try Json.field(value))
        }
    }
}

private struct JsonColumn {
    private let shape: [Int]?
    private var fields: TextColumn
    private var numbers: [Double] = []

    init(_ kind: JsonKind) { (shape, fields) = (kind.shape, TextColumn(kind.fields)) }

    mutating func append(_ value: JsonValue?) {
        if case .array(let array) = value {
            Json.append(array, to: &numbers)
        } else {
            fields.append((try? Json.field(value)) ?? "")
        }
    }

    func column(named name: String, rows: Int) throws(DatasetError) -> Dataset.Column {
        guard let shape else { return try fields.column(named: name) }
        do throws(ShapeError) {
            let whole = try Shape([rows] + shape)
            let integers = numbers.map { Int64(exactly: $0) }
            guard integers.contains(nil) else { return .init(name, try Tensor(whole, integers.map { $0 ?? 0 })) }
            return .init(name, try Tensor(whole, numbers))
        } catch { throw DatasetError(error.description) }
    }
}

private enum Json {
    /// A value as a field of text.
    static func field(_ value: JsonValue?) throws(DatasetError) -> String {
        switch value {
        case nil, .null: return ""
        case .text(let text), .number(let text): return text
        case .truth(let truth): return truth ? "true" : "false"
        case .array, .object: throw DatasetError("neither a number, a text, `true`, `false`, `null` nor an array")
        }
    }

    /// Of an array of numbers; throws where it is ragged or holds anything else.
    static func shape(of array: [JsonValue]) throws(DatasetError) -> [Int] {
        guard case .array(let inner)? = array.first else {
            guard array.allSatisfy({ $0.number != nil }) else { throw DatasetError("not all of the array are numbers") }
            return [array.count]
        }
        let shape = try shape(of: inner)
        for element in array.dropFirst() {
            guard case .array(let part) = element, try self.shape(of: part) == shape else {
                throw DatasetError("the parts of the array differ in shape")
            }
        }
        return [array.count] + shape
    }

    static func append(_ array: [JsonValue], to numbers: inout [Double]) {
        for element in array {
            if case .array(let inner) = element {
                append(inner, to: &numbers)
            } else {
                numbers.append(element.number ?? .nan)
            }
        }
    }
}

extension JsonValue {
    fileprivate var number: Double? { if case .number(let text) = self { Double(text) } else { nil } }
}
