/// Types as a reader of a spec would write them.
extension SayType: CustomStringConvertible {
    package var description: String {
        switch self {
        case .bool: "Bool"
        case .int: "Int"
        case .real: "Real"
        case .enumeration(let it): it.name
        case .tensor(let it): it.description
        case .record(let it): it.description
        case .text: "Text"
        case .pattern: "a regular expression"
        case .row(let fields): "a row of { \(fields.map(\.description).joined(separator: ", ")) }"
        case .unknown: "?"
        }
    }
}

extension SayType.Field: CustomStringConvertible {
    package var description: String { "\(name): \(type)" }
}

extension SayType.Record: CustomStringConvertible {
    package var description: String {
        if isOptional { return "Real?" }
        if let sequence {
            return "\(sequence.entry)[\(sequence.isFixed ? "" : "\(sequence.least)..")\(sequence.most)]"
        }
        guard let origin else { return "{ \(fields.map(\.description).joined(separator: ", ")) }" }
        guard !origin.arguments.isEmpty else { return origin.name }
        return "\(origin.name)(\(origin.arguments.map(\.description).joined(separator: ", ")))"
    }
}

extension SayType.Record.Argument: CustomStringConvertible {
    package var description: String { "\(name): \(isInteger ? "\(Int(exactly: value) ?? 0)" : "\(value)")" }
}

extension SayType.Tensor: CustomStringConvertible {
    package var description: String {
        let shape = dimensions.map(\.description).joined(separator: ", ")
        switch element {
        case .real: return "Tensor[\(shape)]"
        case .int: return "Int[\(shape)]"
        case .bool: return "Bool[\(shape)]"
        case .enumeration(let it): return "\(it.name)[\(shape)]"
        }
    }

    var sizes: [Int] { dimensions.map(\.size) }
    var count: Int { dimensions.reduce(1) { $0 * $1.size } }

    init(_ element: Element, _ dimensions: [Dimension]) {
        self.init(element: element, dimensions: dimensions)
    }
}

extension SayType.Tensor.Dimension: CustomStringConvertible {
    package var description: String { labels?.name ?? "\(size)" }

    init(_ size: Int) { self.init(size: size, labels: nil) }
}

extension SayType {
    /// "a Real", "an Int", "Tensor[3]"
    var withArticle: String {
        switch self {
        case .bool, .real, .text: "a \(self)"
        case .record(let it) where it.isOptional: "a \(self)"
        case .int: "an Int"
        case .enumeration(let it): "a value of `\(it.name)`"
        default: description
        }
    }

    var fields: [Field]? {
        switch self {
        case .record(let record): record.fields
        case .row(let fields): fields
        default: nil
        }
    }

    /// The type of one element, or of the scalar itself; nil for records.
    package var element: Tensor.Element? {
        switch self {
        case .bool: .bool
        case .int: .int
        case .real: .real
        case .enumeration(let it): .enumeration(it)
        case .tensor(let it): it.element
        case .record, .text, .pattern, .row, .unknown: nil
        }
    }

    /// Empty for a scalar; nil for records.
    var dimensions: [Tensor.Dimension]? {
        switch self {
        case .bool, .int, .real, .enumeration: []
        case .tensor(let it): it.dimensions
        case .record, .text, .pattern, .row, .unknown: nil
        }
    }

    package var isText: Bool { if case .text = self { true } else { false } }
    /// How many code points a text has at most.
    package var mostCodePoints: Int? { if case .text(let most) = self { most } else { nil } }
    var isTensor: Bool { if case .tensor = self { true } else { false } }
    var isNumeric: Bool { element == .int || element == .real }

    /// A tensor, or a scalar where there are no dimensions.
    init(_ element: Tensor.Element, _ dimensions: [Tensor.Dimension]) {
        guard dimensions.isEmpty else {
            self = .tensor(Tensor(element, dimensions))
            return
        }
        switch element {
        case .real: self = .real
        case .int: self = .int
        case .bool: self = .bool
        case .enumeration(let it): self = .enumeration(it)
        }
    }
}
