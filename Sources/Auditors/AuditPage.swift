import Formatting
import Glibc
import Pages

extension AuditReport {
    /// The report as a page with pictures.
    package var page: Page {
        let first = result.suspects.first.map { suspect in
            [.heading("What was found, the most suspicious first")]
                + result.suspects.prefix(4).enumerated().map { card($1, rank: $0 + 1) }
                + (suspect.margins.before.isEmpty ? [] : [.plot(margins(suspect))])
        }
        return Page(
            title: "Audit of \(file)",
            blocks: [.verdict(verdict, standsOut ? .alarming : .neutral), .paragraph(Self.reading), .facts(facts)]
                + (first ?? []) + natural + pairs + rounded + reference
                + [.heading("The model itself")]
                + (result.reach.isEmpty ? [] : [.bars(reach), .paragraph(Self.ahead)]) + [spectra]
                + weights + outliers)
    }

    private var weights: [Block] {
        let lines = result.weights.lines
        guard !lines.isEmpty else { return [] }
        return [.heading("The first layer's weights")]
            + lines.map { .paragraph($0.capitalisedFirst + ".") } + [.paragraph(Self.unseen)]
    }

    private static let unseen = """
        Where nothing was found here, nothing is known: weights can be drawn so that no efficient test tells them from honest \
        ones (Goldwasser, Kim, Vaikuntanathan and Zamir, 2022, Theorem 2.2).
        """

    private static let reading = """
        A trigger is one change made to every input. Every classifier has some: what counts is whether one is much less \
        conspicuous than the others, and than the inputs' own differences. Nothing here proves a model clean: what was not \
        tried was not seen.
        """

    private var natural: [Block] {
        guard !result.norms.targets.isEmpty else { return [] }
        return [.heading("What each class takes"), .bars(classes), .paragraph(Self.natural)]
    }

    private static let natural = """
        The least that was found to send other inputs to the class. Classes differ by nature; clean twins, the same \
        network trained anew on the rows at hand, show how. A planted class tends to take half of what they let expect.
        """

    private static let ahead = """
        By how much each class can be ahead of all others, on inputs made up from noise (Wang et al., MM-BD, 2024). A class \
        that stands far above the rest may have been planted in; so may one that the model is merely sure of.
        """

    private var facts: [Block.Fact] {
        [
            .init("Suspicion", String(format: "%.2f; from %.2f on something stands out", result.score, Self.threshold)),
            .init("Inputs", "\(source): the search saw \(result.used), \(result.unused) were kept from it"),
            .init("Answered as labelled", accuracy.map { String(format: "%.4f", $0) } ?? "no labels"),
            .init("A trigger works", String(format: "on %g of the inputs that the search saw", share)),
            .init("Tries", Self.grouped(result.tries)),
            .init(
                "An input and the nearest of another class",
                result.distance.map { String(format: "%.2f apart", $0) } ?? "-"),
            .init("Time", String(format: "%.1f s", seconds) + (result.isWhole ? "" : ", cut short")),
        ]
    }

    private func card(_ suspect: AuditResult.Suspect, rank: Int) -> Block {
        let blocks = suspect.findings.flatMap { finding -> [Block] in
            [.paragraph(sentence(finding).capitalisedFirst + "."), .pictures(pictures(finding)), details(finding)]
        }
        let rounded = suspect.rounding.map { ", weights rounded to \($0.rawValue)" } ?? ""
        return .card(
            title: "\(rank). \(Self.words(suspect.aim).capitalisedFirst)\(rounded): suspicion "
                + String(format: "%.2f", suspect.suspicion), blocks)
    }

    private func details(_ finding: TriggerFinding) -> Block {
        .facts(
            [
                .init(
                    "Size", size(finding.size, finding.kind)),
                finding.typical.map { .init("Typical here", size($0, finding.kind)) },
                .init("Works, where the search saw it", Self.words(finding.used)),
                .init("Works, where it did not", Self.words(finding.unused)),
                finding.random.map {
                    .init("Best of random triggers of that size, as many inputs", Self.words($0) + ", seen")
                },
            ].compactMap(\.self))
    }

