/// What expressions of a template come to. Texts are code points: equal where all of them are.
enum TemplateValue {
    /// A name that nothing was given to: empty where it is shown, false, and nothing else can be done with it.
    case undefined(String)
    case none
    case truth(Bool)
    case integer(Int)
    case text([UInt32])
    case list([TemplateValue])
    /// In order.
    case mapping([(key: [UInt32], value: TemplateValue)])
    case namespace(Namespace)
    case method([TemplateValue], named: String)
    case function(String)

    /// What templates keep values in that outlive a loop.
    final class Namespace {
        var values: [String: TemplateValue] = [:]
    }

    static func words(_ text: String) -> TemplateValue { .text(text.codePoints) }

    var isTrue: Bool {
        switch self {
        case .undefined, .none: false
        case .truth(let truth): truth
        case .integer(let number): number != 0
        case .text(let text): !text.isEmpty
        case .list(let elements): !elements.isEmpty
        case .mapping(let members): !members.isEmpty
        case .namespace, .method, .function: true
        }
    }

    /// In messages.
    var kind: String {
        switch self {
        case .undefined(let name): "`\(name.prefix(80))`, which nothing was given to"
        case .none: "none"
        case .truth: "a truth value"
        case .integer: "a number"
        case .text: "a text"
        case .list: "a list"
        case .mapping: "a mapping"
        case .namespace: "a namespace"
        case .method, .function: "a function"
        }
    }

    /// As it is shown.
    func shown() throws(TemplateError) -> [UInt32] {
        switch self {
        case .undefined: return []
        case .none: return "None".codePoints
        case .truth(let truth): return (truth ? "True" : "False").codePoints
        case .integer(let number): return "\(number)".codePoints
        case .text(let text): return text
        default: throw TemplateError("\(kind) is shown, which is not supported: `tojson` writes it")
        }
    }

    /// Python's: 1 is True.
    static func equals(_ one: TemplateValue, _ other: TemplateValue) -> Bool {
        switch (one, other) {
        case (.undefined, .undefined), (.none, .none): return true
        case (.text(let one), .text(let other)): return one == other
        case (.list(let one), .list(let other)): return one.count == other.count && zip(one, other).allSatisfy(equals)
        case (.mapping(let one), .mapping(let other)):
            guard one.count == other.count else { return false }
            return one.allSatisfy { member in
                other.first { $0.key == member.key }.map { equals($0.value, member.value) } ?? false
            }
        default:
            guard let one = one.number, let other = other.number else { return false }
            return one == other
        }
    }

    /// Of whole numbers and truth values.
    var number: Int? {
        switch self {
        case .integer(let number): number
        case .truth(let truth): truth ? 1 : 0
        default: nil
        }
    }

    /// A mapping's value.
    subscript(member member: [UInt32]) -> TemplateValue? {
        guard case .mapping(let members) = self else { return nil }
        return members.first { $0.key == member }?.value
    }

    /// What a loop goes through: elements, a mapping's keys, letters.
    func elements(_ what: String) throws(TemplateError) -> [TemplateValue] {
        switch self {
        case .undefined: return []
        case .list(let elements): return elements
        case .mapping(let members): return members.map { .text($0.key) }
        case .text(let text): return text.map { .text([$0]) }
        default: throw TemplateError("\(what) of \(kind)")
        }
    }
}

extension String {
    var codePoints: [UInt32] { unicodeScalars.map(\.value) }
}

extension Sequence<UInt32> {
    var string: String {
        var text = String.UnicodeScalarView()
        for code in self { text.append(Unicode.Scalar(code) ?? "\u{FFFD}") }
        return String(text)
    }
}

extension UInt32 {
    /// Python's white space.
    var isBlank: Bool {
        switch self {
        case 9...13, 28...32, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
        default: false
        }
    }
}
