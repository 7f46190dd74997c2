/// How rendered diagnostics look.
package enum RenderingStyle: Sendable {
    case plain
    /// With ANSI colours, for a terminal.
    case coloured
}

/// Diagnostics as people read them, a blank line between two; ends with a line break unless there are none.
///
/// A span whose file is not among `files` is named by nothing but its message.
package func render(
    _ diagnostics: [Diagnostic], from files: [SourceFile], style: RenderingStyle = .plain
) -> String {
    diagnostics.map { render($0, from: files, style: style) }.joined(separator: "\n")
}

/// One diagnostic: its head, the lines it speaks of with the places underlined, its hints.
///
/// ```
/// error[unknown-name]: no input named `imge`
///   ┌─ digits.say:4:10
/// 4 │   forall imge in test
///   │          ^^^^
///   = hint: did you mean `image`?
/// ```
/// A tab is shown as blanks up to the next multiple of four; a line of more than 240 bytes is cut around the place.
package func render(_ diagnostic: Diagnostic, from files: [SourceFile], style: RenderingStyle = .plain) -> String {
    let excerpts = Excerpt.excerpts(of: diagnostic, from: files)
    let gutter = excerpts.map { String($0.lastLine).count }.max() ?? 1
    let painter = Painter(style: style, severity: diagnostic.severity)
    var lines = [painter.head(diagnostic)]
    for excerpt in excerpts { lines += excerpt.rendered(gutter: gutter, painter) }
    let margin = String(repeating: " ", count: gutter + 1)
    for hint in diagnostic.hints {
        lines.append(margin + painter.frame("=") + " " + painter.bold("hint:") + " " + hint.text.shown)
    }
    return lines.map { $0 + "\n" }.joined()
}

/// Puts colours around what is rendered, or none.
struct Painter {
    let style: RenderingStyle
    let severity: Diagnostic.Severity

    func head(_ diagnostic: Diagnostic) -> String {
        paint("\(severity.rawValue)[\(diagnostic.code)]", severityCode) + bold(": " + diagnostic.message.shown)
    }

    func frame(_ text: String) -> String { paint(text, "34") }
    func bold(_ text: String) -> String { paint(text, "1") }
    func mark(_ text: String, _ kind: Mark.Kind) -> String { paint(text, kind == .primary ? severityCode : "1;34") }

    private var severityCode: String {
        switch severity {
        case .error: "1;31"
        case .warning: "1;33"
        case .note: "1;36"
        }
    }

    private func paint(_ text: String, _ code: String) -> String {
        style == .plain ? text : painted(text, code)
    }
}

/// A text in the colour or weight that a code of ANSI terminals stands for: `1;31` is bold red.
package func painted(_ text: String, _ code: String) -> String { "\u{1B}[\(code)m\(text)\u{1B}[0m" }