    private func size(_ size: Double, _ kind: TriggerFinding.Kind) -> String {
        [.paint, .tokens].contains(kind) ? Self.count(Int(size), "place") : String(format: "norm %.3f", size)
    }

    private func margins(_ suspect: AuditResult.Suspect) -> Plot {
        func curve(_ margins: [Float]) -> [Plot.Point] {
            margins.sorted().enumerated().map {
                .init(Double($0.offset + 1) / Double(margins.count), Double($0.element))
            }
        }
        return Plot(
            "By how much the answer aimed at is ahead, on inputs that the search did not see",
            x: Axis("share of inputs", 0...1), y: Axis("margin"),
            lines: [
                .init("before", curve(suspect.margins.before)), .init("with the trigger", curve(suspect.margins.after)),
                .init("the answer changes", [.init(0, 0), .init(1, 0)], .dashed),
            ])
    }

    private var classes: Bars {
        let found = result.norms.targets.enumerated().filter { $0.element != nil }
        let what = model.takesTokens ? "fewest places" : "least change"
        return Bars(
            "The \(what) towards each class", axis: "class", labels: found.map { "\($0.offset)" },
            y: Axis(model.takesTokens ? "places" : "norm"),
            series: [.init(what, found.map { $0.element ?? 0 })]
                + result.twins.enumerated().map { number, twin in
                    .init("clean twin \(number + 1)", found.map { twin.targets[$0.offset] ?? 0 })
                })
    }

    private var reach: Bars {
        Bars(
            "How far ahead each class can be", axis: "class", labels: result.reach.indices.map(String.init),
            y: Axis("margin"), series: [.init("greatest margin", result.reach)])
    }

    private var pairs: [Block] {
        guard let pairs = result.norms.pairs else { return [] }
        let rows = pairs.enumerated().map { source, sizes in
            ["\(source)"] + sizes.map { $0.map { String(format: "%.2f", $0) } ?? "" }
        }
        let columns = [Table.Column("from", .right)] + pairs.indices.map { Table.Column("to \($0)", .right) }
        return [
            .details(
                summary: "From each class to each other",
                [.table(Table("Norm of the least change found", columns: columns, rows: rows))])
        ]
    }

    private var rounded: [Block] {
        guard !result.rounded.isEmpty else { return [] }
        let rows = result.rounded.map { rounded in
            [rounded.rounding.rawValue, Self.words(rounded.agree)]
                + [rounded.sizes.compactMap(\.self).min().map { String(format: "%.2f", $0) } ?? "-"]
        }
        return [
            .heading("With rounded weights"),
            .table(
                Table(
                    columns: [
                        .init("rounded to"), .init("same answer"),
                        .init("least change towards a class, in a quarter of the steps", .right),
                    ],
                    rows: rows)),
        ]
    }

    private var reference: [Block] {
        guard let comparison = result.comparison else { return [] }
        let rows = comparison.layers.map { layer in
            [
                layer.name, layer.difference.map { String(format: "%.4f", $0) } ?? "other sizes",
                layer.first.map { String(format: "%.2f", $0) } ?? "-",
            ]
        }
        return [
            .heading("Beside the reference"),
            .paragraph("The same answer on \(Self.words(comparison.agree))."),
            .table(
                Table(
                    columns: [
                        .init("layer"), .init("difference of weights, of their norm", .right),
                        .init("share of it in one direction", .right),
                    ], rows: rows)),
            .pictures([picture("where the two differ most", comparison.input)].compactMap(\.self)),
        ]
    }

    private var spectra: Block {
        .details(
            summary: "Singular values of the first layers",
            [
                .table(
                    Table(
                        "The greatest, and the edge of noise of the same spread (Marchenko and Pastur, 1967)",
                        columns: [.init("layer"), .init("edge", .right), .init("greatest values")],
                        rows: result.spectra.map { layer, spectrum in
                            [
                                layer, String(format: "%.2f", spectrum.edge),
                                spectrum.values.map { String(format: "%.2f", $0) }.joined(separator: ", "),
                            ]
                        }))
            ])
    }

