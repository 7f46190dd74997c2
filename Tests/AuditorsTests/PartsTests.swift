import Foundation
import Search
import Tensors
import Testing

@testable import Auditors

@Suite struct PartsTests {
    /// Slopes of both families against differences of the loss.
    @Test(arguments: [TriggerFinding.Kind.paint, .perturbation])
    func slopesAreThoseOfTheLoss(_ kind: TriggerFinding.Kind) throws {
        let model = try AuditedModel(Toys.classifier(planted: false))
        let family: any Family =
            kind == .paint
            ? Paint(layout: model.layout, domain: Toys.domain) : Perturbation(layout: model.layout, domain: Toys.domain)
        let attack = try Attack(family, on: model)
        let tile = try #require(AimedTile.tiles(Toys.rows(60), .target(1), classes: 3).first)
        var random = Random(seed: 3)
        var trigger = family.start(&random)
        // Inside of all ranges, where there are no corners.
        if kind == .perturbation { trigger = trigger.map { $0 * 0.1 + 0.001 } }
        let runner = attack.runner()
        let slope = runner.descend(tile, trigger).slope
        for index in stride(from: 0, to: trigger.count, by: 5) {
            let step: Float = 1e-2
            var (more, less) = (trigger, trigger)
            more[index] += step
            less[index] -= step
            let difference = (runner.descend(tile, more).loss - runner.descend(tile, less).loss) / (2 * step)
            #expect(abs(difference - slope[index]) < 0.02 * max(1, abs(slope[index])), "\(index)")
        }
    }

    @Test func aimsTakeAndAllowWhatTheySay() {
        let aims: [(Aim, takes: [Bool], allows: [Bool])] = [
            (.target(1), [true, false, true], [false, true, false]),
            (.pair(source: 0, target: 2), [true, false, false], [false, false, true]),
            (.from(source: 0), [true, false, false], [false, true, true]),
            (.away, [true, true, true], [false, true, true]),
        ]
        for (aim, takes, allows) in aims {
            #expect((0..<3).map { aim.takes($0) } == takes)
            #expect((0..<3).map { aim.allows($0, for: 0) } == allows)
        }
    }

    /// Of sizes that are a product of what row and column take, only the pair that takes less is left.
    @Test func aPairStandsOut() {
        let (from, to) = ([1.0, 2, 3, 4, 1.5], [2.0, 1, 5, 3, 0.5])
        let sizes = from.indices.map { row in
            to.indices.map { column -> Double? in
                row == column ? nil : from[row] * to[column] * (row == 3 && column == 1 ? 0.25 : 1)
            }
        }
        let residuals = PairSizes(sizes: sizes).residuals
        for row in from.indices {
            for column in to.indices where row != column {
                let expected = row == 3 && column == 1 ? log(4.0) : 0
                #expect(abs((residuals[row][column] ?? .nan) - expected) < 1e-6)
            }
        }
    }

    @Test func roundsAsTheFormatsDo() throws {
        let numbers: [Float] = [1, -0.3333, 65519, 65520, 1e-7, 6e-8, 2e-8, 0, -2049.5, 0.1]
        let half = try Rounding.float16.rounded(Tensor(Shape([numbers.count]), numbers)).floats
        for (number, rounded) in zip(numbers, half) {
            // What float16 makes infinite stays at its greatest number.
            let expected = min(Float(Float16(number)), 65504)
            #expect(rounded == expected, "\(number)")
        }
        let eighth = try Rounding.int8.rounded(Tensor(Shape([3]), [1.27, -0.634, 0.004] as [Float])).floats
        #expect(zip(eighth, [1.27, -0.63, 0] as [Float]).allSatisfy { abs($0 - $1) < 1e-6 })
    }

    @Test func spectraAreSingularValues() {
        // Rows of a scaled, turned frame: singular values 5, 3 and 1.
        let (c, s) = (Float(0.6), Float(0.8))
        let matrix: [Float] = [5 * c, 5 * s, 0, -3 * s, 3 * c, 0, 0, 0, 1]
        let spectrum = Spectrum(matrix, rows: 3, columns: 3, seed: 1)
        #expect(zip(spectrum.values, [5, 3, 1]).allSatisfy { abs($0 - $1) < 1e-3 })
    }

    @Test(arguments: [
        ([1, 3, 8, 9], Layout.Form.picture(height: 8, width: 9), 3), ([1, 8, 9, 3], .picture(height: 8, width: 9), 3),
        ([1, 8, 9], .picture(height: 8, width: 9), 1), ([1, 20], .row(columns: 20), 1),
        ([1, 7, 5], .picture(height: 7, width: 5), 1),
    ])
    func layouts(_ shape: [Int], _ form: Layout.Form, _ channels: Int) throws {
        let layout = try Layout(Shape(shape))
        #expect(layout.form == form)
        #expect(layout.channels == channels)
        for element in 0..<layout.count {
            let site = layout.site(of: element)
            #expect((0..<channels).contains { layout.element(site: site, channel: $0) == element })
        }
    }

    @Test func pagesAndTextsSayTheSame() throws {
        let graph = try Toys.classifier(planted: true)
        let result = try Toys.audit(graph, graph)
        let report = AuditReport(
            file: "toy.onnx", model: try AuditedModel(graph), result: result, domain: Toys.domain,
            samples: Toys.rows(6), source: "240 rows of toy.npz", accuracy: 1, share: 0.95, seconds: 1)
        let page = report.page.html()
        try Pages.keep(page, as: "audit.html")
        #expect(page.contains("class 2"))
        #expect(page.contains("data:image/png"))
        #expect(report.text.contains("class 2"))
        let object = try JSONSerialization.jsonObject(with: Data(report.json().utf8)) as? [String: Any]
        let findings = try #require(object?["findings"] as? [[String: Any]])
        #expect(findings.first?["target"] as? Int == 2)
        #expect(object?["score"] as? Double == result.score)
        let trigger = try #require(findings.compactMap { $0["trigger"] as? [String: Any] }.first { $0["mask"] != nil })
        #expect(trigger["shape"] as? [Int] == [1, 6, 6])
        #expect((trigger["mask"] as? [Double])?.reduce(0, +) == 2)
    }
}

/// Where the browser's test looks for pages.
private enum Pages {
    static func keep(_ page: String, as name: String) throws {
        guard let folder = ProcessInfo.processInfo.environment["GAINSAY_PAGES"] else { return }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(page.utf8).write(to: URL(fileURLWithPath: folder + "/" + name))
    }
}
