/// A run as a comment below a pull request: a table, and each contradiction folded away behind it.
package struct MarkdownReport {
    private let run: CheckRun
    private let report = TextReport(.plain)
    /// Bytes. GitHub takes comments of 65,536 characters.
    private static let longest = 60_000
    private static let mostRows = 200

    package init(_ run: CheckRun) { self.run = run }

    package func text() -> String {
        var text = "## gainsay check: \(run.summary)\n\n" + unread + table
        if run.verdicts.contains(where: { [.survived, .notFound, .undecided].contains($0.word) }) {
            text +=
                "\n`survived`, `not found` and `undecided` are no proof: nothing was found in the tries that were made.\n"
        }
        var hidden = 0
        for entry in run.entries {
            guard let verdict = entry.verdict, [.fails, .breaks].contains(entry.standing) else { continue }
            let part = folded(entry, verdict)
            if text.utf8.count + part.utf8.count > Self.longest { hidden += 1 } else { text += part }
        }
        return hidden == 0 ? text : text + "\n\(hidden) more did not fit here.\n"
    }

    private var unread: String {
        run.specs.compactMap { spec in
            spec.failure.map { "**\(Self.code(spec.path)) could not be read**\n\n" + Self.block(bounded($0)) + "\n" }
        }.joined()
    }

    private var table: String {
        guard !run.entries.isEmpty else { return "" }
        var text = "| property | verdict | | place |\n|---|---|---|---|\n"
        for entry in run.entries.prefix(Self.mostRows) {
            let title = entry.verdict?.title.map { "<br>" + Self.inline($0) } ?? ""
            let word = entry.word
            let gist = entry.verdict.map { report.gist(of: $0) } ?? run.stop
            let shown = [.fails, .breaks].contains(entry.standing) ? "**\(word)**" : word
            text += "| \(Self.code(entry.name))\(title) | \(shown) | \(Self.code(bounded(gist, to: 300))) "
            text += "| \(Self.code(entry.place.text)) |\n"
        }
        let rest = run.entries.count - Self.mostRows
        return rest > 0 ? text + "\nand \(rest) more.\n" : text
    }

    private func folded(_ entry: CheckRun.Entry, _ verdict: Verdict) -> String {
        """

        <details>
        <summary>\(Self.code(entry.name)): \(verdict.word.rawValue)</summary>

        \(Self.block(bounded(report.text(verdict))))
        </details>

        """
    }

    private func bounded(_ text: String, to length: Int = 20_000) -> String {
        text.utf8.count <= length ? text : text.cut(to: length / 4)
    }

    // MARK: - Escaping

    /// Words in a line: every sign that Markdown or HTML gives a meaning is written as a reference to a character, which has none.
    static func inline(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "0"..."9", "A"..."Z", "a"..."z", " ", ",", ";", "(", ")", "=", "+", "%", "?": result.append(scalar)
            case "\u{21}"..."\u{7E}": result += "&#\(scalar.value);".unicodeScalars
            case "\n", "\r", "\t", "\u{2028}", "\u{2029}": result.append(" ")
            default: result.append(scalar < " " || scalar == "\u{7F}" ? "\u{FFFD}" : scalar)
            }
        }
        return String(result)
    }

    /// The same in the type of code, where no name calls for anybody's attention.
    static func code(_ text: String) -> String { "<code>\(inline(text))</code>" }

    /// Lines as they are, between fences that none of them closes.
    static func block(_ text: String) -> String {
        let runs = text.unicodeScalars.split { $0 != "`" }.map(\.count).max() ?? 0
        let fence = String(repeating: "`", count: max(3, runs + 1))
        let shown = text.unicodeScalars.map { scalar -> Unicode.Scalar in
            scalar == "\n" || scalar == "\t" || scalar >= " " ? scalar : "\u{FFFD}"
        }
        let body = String(String.UnicodeScalarView(shown))
        return "\(fence)text\n\(body)\(body.hasSuffix("\n") ? "" : "\n")\(fence)\n"
    }
}

extension String {
    /// At most so many Unicode scalars, with dots where some are left out.
    func cut(to length: Int) -> String {
        unicodeScalars.count <= length
            ? self : String(String.UnicodeScalarView(unicodeScalars.prefix(length))) + " ..."
    }
}
