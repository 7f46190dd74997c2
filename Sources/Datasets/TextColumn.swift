import Tensors

/// How numbers are written in a file of text.
struct NumberNotation {
    /// Whether `3,5` is a number, which it can be where something else separates fields.
    let decimalComma: Bool

    /// What stands for a number that is not there.
    private static let absent: Set = ["", "na", "n/a", "nan", "null", "none"]

    func isNumber(_ text: String) -> Bool { truth(text) != nil || number(text) != nil || isMissing(text) }

    func isMissing(_ text: String) -> Bool { text.utf8.count <= 4 && Self.absent.contains(text.lowercased()) }

    func number(_ text: String) -> Double? {
        if let number = Double(text) { return number }
        guard decimalComma, text.utf8.contains(UInt8(ascii: ",")), !text.utf8.contains(UInt8(ascii: ".")) else {
            return nil
        }
        return Double(text.replacing(",", with: "."))
    }

    func truth(_ text: String) -> Bool? {
        guard text.utf8.count <= 5 else { return nil }
        return switch text.lowercased() {
        case "true": true
        case "false": false
        default: nil
        }
    }
}

/// What a column of a file of text is: the narrowest type that holds all its fields.
///
/// Whole numbers become int64, other numbers float64, in which what is missing is NaN: an empty field, `NA`, `null` and the
/// like; `true` and `false` in every row make bool. Anything else makes a column of texts.
struct ColumnKind {
    fileprivate enum Kind { case truth, integer, real, texts }

    fileprivate let notation: NumberNotation
    fileprivate private(set) var kind: Kind?
    private var rows = 0
    /// The first row that is missing, and the first that is neither that nor a number.
    fileprivate private(set) var missing: Int?
    fileprivate private(set) var stranger: Int?
    private var hasNumbers = false

    init(_ notation: NumberNotation) { self.notation = notation }

    mutating func widen(by field: String) {
        defer { rows += 1 }
        if notation.truth(field) != nil {
            stranger = stranger ?? rows
            kind = kind == nil || kind == .truth ? .truth : .texts
        } else if notation.isMissing(field) {
            missing = missing ?? rows
            kind = kind == nil || kind == .integer || kind == .real ? .real : .texts
        } else if let number = notation.number(field) {
            hasNumbers = true
            guard kind != .truth, kind != .texts else {
                kind = .texts
                return
            }
            // Whole numbers beyond 2^53 are not exact as doubles, and stay real.
            let isInteger = number.magnitude <= 0x1p53 && Int64(field) != nil
            kind = isInteger && (kind == nil || kind == .integer) ? .integer : .real
        } else {
            stranger = stranger ?? rows
            kind = .texts
        }
    }

    /// Where a column is of texts though some are numbers: the first row that is none.
    fileprivate var firstStranger: Int? { kind == .texts && hasNumbers ? stranger : nil }
}

/// The fields of a column whose type is known.
struct TextColumn {
    private let kind: ColumnKind
    private var numbers: [Double] = []
    private var integers: [Int64] = []
    private var texts: [String] = []
    private var places: [[UInt8]: Int64] = [:]

    /// A column with more different texts has none of them.
    static let textLimit = 1 << 16

    init(_ kind: ColumnKind) { self.kind = kind }

    /// A column of all these fields: of numbers where all are.
    static func column(named name: String, _ fields: [String]) throws(DatasetError) -> Dataset.Column {
        var kind = ColumnKind(NumberNotation(decimalComma: false))
        for field in fields { kind.widen(by: field) }
        var column = TextColumn(kind)
        for field in fields { column.append(field) }
        return try column.column(named: name)
    }

    mutating func append(_ field: String) {
        switch kind.kind {
        case .truth: integers.append(kind.notation.truth(field) == true ? 1 : 0)
        case .integer: integers.append(Int64(field) ?? 0)
        case .real, nil: numbers.append(kind.notation.number(field) ?? .nan)
        case .texts: integers.append(place(of: field))
        }
    }

    private mutating func place(of text: String) -> Int64 {
        let key = Array(text.utf8)
        if let known = places[key] { return known }
        guard texts.count < Self.textLimit else { return -1 }
        places[key] = Int64(texts.count)
        texts.append(text)
        return Int64(texts.count - 1)
    }

    func column(named name: String) throws(DatasetError) -> Dataset.Column {
        do throws(ShapeError) {
            let shape = try Shape([max(numbers.count, integers.count)])
            switch kind.kind {
            case .truth: return .init(name, try Tensor(shape, integers.map { $0 != 0 }))
            case .integer: return .init(name, try Tensor(shape, integers))
            case .real, nil: return .init(name, try Tensor(shape, numbers), missing: kind.missing)
            case .texts:
                let isWhole = !integers.contains(-1)
                return .init(
                    name, try Tensor(shape, integers), texts: isWhole ? texts : [], stranger: kind.firstStranger)
            }
        } catch { throw DatasetError(error.description) }
    }
}