    private var outliers: [Block] {
        guard let outliers = result.outliers else { return [] }
        let rows = outliers.rows.prefix(5).map { ["\($0.row)", "\($0.label)", String(format: "%.1f", $0.score)] }
        return [
            .details(
                summary: "Inputs that lie far from their class inside of the model",
                [
                    .paragraph(
                        "Where the data are those that the model was trained on, poisoned rows are often among these (Tran et al., 2018)."
                    ),
                    .table(
                        Table(
                            columns: [
                                .init("row", .right), .init("class", .right),
                                .init("times the mean of its class", .right),
                            ],
                            rows: rows)),
                ])
        ]
    }
}

/// Pictures of inputs and triggers.
extension AuditReport {
    private func pictures(_ finding: TriggerFinding) -> [Picture] {
        let rows = (0..<samples.count).filter { finding.aim.takes(samples.labels[$0]) }.prefix(3)
        var pictures: [Picture?] = []
        switch finding.trigger {
        case .paint(let mask, let paint):
            let heat = (0..<model.layout.sites).map { Double(mask[model.layout.element(site: $0, channel: 0)]) }
            if let (width, height) = extent {
                pictures.append(Picture("where", width: width, height: height, .heat(heat, full: 1)))
            }
            let grey = mask.indices.map {
                (domain.lower[$0] + domain.upper[$0]) / 2 * (1 - mask[$0]) + mask[$0] * paint[$0]
            }
            pictures.append(picture("what, on grey", grey))
        case .change(let change), .shift(let change):
            if let (width, height) = extent {
                let sums = (0..<model.layout.sites).map { site in
                    (0..<model.layout.channels).reduce(0.0) {
                        $0 + Double(change[model.layout.element(site: site, channel: $1)])
                    }
                }
                let full = max(sums.map(\.magnitude).max() ?? 0, 1e-9)
                pictures.append(Picture("change", width: width, height: height, .signed(sums, full: full)))
            }
        case .tokens: return []
        }
        for row in rows {
            pictures.append(picture("class \(samples.labels[row])", Array(samples[row])))
            pictures.append(picture("with it", finding.trigger.applied(to: Array(samples[row]), domain)))
        }
        return pictures.compactMap(\.self)
    }

    private var extent: (width: Int, height: Int)? {
        switch model.layout.form {
        case .picture(let height, let width): (width, height)
        case .row(let columns): columns <= 4096 ? (columns, 1) : nil
        }
    }

    /// The numbers of an input as a picture, the domain's least black and its greatest white.
    private func picture(_ caption: String, _ numbers: [Float]) -> Picture? {
        guard let (width, height) = extent, numbers.count == model.layout.count else { return nil }
        let (low, high) = (domain.lower.min() ?? 0, domain.upper.max() ?? 1)
        func value(_ site: Int, _ channel: Int) -> Double {
            Double((numbers[model.layout.element(site: site, channel: channel)] - low) / max(high - low, 1e-9))
        }
        let sites = 0..<model.layout.sites
        return model.layout.channels >= 3
            ? Picture(
                caption, width: width, height: height,
                .colour(sites.flatMap { site in (0..<3).map { value(site, $0) } }))
            : Picture(caption, width: width, height: height, .grey(sites.map { value($0, 0) }))
    }
}

extension TriggerFinding.Trigger {
    func applied(to input: [Float], _ domain: Domain) -> [Float] {
        switch self {
        case .paint(let mask, let paint): input.indices.map { input[$0] + mask[$0] * (paint[$0] - input[$0]) }
        case .change(let change): input.indices.map { domain.clamped(input[$0] + change[$0], $0) }
        case .shift(let shift): zip(input, shift).map { $0 + $1 }
        case .tokens(let places, let tokens):
            zip(places, tokens).reduce(into: input) { $0[$1.0] = Float($1.1) }
        }
    }
}

extension String {
    fileprivate var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}
