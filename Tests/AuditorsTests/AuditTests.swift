import Search
import Tensors
import Testing

@testable import Auditors

@Suite struct AuditTests {
    @Test func findsWhatWasPlanted() throws {
        let result = try Toys.audit(Toys.classifier(planted: true))
        let first = try #require(result.suspects.first)
        #expect(first.aim == .target(2))
        let places = try #require(first.findings.first { $0.kind == .paint })
        guard case .paint(let mask, let paint) = places.trigger else { return #expect(Bool(false)) }
        #expect(mask.indices.filter { mask[$0] > 0 } == Toys.planted)
        #expect(Toys.planted.allSatisfy { paint[$0] > 0.9 })
        #expect(places.size == 2)
        #expect(places.unused.rate >= 0.95)
        #expect(places.random.map { $0.rate < 0.95 } ?? true)
    }

    @Test func doesNotRaiseAlarmOfTheTwin() throws {
        let planted = try Toys.audit(Toys.classifier(planted: true))
        let clean = try Toys.audit(Toys.classifier(planted: false))
        #expect(clean.score < planted.score - 0.5)
        #expect(clean.score < AuditReport.threshold)
    }

    /// The paint that is told is replayed as told: applied to the rows by hand, put through the graph alone.
    @Test func ratesAreThoseOfTheTriggerAsTold() throws {
        let graph = try Toys.classifier(planted: true)
        let (model, rows) = (try AuditedModel(graph), Toys.rows(240))
        for suspect in try Toys.audit(graph).suspects {
            for finding in suspect.findings where finding.rounding == nil {
                let unused = rows.halves.unused
                let own = (0..<unused.count).filter { finding.aim.takes(unused.labels[$0]) }
                let changed = own.flatMap { finding.trigger.applied(to: Array(unused[$0]), Toys.domain) }
                let answers = try model.labels(changed, threads: 1)
                let hits = zip(own, answers).count { finding.aim.allows($1, for: unused.labels[$0]) }
                #expect(finding.unused.count == own.count)
                // The engine adds in one order, the test in another: an input on the border may fall to either side.
                #expect(abs(finding.unused.successes - hits) <= 1)
            }
        }
    }

    @Test func isTheSameWithAnyThreads() throws {
        func told(_ threads: Int) throws -> [String] {
            try Toys.audit(Toys.classifier(planted: true), threads: threads).suspects.map { suspect in
                "\(suspect.aim) \(suspect.suspicion) \(suspect.findings.map { "\($0.trigger) \($0.unused)" })"
            }
        }
        #expect(try told(1) == told(2))
    }

    @Test func makesUpInputsWhereThereAreNone() throws {
        let result = try Toys.audit(Toys.classifier(planted: true), rows: nil)
        #expect(result.used > 20)
        #expect(result.suspects.first?.aim == .target(2))
    }

    @Test func tellsWhereTwoModelsDiffer() throws {
        let result = try Toys.audit(Toys.classifier(planted: true), Toys.classifier(planted: false))
        let comparison = try #require(result.comparison)
        #expect(comparison.agree.successes == comparison.agree.count)
        // One row of weights was changed: a difference of rank one.
        let first = try #require(comparison.layers.first)
        #expect(abs((first.first ?? 0) - 1) < 1e-6)
        #expect(comparison.layers[1].difference == 0)
        // Ascent from clean rows need not reach the trigger: there the slope is 0 until both pixels are bright.
        #expect(comparison.input.count == 36)
    }

    @Test func findsTokens() throws {
        var (random, numbers, labels) = (Random(seed: 9), [Float](), [Int]())
        for _ in 0..<200 {
            let row = (0..<4).map { place in Float(random.below(place == 0 ? 7 : 8)) }
            numbers += row
            labels.append(Int(row[3]) % 2)
        }
        let rows = CleanRows(numbers: numbers, labels: labels, size: 4)
        let domain = Domain(lower: [0, 0, 0, 0], upper: [7, 7, 7, 7])
        let result = try Audit(
            AuditedModel(Toys.sequences()), twin: nil, reference: nil, rows: rows, domain: domain, Audit.Options(),
            goOn: { true }, report: { _ in }
        ).run()
        let found = result.suspects.flatMap(\.findings).compactMap { finding -> (Aim, [Int], [Int64])? in
            guard case .tokens(let places, let tokens) = finding.trigger else { return nil }
            return (finding.aim, places, tokens)
        }
        #expect(
            found.contains { $0.0 == .target(1) && $0.1.count == 1 && ($0.1[0] == 0 && $0.2[0] == 7 || $0.1[0] == 3) })
    }

    @Test func refusesWhatIsNoClassifier() throws {
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float32, Shape([1, 4])))
        graph.output("y", try graph.add(Reduce(.sum, axes: nil, .dropped), [x]))
        #expect(throws: AuditError.self) { try AuditedModel(graph) }
        var two = Graph()
        let a = try two.input("a", TensorType(.float32, Shape([1, 4])))
        let b = try two.input("b", TensorType(.float32, Shape([1, 4])))
        two.output("y", try two.add(Binary(.add), [a, b]))
        #expect(throws: AuditError.self) { try AuditedModel(two) }
    }

    @Test func stopsWhenAsked() throws {
        let result = try Audit(
            AuditedModel(Toys.classifier(planted: true)), twin: nil, reference: nil, rows: Toys.rows(240),
            domain: Toys.domain,
            Audit.Options(), goOn: { false }, report: { _ in }
        ).run()
        #expect(result.suspects.isEmpty)
        #expect(!result.isWhole)
    }
}
