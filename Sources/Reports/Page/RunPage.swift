import Pages

extension CheckRun {
    /// The run as a page: a summary that leads to each property, and for each what is known of it, with pictures.
    package var page: Page {
        let what = specs.count == 1 ? specs[0].path : "\(specs.count) specs"
        return Page(
            title: "gainsay check: \(what)",
            blocks: [.verdict(summary, tone)] + unread + [.facts(facts)]
                + (entries.isEmpty ? [] : [.heading("Properties", anchor: Self.top), .table(overview)] + reading)
                + entries.enumerated().flatMap { PropertyBlocks($1, stop: stop).blocks(anchor: Self.anchor($0)) }
        )
    }

    static let top = "properties"

    private static func anchor(_ index: Int) -> String { "property-\(index + 1)" }

    private var tone: Block.Tone {
        let standings = entries.map { $0.standing }
        if !unread.isEmpty || standings.contains(where: { $0 == .fails || $0 == .breaks }) { return .alarming }
        return entries.allSatisfy { $0.tone == .reassuring } ? .reassuring : .neutral
    }

    private var unread: [Block] {
        specs.flatMap { spec in
            spec.failure.map { [.verdict("\(spec.path) could not be read", .alarming), .code($0)] } ?? []
        }
    }

    private var facts: [Block.Fact] {
        var facts = specs.flatMap { spec in
            [Block.Fact("Spec", spec.path)] + spec.files.map { .init($0.name, $0.path) }
        }
        facts.append(.init("Seed", "\(seed)"))
        if entries.contains(where: { $0.requirement == .proved }) {
            let all = entries.allSatisfy { $0.requirement == .proved } ? "every property" : "some properties"
            facts.append(.init("Required", "\(all) proved or witnessed"))
        }
        return facts + [.init("Gainsay", version)]
    }

    private var overview: Table {
        let report = TextReport(.plain)
        let rows = entries.enumerated().map { index, entry -> [Table.Cell] in
            let verdict = entry.verdict
            return [
                .init(entry.name, link: Self.anchor(index)),
                .init(entry.word, .init(entry.tone)),
                .init(verdict?.title ?? verdict.map { report.gist(of: $0) } ?? stop),
                .init(verdict?.effort.bestMargin.map { $0.rounded(toSignificant: 5) } ?? ""),
                .init(verdict.map { "\($0.effort.tries)".grouped } ?? ""),
                .init(verdict.map { $0.effort.seconds.rounded(toSignificant: 3) } ?? ""),
            ]
        }
        return Table(
            columns: [
                .init("property"), .init("verdict"), .init("what it says", .prose), .init("best margin", .right),
                .init("tries", .right), .init("seconds", .right),
            ], cells: rows)
    }

    private var reading: [Block] {
        [
            .paragraph(
                """
                A margin says how far a check is from failing: below 0 it fails. What survived was neither contradicted nor \
                proved: that is no pass.
                """)
        ]
    }
}

extension CheckRun.Entry {
    /// What is proved is shown; what only was not contradicted is not.
    var tone: Block.Tone {
        switch standing {
        case .fails, .breaks: .alarming
        case .unfinished: .neutral
        case .passes: verdict.map { [.proved, .witnessed, .holds].contains($0.word) } == true ? .reassuring : .neutral
        }
    }
}
