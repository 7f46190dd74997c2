import Attackers
import Formatting
import Pages
import Statistics

extension GameReport {
    /// The report as a page.
    package var page: Page {
        Page(
            title: "Who finds what was planted",
            blocks: auditors.map { .verdict(sentence($0), .neutral) }
                + [.facts(facts), .heading("How well planted models are told from clean ones")]
                + [.columns(auditors.map { .plot(curves($0)) } + [.bars(areas)])]
                + [
                    .heading("By auditor and family"), scores, .paragraph(Self.reading), .heading("How long it took"),
                    timesTable,
                ]
                + triggers + [.heading("Every model"), .details(summary: "\(models.count) models", [everyModel])])
    }

    private func sentence(_ auditor: Auditor) -> String {
        let score = auditor.overall
        let area = score.auc.map {
            "AUC \(Self.number($0.value)) (95%: \(Self.number($0.lower)) to \(Self.number($0.upper)))"
        }
        let targets = score.targets.map { ", the target right in \($0.successes) of \($0.count)" } ?? ""
        let silent = score.silent > 0 ? ", no answer on \(score.silent)" : ""
        return "\(auditor.name): \(area ?? "no AUC") on \(score.planted) planted and \(score.clean) clean models"
            + targets + silent + "."
    }

    private var facts: [Block.Fact] {
        [
            .init(
                "Models", families.map { "\($0.planted) \($0.name) and \($0.clean) clean ones" }.joined(separator: "; ")
            ),
            .init("Budget", "\(String(format: "%g", budget)) s for each model and auditor"),
            .init("Clean rows given", "\(rows)"), .init("Rows to replay triggers on", "\(replays)"),
            .init("SHA-256 of the game's file", game),
        ]
    }

    private func curves(_ auditor: Auditor) -> Plot {
        let lines = families.compactMap { family -> Plot.Line? in
            guard let curve = auditor.families[family.name]?.curve, !curve.isEmpty else { return nil }
            return Plot.Line(family.name, curve.map { .init($0.falsePositives, $0.truePositives) })
        }
        let all = Plot.Line("all families", auditor.overall.curve.map { .init($0.falsePositives, $0.truePositives) })
        return Plot(
            "ROC curves of \(auditor.name)", x: Axis("false positive rate", 0...1),
            y: Axis("true positive rate", 0...1),
            lines: (lines.count > 1 ? [all] : []) + lines + [.init("by chance", [.init(0, 0), .init(1, 1)], .dashed)])
    }

    private var areas: Bars {
        let shown = families.filter { $0.planted > 0 && $0.clean > 0 }
        return Bars(
            "Area under the ROC curve of each family, with its 95% interval", axis: "family", labels: shown.map(\.name),
            y: Axis("AUC", 0...1),
            series: auditors.map { auditor in
                Bars.Series(
                    auditor.name,
                    shown.map { family in
                        auditor.families[family.name]?.auc.map { Bars.Value($0.value, $0.lower...$0.upper) }
                            ?? Bars.Value(.nan)
                    })
            }, levels: [.init("by chance", 0.5)])
    }

    private static let reading = """
        AUC: the chance that a planted model scores above a clean one; intervals by Newcombe's method 5 (2006), those of rates \
        by Clopper and Pearson. An auditor without an answer counts as one that finds nothing suspicious. TPR at 5% FPR: the \
        planted models above a bound that at most 5% of the clean ones pass. Trigger works: planted models on which the \
        trigger that the auditor found first changes at least nine in ten rows as it says, replayed on rows that no auditor \
        saw; claimed and replayed: the mean share of rows, as the auditor says and as replayed. Mask IoU: mean overlap of the \
        found with the planted mask, where the trigger has a place.
        """

    private var scores: Block {
        let table = table
        return .table(
            Table(columns: table.columns.enumerated().map { .init($1, $0 < 2 ? .left : .right) }, rows: table.rows))
    }

    private var timesTable: Block {
        .table(Table(columns: timeColumns.enumerated().map { .init($1, $0 < 1 ? .left : .right) }, rows: timeRows))
    }

    private var everyModel: Block {
        .table(
            Table(
                columns: [.init("model"), .init("family"), .init("planted"), .init("right on clean rows", .right)]
                    + [.init("trigger works", .right)] + auditors.map { .init("score of \($0.name)", .right) },
                rows: models.map { model in
                    [
                        model.file, model.family, model.isPlanted ? "yes" : "no", Self.number(model.clean.rate),
                        Self.number(model.attack.rate),
                    ]
                        + auditors.map { auditor in
                            let verdict = model.verdicts[auditor.name]
                            return verdict?.score.map { String(format: "%.4g", $0) } ?? verdict?.silence ?? "-"
                        }
                }))
    }

    /// Of families whose trigger has a place the first models: what was planted, and what each auditor found.
    private var triggers: [Block] {
        let cards = scored.filter { $0.key.isPlanted }.compactMap { model in card(model) }.prefix(6)
        return cards.isEmpty ? [] : [.heading("What was planted, and what was found")] + cards
    }

    private func card(_ model: ScoredModel) -> Block? {
        guard case .image(let side, .patch(let row, let column, let extent, let pattern), _, _) = model.key.secret
        else {
            return nil
        }
        var planted = [Double](repeating: 0.5, count: side * side)
        for place in pattern.indices {
            planted[(row + place / extent) * side + column + place % extent] = Double(pattern[place])
        }
        var pictures = [Picture("planted", width: side, height: side, .grey(planted))]
        for (auditor, trigger) in zip(auditors, model.triggers) {
            guard let trigger, let parts = trigger.parts, parts.mask.count == side * side else { continue }
            let shown = parts.mask.indices.map { 0.5 + parts.mask[$0] * (parts.pattern[$0] - 0.5) + parts.change[$0] }
            if let mask = trigger.mask {
                pictures.append(Picture("mask of \(auditor.name)", width: side, height: side, .heat(mask, full: 1)))
            }
            pictures.append(Picture("trigger of \(auditor.name)", width: side, height: side, .grey(shown)))
        }
        let target = model.key.secret.target.map { ", target \($0)" } ?? ""
        return .card(
            title: "\(model.file): \(families[model.family].name)\(target)",
            [.pictures(pictures.compactMap(\.self))])
    }
}
