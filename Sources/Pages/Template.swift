/// A template: text in which `{{...}}` stands for parts of a view. The part of Mustache that these pages need.
///
/// `{{.name}}` is a text of the view at hand, escaped, `{{{.name}}}` as it is, and `{{.}}` the view where it is a text itself;
/// `{{name}}`, without the dot, is looked up in the views around it too. `{{#.name}}...{{/.name}}` stands there once for each view of a list, once
/// for a view or a text, and not at all where there is none. `{{>name}}` is another template, `{{>*.name}}` the one that a text of the view
/// names. A section or a template that stands alone on its line takes the line along.
struct Template: Sendable {
    indirect enum Part: Sendable {
        case text(String)
        case value(Name, isRaw: Bool)
        case section(Name, [Part])
        case template(String)
        case templateNamed(Name)
    }

    /// What a tag names: nothing behind the dot is the view at hand itself.
    struct Name: Sendable, Hashable {
        let key: String
        /// Whether the views around the one at hand are passed over.
        let isNear: Bool

        init(_ text: Substring) {
            isNear = text.hasPrefix(".")
            key = String(isNear ? text.dropFirst() : text)
        }
    }

    let parts: [Part]

    /// Ends the program where a template is not well formed: they are part of it.
    init(_ source: String) {
        var reader = TemplateReader(rest: source[...])
        parts = reader.parts(of: nil)
    }
}

private struct TemplateReader {
    var rest: Substring
    private var isAtLineStart = true

    init(rest: Substring) { self.rest = rest }

    /// Up to the end of the section, or of all.
    mutating func parts(of section: Template.Name?) -> [Template.Part] {
        var parts: [Template.Part] = []
        while let open = rest.firstRange(of: "{{") {
            let before = rest[..<open.lowerBound]
            if !before.isEmpty { parts.append(.text(String(before))) }
            let opensLine = before.isEmpty ? isAtLineStart : before.last == "\n"
            rest = rest[open.upperBound...]
            switch tag(opensLine: opensLine) {
            case .value(let name, let isRaw): parts.append(.value(name, isRaw: isRaw))
            case .open(let name): parts.append(.section(name, self.parts(of: name)))
            case .close(let name):
                precondition(name == section, "a template closes a section that it did not open")
                return parts
            case .template(let name): parts.append(.template(String(name)))
            case .templateNamed(let name): parts.append(.templateNamed(name))
            }
        }
        precondition(section == nil, "a section of a template is not closed")
        if !rest.isEmpty { parts.append(.text(String(rest))) }
        return parts
    }

    private enum Tag {
        case value(Template.Name, isRaw: Bool)
        case open(Template.Name)
        case close(Template.Name)
        case template(Substring)
        case templateNamed(Template.Name)
    }

    private mutating func tag(opensLine: Bool) -> Tag {
        let isRaw = rest.hasPrefix("{")
        guard let close = rest.firstRange(of: isRaw ? "}}}" : "}}") else { preconditionFailure("a tag is not closed") }
        let words = rest[..<close.lowerBound]
        rest = rest[close.upperBound...]
        isAtLineStart = false
        if isRaw { return .value(Template.Name(words.dropFirst()), isRaw: true) }
        guard let sign = words.first, "#/>".contains(sign) else { return .value(Template.Name(words), isRaw: false) }
        if opensLine, rest.hasPrefix("\n") {
            rest = rest.dropFirst()
            isAtLineStart = true
        }
        let name = words.dropFirst()
        switch sign {
        case "#": return .open(Template.Name(name))
        case "/": return .close(Template.Name(name))
        default: return name.hasPrefix("*") ? .templateNamed(Template.Name(name.dropFirst())) : .template(name)
        }
    }
}
