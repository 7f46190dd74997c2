import Pages
import Search

/// The part of a page that is about one property.
struct PropertyBlocks {
    private let entry: CheckRun.Entry
    private let stop: String
    private let report = TextReport(.plain)

    init(_ entry: CheckRun.Entry, stop: String) { (self.entry, self.stop) = (entry, stop) }

    func blocks(anchor: String) -> [Block] {
        var blocks: [Block] = [.heading(entry.name, anchor: anchor)]
        if let title = entry.verdict?.title { blocks.append(.paragraph("\(title.capitalisedFirst).")) }
        blocks.append(.verdict(sentence, entry.tone))
        blocks += claim
        if let verdict = entry.verdict {
            blocks += found(verdict) + remarks(verdict) + course(verdict) + bounding(verdict)
            blocks += [.subheading("Effort"), .facts(effort(verdict))]
        }
        return blocks + [.link("Back to all properties", to: CheckRun.top)]
    }

    private var sentence: String {
        guard let verdict = entry.verdict else { return "Not checked: \(stop)" }
        let confidence =
            if case .estimated(let it) = verdict.outcome, it.decision != .undecided { " \(it.confidence)" } else { "" }
        let gist = report.gist(of: verdict)
        let accepted = verdict.isAccepted ? ", accepted" : ""
        let missed = entry.standing == .fails && verdict.word == .survived ? ", though a proof is required" : ""
        return
            "\(verdict.word.rawValue.capitalisedFirst)\(confidence)\(missed)\(accepted)\(gist.isEmpty ? "" : ": \(gist)")"
    }

    private var claim: [Block] {
        guard let source = entry.source, !source.isEmpty else { return [] }
        return [.code(source), .paragraph("Stands at \(entry.place.text).")]
    }

    private func found(_ verdict: Verdict) -> [Block] {
        switch verdict.outcome {
        case .contradicted(let examples):
            examples.enumerated().flatMap { number, example in
                WitnessBlocks(
                    example, of: verdict,
                    name: (verdict.quantifier == .forall ? "Counterexample" : "Witness")
                        + (examples.count > 1 ? " \(number + 1)" : "")
                ).blocks
            }
        case .estimated(let it):
            [.table(Self.estimates(it.quantities))]
                + (it.example.map { WitnessBlocks($0, of: verdict, name: "Where it fails").blocks } ?? [])
        case .counted(let it): [.table(Self.rates(it.rates)), .code(report.text(verdict))]
        case .proved, .survived, .failed, .mistaken: []
        }
    }

    private static func estimates(_ quantities: [Verdict.Quantity]) -> Table {
        Table(
            "Estimates, each with an interval; all of them hold together with the confidence asked for",
            columns: [
                .init("number", .prose), .init("estimate", .right), .init("from", .right), .init("to", .right),
                .init("draws", .right), .init("interval by"),
            ],
            rows: quantities.map {
                [
                    $0.words, $0.estimate.rounded(toSignificant: 5), $0.lower.rounded(toSignificant: 5, .down),
                    $0.upper.rounded(toSignificant: 5, .up), "\($0.count)".grouped, $0.method,
                ]
            })
    }

    private static func rates(_ rates: [Verdict.Rate]) -> Table {
        Table(
            "Rates over finitely many inputs: between these numbers for certain",
            columns: [
                .init("rate", .prose), .init("inputs", .right), .init("from", .right), .init("to", .right),
                .init("tried", .right),
            ],
            rows: rates.map {
                [
                    $0.words, "\($0.inputs)".grouped, $0.lower.rounded(toSignificant: 5, .down),
                    $0.upper.rounded(toSignificant: 5, .up),
                    "\($0.rows.map { $0.proved + $0.contradicted + $0.open - $0.unseen } ?? $0.right + $0.wrong)"
                        .grouped,
                ]
            })
    }

    private func remarks(_ verdict: Verdict) -> [Block] {
        var remarks = verdict.remarks.map { "\($0.capitalisedFirst)." }
        if let boundary = verdict.boundary {
            remarks.append(
                "A rounding-boundary case was met: margin \(boundary.rounded(toSignificant: 5)), which another order of the model's sums may undo."
            )
        }
        if verdict.effort.isInterrupted { remarks.append("Interrupted: the search was not run to its end.") }
        return remarks.map { .paragraph($0) }
    }

