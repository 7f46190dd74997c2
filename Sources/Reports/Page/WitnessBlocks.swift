import Checker
import Compiler
import Pages

/// The part of a page that shows one input, as people look at it.
struct WitnessBlocks {
    private let example: Counterexample
    private let verdict: Verdict
    private let name: String
    private let report = TextReport(.plain)

    init(_ example: Counterexample, of verdict: Verdict, name: String) {
        (self.example, self.verdict, self.name) = (example, verdict, name)
    }

    /// Changed entries beyond these are in the saved file.
    private static let mostChanges = 40

    var blocks: [Block] {
        let shown = rows + ExhibitBlocks(example).blocks + texts + steps
        let files = example.files.isEmpty ? [] : [Block.facts([.init("Saved", example.files.joined(separator: ", "))])]
        return [.subheading(name), .table(inputs)] + shown + changes + [.facts(facts)] + files + replay
    }

    private var verb: String { verdict.word == .witnessed ? "works" : "fails" }

    // MARK: - Values

    private var inputs: Table {
        Table(
            columns: [.init("input"), .init("value", .prose), .init("simplest"), .init("as well", .prose)],
            cells: example.inputs.map { input in
                let simplest = simplest(input)
                return [
                    .init(input.name), .init(value(input), simplest == nil ? nil : .changed), .init(simplest ?? ""),
                    .init(freedom(input)),
                ]
            })
    }

    private func value(_ input: Counterexample.Input) -> String {
        if let row = input.row { return "row \(row.number) of \(row.table)" }
        if input.leaf.texts != nil { return Notation.quoted(input.values[0]) + report.tokens(of: input) }
        if input.leaf.shape.isEmpty { return input.values[0] + (input.leaf.unit.map { " \($0)" } ?? "") }
        return report.described(input, verb)[0]
    }

    /// What a single value would be where nothing has to differ; nil where it is that.
    private func simplest(_ input: Counterexample.Input) -> String? {
        guard input.leaf.shape.isEmpty, input.row == nil, input.leaf.texts == nil,
            let reference = input.reference?.first,
            reference != input.values[0]
        else { return nil }
        return reference
    }

    private func freedom(_ input: Counterexample.Input) -> String {
        if input.isArbitrary { return "any other value \(verb) too" }
        if input.leaf.texts != nil { return report.anything(in: input).bare }
        return input.leaf.shape.isEmpty ? report.range(input.interval, of: input.values[0]).bare : ""
    }

    private var rows: [Block] {
        example.inputs.compactMap { input in
            guard let row = input.row, !row.fields.isEmpty else { return nil }
            return .table(
                Table(
                    "Row \(row.number) of \(row.table)", columns: [.init("field"), .init("value", .prose)],
                    rows: row.fields.map { [$0.name, $0.text] }))
        }
    }

    private var steps: [Block] {
        let steps = example.lets + example.sides
        guard !steps.isEmpty else { return [] }
        return [
            .table(
                Table(
                    "Computed from it", columns: [.init("name", .prose), .init("value", .prose)],
                    rows: steps.map { [$0.name, report.described($0)] }))
        ]
    }

    private var changes: [Block] {
        example.inputs.compactMap { input in
            guard !input.changes.isEmpty, input.values.count > 1 else { return nil }
            let rows = input.changes.prefix(Self.mostChanges).map { change in
                [
                    "[" + change.place.joined(separator: ", ") + "]", change.from, change.to,
                    report.range(change.interval, of: change.to).bare,
                ]
            }
            let rest = input.changes.count - rows.count
            let count = "\(input.changes.count) of \(report.plural(input.values.count, "entry", "entries"))"
            let table = Block.table(
                Table(
                    "\(input.name): \(count) changed" + (rest > 0 ? ", the first \(rows.count)" : ""),
                    columns: [
                        .init("entry"), .init("simplest", .right), .init("value", .right), .init("as well", .prose),
                    ], rows: rows))
            return rows.count > 8 ? .details(summary: "Changed entries of \(input.name)", [table]) : table
        }
    }

    // MARK: - Texts

    private struct Text {
        let name, text: String
    }

    /// Texts along the way, beside the one that each is most like.
    private var texts: [Block] {
        var known: [Text] = example.inputs.filter { $0.leaf.texts != nil }.map {
            Text(name: $0.name, text: $0.values[0])
        }
        known += example.inputs.flatMap { $0.row?.texts ?? [] }.map { Text(name: $0.name, text: $0.text) }
        var blocks: [Block] = []
        for step in example.lets + example.sides where step.type.isText {
            let text = Text(name: step.name, text: Notation.text(of: step.values))
            let differences = known.filter { $0.text != text.text }.map { other in
                Difference(
                    "From \(other.name) to \(text.name)", from: Notation.visible(other.text),
                    to: Notation.visible(text.text))
            }
            let nearest = differences.max { $0.likeness < $1.likeness }
            if let nearest, nearest.likeness >= 0.4 { blocks.append(.difference(nearest)) }
            known.append(text)
        }
        return blocks
    }

    // MARK: - What is known of it

    private var facts: [Block.Fact] {
        var facts: [Block.Fact] = []
        if !example.margin.isNaN {
            let margin = verdict.word == .witnessed ? -example.margin : example.margin
            facts.append(.init("Margin", margin.rounded(toSignificant: 5)))
            facts.append(.init("How small", report.trust(example, verb).joined(separator: "; ").capitalisedFirst))
        }
        if example.unasked > 0 {
            facts.append(.init("Replay", "the box was not asked again, for want of queries or of answers"))
        }
        if let confirmation = example.confirmation {
            facts.append(.init("Asked besides", report.confirmation(confirmation, verdict.word).bare))
        }
        for line in example.unused.map({ report.unused($0) }) ?? [] {
            facts.append(.init("Rows of data", line.bare.capitalisedFirst))
        }
        return facts + [.init("Found after", report.found(example, verdict.effort))]
    }

    private var replay: [Block] {
        example.replay == "not kept" ? [] : [.paragraph("To evaluate it again:"), .code(example.replay)]
    }
}

extension String {
    /// Without the blanks around it, and the parentheses that it has in a line of text.
    fileprivate var bare: String {
        var text = Substring(self).drop { $0 == " " }
        if text.first == "(", text.last == ")" { text = text.dropFirst().dropLast() }
        return String(text)
    }
}
