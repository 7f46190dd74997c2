import DiagnosticPages

/// A page of Grammar/diagnostics, as the program carries it.
package struct DiagnosticPage {
    package let code: String
    /// Markdown.
    package let page: String

    /// In the order of their codes.
    package static let all: [DiagnosticPage] = {
        var (pages, next) = ([DiagnosticPage](), diagnostic_pages()!)
        while next.pointee != 0 {
            let code = take(&next)
            pages.append(DiagnosticPage(code: code, page: take(&next)))
        }
        return pages
    }()

    /// The first paragraph behind the heading, on one line.
    package var summary: String {
        let lines = page.split(separator: "\n", omittingEmptySubsequences: false).dropFirst().drop(while: \.isEmpty)
        return lines.prefix { !$0.isEmpty }.joined(separator: " ")
    }

    /// As a terminal shows it: the heading and names bold, specs indented.
    package func text(_ style: RenderingStyle) -> String {
        var (text, isSpec) = ("", false)
        for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                isSpec.toggle()
            } else if isSpec {
                text += line.isEmpty ? "\n" : "    \(line)\n"
            } else if line.hasPrefix("#") {
                let heading = String(line.drop { $0 == "#" || $0 == " " })
                text += (style == .coloured ? painted(heading, "1") : heading) + "\n"
            } else {
                text += line + "\n"
            }
        }
        while text.hasSuffix("\n\n") { text.removeLast() }
        return text
    }

    /// The text up to the next zero, which is passed.
    private static func take(_ next: inout UnsafePointer<CChar>) -> String {
        let text = String(cString: next)
        next += text.utf8.count + 1
        return text
    }
}