    // MARK: - The search and the proof

    private func course(_ verdict: Verdict) -> [Block] {
        let steps = verdict.effort.course.filter { $0.margin.isFinite }
        guard steps.count > 1, let first = steps.first, let last = steps.last else { return [] }
        let strategies = steps.map(\.strategy).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        // Level until the next step, and on until the end.
        var line: [Plot.Point] = []
        for (index, step) in steps.enumerated() {
            if index > 0 { line.append(.init(Double(step.tries), steps[index - 1].margin)) }
            line.append(.init(Double(step.tries), step.margin))
        }
        line.append(.init(Double(max(verdict.effort.tries, last.tries)), last.margin))
        let end = max(verdict.effort.tries, last.tries)
        let caption =
            "The best margin over the tries, from \(first.margin.rounded(toSignificant: 3)) to "
            + "\(last.margin.rounded(toSignificant: 3)) within \("\(last.tries)".grouped) of \("\(end)".grouped); a dot where a strategy improved on it"
        return [
            .subheading("The search"),
            .plot(
                Plot(
                    caption, x: Axis("tries", nil, .logarithmic), y: Axis("best margin"),
                    lines: [.init("best so far", line)]
                        + strategies.prefix(7).map { name in
                            .init(
                                name,
                                steps.filter { $0.strategy == name }.map { .init(Double($0.tries), $0.margin) }, .dots)
                        } + [.init("below: fails", [.init(1, 0), .init(Double(end), 0)], .dashed)])),
            .details(
                summary: "The search in numbers",
                [
                    .table(
                        Table(
                            columns: [.init("tries", .right), .init("best margin", .right), .init("by")],
                            rows: steps.map {
                                ["\($0.tries)".grouped, $0.margin.rounded(toSignificant: 5), $0.strategy]
                            })),
                    .table(
                        Table(
                            columns: [.init("strategy"), .init("tries", .right)],
                            rows: verdict.effort.strategies.map { [$0.strategy, "\($0.tries)".grouped] })),
                ]),
        ]
    }

    private func bounding(_ verdict: Verdict) -> [Block] {
        guard let bounding = verdict.effort.bounding else { return [] }
        var blocks: [Block] = [.subheading("The proof")]
        let steps = bounding.steps
        if let reason = bounding.reason { blocks.append(.paragraph("Not proved: \(reason).")) }
        if let last = steps.last {
            let left =
                last.open == 0
                ? "none left"
                : "\(report.plural(last.open, "region")) left, the least bound there \(last.bound.rounded(toSignificant: 5))"
            blocks.append(.paragraph("\(report.plural(last.regions, "region")) bounded, \(left)."))
        }
        let finite = steps.filter { $0.bound.isFinite }
        guard finite.count > 2, let first = finite.first, let last = finite.last else { return blocks }
        let range = Double(max(first.regions, 1))...Double(last.regions)
        let caption =
            "The least bound of the margin among the regions that are left, from \(first.bound.rounded(toSignificant: 3)) to "
            + "\(last.bound.rounded(toSignificant: 3)): at 0 it is proved"
        blocks.append(
            .plot(
                Plot(
                    caption, x: Axis("regions bounded", nil, .logarithmic), y: Axis("least bound"),
                    lines: [
                        .init("least bound", finite.map { .init(Double($0.regions), $0.bound) }),
                        .init("proved from here", [.init(range.lowerBound, 0), .init(range.upperBound, 0)], .dashed),
                    ])))
        return blocks
    }

    private func effort(_ verdict: Verdict) -> [Block.Fact] {
        let effort = verdict.effort
        var facts = [Block.Fact("Tried", report.effort(effort))]
        if let margin = effort.bestMargin { facts.append(.init("Best margin", margin.rounded(toSignificant: 5))) }
        if let admitted = effort.admitted {
            facts.append(
                .init("Admitted", "\((admitted * 100).rounded(toSignificant: 3))% of tries meet every assume and where")
            )
        }
        facts += verdict.queries.map { report.queries($0).map { .init("Queries", $0.trimmed) } } ?? []
        return facts
    }
}

extension String {
    var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }

    /// Without the blanks at its beginning.
    fileprivate var trimmed: String { String(drop { $0 == " " }) }
}
