import Checker
import Search
import Texts

/// How a coordinate's value is written down, and read back to the same bits.
package enum Notation {
    /// The shortest decimal that reads back exactly; whole numbers without a point, enum cases by name.
    package static func text(_ value: Double, _ kind: CoordinateKind, _ type: SayType) -> String {
        if let cases = type.cases, let index = Int(exactly: value), cases.indices.contains(index) {
            return cases[index]
        }
        if type.isTruth { return value == 0 ? "false" : "true" }
        return kind == .real32 ? trimmed("\(Float(value))") : text(value)
    }

    /// A number that is not a coordinate: Float64.
    package static func text(_ value: Double) -> String {
        if let whole = Int(exactly: value), abs(whole) < 1 << 53 {
            return value.sign == .minus && whole == 0 ? "-0" : "\(whole)"
        }
        return trimmed("\(value)")
    }

    /// A text between quotes, with escapes for quotes and for what cannot be seen.
    package static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            default:
                if isVisible(scalar) {
                    result.unicodeScalars.append(scalar)
                } else {
                    result += "\\u{\(String(scalar.value, radix: 16))}"
                }
            }
        }
        return result + "\""
    }

    /// What `quoted` has between its quotes: a text in which all can be seen.
    package static func visible(_ text: String) -> String { String(quoted(text).dropFirst().dropLast()) }

    /// What a tensor of code points says.
    package static func text(of codePoints: [Double]) -> String { CodePoints.text(CodePoints.read(codePoints)) }

    /// Whether a reader sees it, and sees it where it stands: no control or format character, no blank but the common one, no mark
    /// that joins the letter before it.
    private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.value < 127 { return scalar.value >= 32 }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
            .spaceSeparator,
            .nonspacingMark, .enclosingMark, .spacingMark:
            return false
        default: return true
        }
    }

    /// The text of a tensor of code points, between quotes.
    package static func quoted(_ codePoints: [Double]) -> String {
        quoted(text(of: codePoints))
    }

    /// What `text` wrote; nil for anything else.
    package static func value(_ text: String, _ kind: CoordinateKind, _ type: SayType) -> Double? {
        if let cases = type.cases { return cases.firstIndex(of: text).map(Double.init) }
        if type.isTruth { return text == "true" ? 1 : text == "false" ? 0 : nil }
        return kind == .real32 ? Float(text).map(Double.init) : Double(text)
    }

    private static func trimmed(_ text: String) -> String { text.hasSuffix(".0") ? String(text.dropLast(2)) : text }
}

extension SayType {
    /// The names of the values of an enum, or of a tensor of them.
    package var cases: [String]? {
        switch self {
        case .enumeration(let type): type.cases
        case .tensor(let tensor): if case .enumeration(let type) = tensor.element { type.cases } else { nil }
        default: nil
        }
    }

    package var isWhole: Bool {
        switch self {
        case .int: true
        case .tensor(let tensor): tensor.element == .int
        default: false
        }
    }

    package var isTruth: Bool {
        switch self {
        case .bool: true
        case .tensor(let tensor): tensor.element == .bool
        default: false
        }
    }
}
