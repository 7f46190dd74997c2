import Hashing

/// A run as commands to GitHub's workflow runner, which shows them beside the lines of the spec.
package struct WorkflowCommands {
    private let run: CheckRun
    private let report = TextReport(.plain)
    /// Scalars of a message.
    private static let longest = 8000

    package init(_ run: CheckRun) { self.run = run }

    /// A line for each property that has more to say than that it holds, and for each spec that could not be read.
    package func text() -> String {
        let unread = run.specs.compactMap { spec in
            spec.failure.map {
                command("error", CheckRun.Place(file: spec.path), title: "\(spec.path) could not be read", $0)
            }
        }
        return (unread + run.entries.compactMap { command($0) }).joined()
    }

    private func command(_ entry: CheckRun.Entry) -> String? {
        guard let verdict = entry.verdict else {
            return command("warning", entry.place, title: "\(entry.name): not checked", run.stop)
        }
        let level: String
        switch entry.standing {
        case .fails, .breaks: level = "error"
        case .unfinished: level = "warning"
        case .passes:
            guard ![.proved, .witnessed, .holds].contains(verdict.word), !verdict.isAccepted else { return nil }
            level = verdict.boundary == nil ? "notice" : "warning"
        }
        return command(
            level, entry.place, title: "\(entry.name): \(verdict.word.rawValue)",
            "\(report.gist(of: verdict))\n\n\(report.text(verdict))")
    }

    private func command(_ level: String, _ place: CheckRun.Place, title: String, _ message: String) -> String {
        var properties = [("file", place.file)]
        if let (start, end) = place.range {
            properties += [("line", "\(start.line)"), ("endLine", "\(end.line)"), ("col", "\(start.column)")]
            // Where it ends on another line, the runner takes no column of that.
            if start.line == end.line { properties.append(("endColumn", "\(end.column)")) }
        }
        properties.append(("title", title))
        let listed = properties.map { "\($0.0)=\(Self.escaped($0.1, .property))" }.joined(separator: ",")
        return "::\(level) \(listed)::\(Self.escaped(message.cut(to: Self.longest), .data))\n"
    }

    enum Part { case data, property }

    /// Nothing that a name or a text holds ends the command, or begins another one.
    static func escaped(_ text: String, _ part: Part) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "%": result += "%25".unicodeScalars
            case "\r": result += "%0D".unicodeScalars
            case "\n": result += "%0A".unicodeScalars
            case ":" where part == .property: result += "%3A".unicodeScalars
            case "," where part == .property: result += "%2C".unicodeScalars
            case "\t", " "...: result.append(scalar)
            default: result.append("\u{FFFD}")
            }
        }
        return String(result)
    }

    /// Other output, which the runner reads too: where a line of it would pass for a command, commands are stopped around it. The
    /// word that lets them go on is a digest of the output, so that the output cannot hold it.
    package static func shielded(_ text: String) -> String {
        let lines = text.unicodeScalars.split { $0 == "\n" || $0 == "\r" }
        let isCommand = lines.contains { line in
            line.drop(while: \.properties.isWhitespace).starts(with: "::".unicodeScalars)
                || line.indices.contains { line[$0...].starts(with: "##[".unicodeScalars) }
        }
        guard isCommand else { return text }
        let word = SHA256.text(of: text.utf8)
        return "::stop-commands::\(word)\n\(text)\(text.hasSuffix("\n") ? "" : "\n")::\(word)::\n"
    }
}
