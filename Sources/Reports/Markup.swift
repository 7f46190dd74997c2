/// An XML element: attributes in order, and elements or one text in it.
struct Markup {
    let name: String
    var attributes: [(name: String, value: String)]
    var children: [Markup] = []
    var text: String?

    init(_ name: String, _ attributes: [(name: String, value: String)] = [], _ children: [Markup] = []) {
        (self.name, self.attributes, self.children) = (name, attributes, children)
    }

    init(_ name: String, _ attributes: [(name: String, value: String)] = [], text: String) {
        (self.name, self.attributes, self.text) = (name, attributes, text)
    }

    /// An attribute's value; empty where there is none.
    subscript(name: String) -> String { attributes.first { $0.name == name }?.value ?? "" }

    /// A whole document, UTF-8, ending with a line break.
    var document: String { "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + written(behind: "") }

    private func written(behind margin: String) -> String {
        let head =
            "\(margin)<\(name)" + attributes.map { " \($0.name)=\"\(Self.escaped($0.value, .attribute))\"" }.joined()
        if let text { return head + ">\(Self.escaped(text, .content))</\(name)>\n" }
        guard !children.isEmpty else { return head + "/>\n" }
        return head + ">\n" + children.map { $0.written(behind: margin + "  ") }.joined() + "\(margin)</\(name)>\n"
    }

    private enum Part { case attribute, content }

    /// What XML 1.0 has no character for becomes U+FFFD. Line breaks in attributes, and carriage returns, are kept from being
    /// read as blanks.
    private static func escaped(_ text: String, _ part: Part) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<": result += "&lt;".unicodeScalars
            case ">": result += "&gt;".unicodeScalars
            case "&": result += "&amp;".unicodeScalars
            case "\"": result += "&quot;".unicodeScalars
            case "\r": result += "&#13;".unicodeScalars
            case "\n" where part == .attribute: result += "&#10;".unicodeScalars
            case "\t" where part == .attribute: result += "&#9;".unicodeScalars
            case "\u{FFFE}", "\u{FFFF}": result.append("\u{FFFD}")
            case "\n", "\t", " "...: result.append(scalar)
            default: result.append("\u{FFFD}")
            }
        }
        return String(result)
    }
}
