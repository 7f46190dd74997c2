import Checker
import Compiler
import Diagnostics

/// A verdict as a person reads it in ten seconds.
package struct TextReport {
    package enum Style: Sendable { case plain, coloured }

    private let style: Style
    /// Tensors with more entries are told by their shape; their values are in the saved file.
    private static let longest = 16
    private static let mostChanges = 12

    package init(_ style: Style) { self.style = style }

    /// Ends with a line break.
    package func text(_ verdict: Verdict) -> String {
        let title = verdict.title.map { ": \($0)" } ?? ""
        var lines = [paint("\(verdict.property)\(title)", .bold) + paint("  \(verdict.place)", .dim)]
        let word = verdict.word
        switch verdict.outcome {
        case .contradicted(let counterexamples):
            for (index, counterexample) in counterexamples.enumerated() {
                if index > 0 { lines.append("") }
                lines += contradiction(counterexample, word, verdict.effort)
            }
        case .proved(let proof):
            lines.append("  \(paint(word.rawValue, word.paint))  \(how(proof, verdict.quantifier))")
        case .survived:
            lines.append("  \(paint(word.rawValue, word.paint))  \(effort(verdict.effort))")
            if let margin = verdict.effort.bestMargin {
                let neither = verdict.quantifier == .forall ? "contradicted nor proved" : "witnessed nor refuted"
                lines.append("    best margin \(short(margin)); neither \(neither)")
            }
        case .counted(let it): lines += counted(it, word, verdict.effort)
        case .estimated(let it): lines += estimated(it, word, verdict.effort)
        case .mistaken:
            lines.append("  \(paint(word.rawValue, word.paint))  it does not compile: see above")
        case .failed(let message):
            lines.append("  \(paint(word.rawValue, word.paint))  \(message)")
        }
        lines += verdict.remarks.map { "    \($0)" }
        lines += verdict.queries.map { queries($0) } ?? []
        if let boundary = verdict.boundary {
            lines.append(
                "    a rounding-boundary case was met: margin \(short(boundary)), which another order of the model's sums may undo"
            )
        }
        if let admitted = verdict.effort.admitted, admitted > 0 { lines += admission(admitted) }
        if verdict.effort.isInterrupted { lines.append("    interrupted: the search was not run to its end") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// One line for all properties of a run.
    package func summary(_ verdicts: [Verdict]) -> String {
        let parts = Verdict.Word.allCases.compactMap { word in
            let count = verdicts.count { $0.word == word }
            return count > 0 ? "\(count) \(word.rawValue)" : nil
        }
        return "\(plural(verdicts.count, "property", "properties")): \(parts.joined(separator: ", "))\n"
    }

    /// How something is known to hold of all inputs.
    package func how(_ proof: Verdict.Proof, _ quantifier: Quantifier) -> String {
        switch proof {
        case .inputs(1), .regions(0): "nothing varies: evaluated once"
        case .inputs(let count): "all \(plural(count, "input")) of the domain tried"
        case .regions(let count): "by bounds over \(plural(count, "region"))"
        case .answers(let count):
            quantifier == .forall
                ? "\(plural(count, "answer")) \(count == 1 ? "is" : "are") enough for all inputs"
                : "\(plural(count, "answer")) \(count == 1 ? "beats" : "beat") all inputs"
        }
    }

    private func contradiction(
        _ example: Counterexample, _ word: Verdict.Word, _ effort: Verdict.Effort
    ) -> [String] {
        var lines = ["  \(paint(word.rawValue, word.paint))  \(example.check)", ""]
        let verb = word == .witnessed ? "works" : "fails"
        var rows: [(String, [String])] = example.inputs.map { ($0.name, described($0, verb)) }
        rows += example.lets.map { ($0.name, [described($0)]) }
        rows += example.sides.map { ($0.name, [described($0)]) }
        let width = min(28, rows.map(\.0.count).max() ?? 0)
        for (name, texts) in rows {
            for (index, text) in texts.enumerated() {
                let head = index == 0 ? name : ""
                lines.append("    " + head + String(repeating: " ", count: max(0, width - head.count)) + "  " + text)
            }
        }
        lines.append("")
        if !example.margin.isNaN {
            // Negative where it is contradicted; a witness is told by how far it holds.
            let margin = word == .witnessed ? -example.margin : example.margin
            lines.append("    " + paint("margin \(short(margin))", .bold) + trust(example, verb))
        }
        if example.unasked > 0 {
            lines.append("    not replayed: the box was not asked again, for want of queries or of answers")
        }
        lines += example.unused.map { unused($0) } ?? []
        lines += example.confirmation.map { [confirmation($0, word)] } ?? []
        let shrinking = example.shrinkTries > 0 ? ", \("\(example.shrinkTries)".grouped) more to shrink it" : ""
        lines.append("    found after \(self.effort(effort, tries: example.tries))\(shrinking); by \(example.strategy)")
        for file in example.files { lines.append("    saved \(file)") }
        lines.append("    replay: \(example.replay)")
        return lines
    }

    private func trust(_ example: Counterexample, _ verb: String) -> String {
        var text =
            switch example.minimality {
            case .nothingSmallerFails(let tried): "; nothing smaller \(verb) (all \(plural(tried, "input")) tried)"
            case .noStepFails(let checks): "; nothing one step smaller \(verb) (\(plural(checks, "step")) tried)"
            case .budgetSpent:
                "; the smallest so far: budget spent, something smaller may \(verb == "fails" ? "fail" : "work")"
            case .unshrunk: "; not shrunk"
            case .replayed: "; replayed from the values as kept"
            }
        if let floor = example.floor {
            text +=
                floor.isMinimum
                ? "; minimum, proved: nothing \(verb) below \(floor.measure) = \(short(floor.value))"
                : "; nothing \(verb) up to \(floor.measure) = \(short(floor.value)), proved"
        }
        if let nearest = example.nearestDistance, example.floor?.isMinimum != true {
            text += "; still \(verb) at \(nearest.measure) = \(short(nearest.value))"
        }
        if example.worstMargin < example.margin {
            text +=
                verb == "works"
                ? "; best margin \(short(-example.worstMargin))" : "; worst margin \(short(example.worstMargin))"
        }
        return text
    }

    func described(_ input: Counterexample.Input, _ verb: String) -> [String] {
        let freedom = input.isArbitrary ? "   (any other value \(verb) too)" : ""
        if let row = input.row {
            let fields = row.fields.map { "\($0.name) = \($0.text)" }.joined(separator: ", ")
            return ["row \(row.number) of \(row.table)" + (fields.isEmpty ? "" : ": \(fields)") + freedom]
        }
        if input.leaf.texts != nil {
            return [Notation.quoted(input.values[0]) + tokens(of: input) + freedom + anything(in: input)]
        }
        if input.leaf.shape.isEmpty {
            let unit = input.leaf.unit.map { " \($0)" } ?? ""
            let interval = input.isArbitrary ? "" : range(input.interval, of: input.values[0])
            return [input.values[0] + unit + interval + freedom]
        }
        if input.values.count <= Self.longest, input.leaf.shape.count == 1,
            input.changes.allSatisfy({ $0.interval == nil })
        {
            return ["[" + input.values.joined(separator: ", ") + "]" + freedom]
        }
        return changes(of: input, freedom)
    }

    private func tokens(of input: Counterexample.Input) -> String {
        input.tokens.map { "   (tokens \($0.map(String.init).joined(separator: ", ")))" } ?? ""
    }

    /// The parts of a text in which each letter may be another one.
    private func anything(in input: Counterexample.Input) -> String {
        let text = Array(input.values[0].unicodeScalars)
        guard !input.isArbitrary, !input.freePlaces.isEmpty else { return "" }
        if input.freePlaces.count == text.count { return "   (any letter may be another)" }
        var runs: [ClosedRange<Int>] = []
        for place in input.freePlaces {
            if let last = runs.last, last.upperBound + 1 == place {
                runs[runs.count - 1] = last.lowerBound...place
            } else {
                runs.append(place...place)
            }
        }
        let parts = runs.prefix(4).map { run in
            var part = String.UnicodeScalarView()
            part.append(contentsOf: text[run])
            return
                "\(Notation.quoted(String(part))) at \(run.count > 1 ? "\(run.lowerBound)..\(run.upperBound)" : "\(run.lowerBound)")"
        }
        return "   (any letters in the place of \(parts.joined(separator: ", "))\(runs.count > 4 ? ", ..." : ""))"
    }

    private func changes(of input: Counterexample.Input, _ freedom: String) -> [String] {
        let total = input.values.count
        var lines = ["\(input.changes.count) of \(plural(total, "entry", "entries")) changed\(freedom)"]
        for change in input.changes.prefix(Self.mostChanges) {
            let place = "[" + change.place.joined(separator: ", ") + "]"
            lines.append("  \(place)  \(change.from) -> \(change.to)\(range(change.interval, of: change.to))")
        }
        if input.changes.count > Self.mostChanges {
            lines.append("  and \(input.changes.count - Self.mostChanges) more")
        }
        return lines
    }

    private func range(_ interval: Counterexample.Interval?, of value: String) -> String {
        guard let interval, interval.lower != interval.upper else { return "" }
        return "   (any value in [\(interval.lower), \(interval.upper)])"
    }

    private func described(_ step: Counterexample.Step) -> String {
        if step.type.isText { return Notation.quoted(step.values) }
        let texts = step.values.prefix(Self.longest).map { value -> String in
            if step.type.cases != nil || step.type.isTruth { return Notation.text(value, .category, step.type) }
            return step.type.isWhole ? Notation.text(value) : short(value)
        }
        if step.type.shape == [] { return texts.first ?? "" }
        if step.values.count <= Self.longest { return "[" + texts.joined(separator: ", ") + "]" }
        let shape = (step.type.shape ?? []).map(String.init).joined(separator: ", ")
        let (low, high) = (step.values.min() ?? 0, step.values.max() ?? 0)
        return "Tensor[\(shape)], between \(short(low)) and \(short(high))"
    }

    private func admission(_ share: Double) -> [String] {
        guard share < 0.01 else { return [] }
        let percent = short(share * 100)
        return [
            "    only \(percent)% of the tries met every `assume` and `where`: most of the search was for inputs that count"
        ]
    }

    func effort(_ effort: Verdict.Effort) -> String { self.effort(effort, tries: effort.tries) }

    private func effort(_ effort: Verdict.Effort, tries: Int) -> String {
        let rate = Int(Double(effort.tries) / max(effort.seconds, 1e-6))
        return "\(plural(tries, "try", "tries")) in \(short(effort.seconds)) s (\("\(rate)".grouped)/s)"
    }

    func plural(_ count: Int, _ one: String, _ many: String? = nil) -> String {
        "\("\(count)".grouped) \(count == 1 ? one : many ?? one + "s")"
    }

    /// Five significant digits: for reading, not for replaying.
    func short(_ value: Double) -> String { value.rounded(toSignificant: 5) }

    /// Codes of ANSI terminals.
    enum Paint: String {
        case bold = "1"
        case dim = "2"
        case red = "1;31"
        case green = "1;32"
        case yellow = "1;33"
    }

    func paint(_ text: String, _ paint: Paint) -> String {
        style == .coloured ? painted(text, paint.rawValue) : text
    }
}

extension Verdict.Word {
    var paint: TextReport.Paint {
        switch self {
        case .contradicted, .refuted, .fails, .error: .red
        case .proved, .witnessed, .holds: .green
        case .survived, .notFound, .undecided: .yellow
        }
    }
}
