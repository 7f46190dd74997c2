import Foundation
import Testing

/// `gainsay check` on what is drawn and estimated: planted rates, exit codes, the same bytes with any number of threads.
@Suite(.withExecutable) struct DrawingTests {
    private let command: Command

    init() throws { command = try Command() }

    private struct Report: Decodable {
        struct Property: Decodable {
            struct Estimate: Decodable {
                let lower, upper, estimate: Double
                let draws, counted: Int
                let method: String
            }
            let name, verdict: String
            let confidence: Double?
            let estimates: [Estimate]?
        }
        let properties: [Property]
    }

    private func report(_ spec: String, _ options: String = "") throws -> [Report.Property] {
        try command.write(spec, to: "drawn.say")
        let result = try command.run("check drawn.say --json --no-cases " + options)
        #expect(result.errors.isEmpty, "\(result.errors)")
        return try JSONDecoder().decode(Report.self, from: Data(result.output.utf8)).properties
    }

    /// Each is a number that is known, and a bound on one side of it.
    static let planted: [(check: String, truth: Double, verdict: String)] = [
        ("rate(x: Bool ~ bernoulli(0.7) : x) >= 0.65", 0.7, "holds-with-confidence"),
        ("rate(x: Bool ~ bernoulli(0.6) : x) >= 0.65", 0.6, "contradicted-with-confidence"),
        ("rate(x, y: Real in [0, 1] : x * x + y * y <= 1) in [0.77, 0.8]", .pi / 4, "holds-with-confidence"),
        ("rate(z ~ normal(1, 2) : z <= 3) > 0.85", 0.841344746, "contradicted-with-confidence"),
        ("rate(z ~ normal(0, 1) where z > 0 : z > 1) <= 0.35", 0.317310508, "holds-with-confidence"),
        ("rate(t: Tokens[8] over 64 : max(t) == 63) < 0.13", 0.118361733, "holds-with-confidence"),
        ("rate(k ~ categorical([1, 2, 1]) : k == 1) <= 0.45", 0.5, "contradicted-with-confidence"),
        ("rate(row in test, z ~ normal(0, 1) : row.x + z <= 2) >= 0.55", 0.619312, "holds-with-confidence"),
        ("rate(row ~ test : row.x >= 1) >= 0.6", 0.75, "holds-with-confidence"),
        ("mean(x: Real in [0, 1] : x * x) <= 0.36", 0.333333333, "holds-with-confidence"),
        ("mean(n: Int in [1, 6] ~ uniform(1, 6) : n) < 3.3", 3.5, "contradicted-with-confidence"),
        ("quantile(z ~ lognormal(1, 0.5) : z, 0.9) <= 5.5", 5.159138, "holds-with-confidence"),
        ("median(x ~ uniform(0, 2) : x) >= 1.1", 1, "contradicted-with-confidence"),
    ]

    @Test("planted numbers are decided rightly, and their intervals hold them", arguments: planted.indices)
    func decided(index: Int) throws {
        let (check, truth, verdict) = Self.planted[index]
        try command.write("x\n0\n1\n2\n3\n", to: "test.csv")
        let spec = """
            data test : { x: Real } from "test.csv"
            property p { check \(check) with confidence 0.9999 }

            """
        for options in ["--budget 20s --seed \(index)", "--tries 60000 --seed \(index + 100)"] {
            let property = try report(spec, options)[0]
            #expect(property.verdict == verdict && property.confidence == 0.9999, "\(check) \(options)")
            let estimate = try #require(property.estimates?.first)
            #expect(estimate.lower <= truth + 1e-6 && truth <= estimate.upper + 1e-6, "\(check) \(options)")
            if options.hasPrefix("--tries"), check.hasPrefix("rate") {
                #expect(estimate.draws == 60_000 && estimate.method == "Clopper-Pearson interval")
            }
        }
    }

    @Test func codesSayWhatHappened() throws {
        let codes: [(String, Int32, String)] = [
            ("rate(x ~ bernoulli(0.9) : x) >= 0.5 with confidence 0.999", 0, "holds with confidence 0.999"),
            (
                "rate(x ~ bernoulli(0.1) : x) >= 0.5 with confidence 0.999999", 1,
                "contradicted with confidence 0.999999"
            ),
            ("rate(x ~ bernoulli(0.5) : x) >= 0.5 with confidence 0.999", 0, "undecided"),
            ("all(z ~ normal(0, 1) : z < 100)", 0, "survived"),
            ("any(z ~ normal(0, 1) : z > 100)", 0, "not found"),
            ("rate(z ~ normal(0, 1) where z > 100 : z > 1) <= 0.5 with confidence 0.999", 3, "none of"),
            ("mean(z ~ normal(0, 1) : 1 / z) <= 9 with confidence 0.999", 2, "mean-unbounded"),
        ]
        for (check, code, words) in codes {
            try command.write("property p { check \(check) }\n", to: "codes.say")
            let result = try command.run("check codes.say --no-cases --tries 2000")
            #expect(result.code == code && (result.output + result.errors).contains(words), "\(check)\n\(result)")
            #expect(!result.output.contains("proved  "))
        }
    }

    /// 1 - 0.0005^(1/2000) = 0.0037933.
    @Test(arguments: ["all(z ~ normal(0, 1) : z < 100)", "any(z ~ normal(0, 1) : z > 100)"])
    func drawsInVainSayHowRareOneIsThatIsNot(_ check: String) throws {
        try command.write("property p { check \(check) }\n", to: "vain.say")
        let text = try command.run("check vain.say --no-cases --tries 2000").output
        let verb = check.hasPrefix("all") ? "fails" : "works"
        #expect(text.contains("of what is drawn at most 0.003793"), "\(text)")
        #expect(text.contains(" \(verb), with confidence 0.999: none of 2,000 draws does; Clopper-Pearson interval"))
    }

    /// The surest of several checks counts for all.
    @Test func theGreatestConfidenceIsKept() throws {
        let checks = [
            "rate(x ~ bernoulli(0.5) : x) >= 0.3 with confidence 0.9",
            "mean(x: Real in [0, 1] : x) >= 0.3 with confidence 0.999",
        ]
        for checks in [checks, checks.reversed()] {
            let spec = "property p {\n" + checks.map { "  check \($0)\n" }.joined() + "}\n"
            #expect(try report(spec).map(\.confidence) == [0.999])
        }
    }

    /// Estimates that are joined share the error that is allowed.
    @Test func numbersOfSeveralEstimatesAreJoined() throws {
        let properties = try report(
            """
            func above(limit: Real) -> Real = rate(z ~ normal(0, 1) : z > limit)
            property gap { check above(0) - above(1) in [0.3, 0.4] with confidence 0.999 }
            property either {
              check rate(x ~ bernoulli(0.2) : x) >= 0.5 or mean(x: Real in [0, 1] : x) <= 0.6 with confidence 0.999
            }
            property none { check not (rate(x ~ bernoulli(0.2) : x) >= 0.1) with confidence 0.999 }

            """)
        let holds = "holds-with-confidence"
        #expect(properties.map(\.verdict) == [holds, holds, "contradicted-with-confidence"])
        #expect(properties.map { $0.estimates?.count } == [2, 2, 1])
    }

    /// What is found is in the support, and replayed from its text like any other.
    @Test func whatIsDrawnIsShrunkAndReplayed() throws {
        try command.write(
            """
            enum Label = zero, one, two
            property all_small {
              check all(z: Tensor[2] ~ normal(5, 1), l: Label ~ categorical([1, 2, 3]) : linf(z) <= 8 or l == zero)
            }

            """, to: "all.say")
        let found = try command.run("check all.say --tries 20000")
        #expect(found.code == 1 && found.output.contains("-> 8.01") && found.output.contains("by drawing"))
        #expect(found.output.contains("l        one"))
        let id = try #require(found.output.firstMatch(of: /replay: gainsay replay (\w+)/)).1
        #expect(try command.run("replay \(id)").code == 1)
        try command.write("property p { check any(z ~ normal(0, 1) : z > 3) }\n", to: "any.say")
        let witness = try command.run("check any.say --tries 20000 --no-cases")
        #expect(witness.code == 0 && witness.output.contains("witnessed") && witness.output.contains("z  3.01"))
    }

    /// A rate at its worst: searched with the same draws everywhere, confirmed with others.
    @Test func theWorstInputIsDrawnAnew() throws {
        let spec = { (bound: Double) in
            """
            property worst {
              forall a: Real in [0, 1]
              check rate(z ~ normal(0, 1) : z <= 3 - 3 * a) >= \(bound) with confidence 0.999
            }

            """
        }
        let found = try report(spec(0.7), "--budget 10s")[0]
        #expect(found.verdict == "contradicted-with-confidence" && found.confidence == 0.999)
        #expect(try #require(found.estimates?.first).upper < 0.7)
        #expect(try report(spec(0.45), "--budget 1s")[0].verdict == "survived")
        try command.write("x\n0\n1\n2\n3\n", to: "test.csv")
        let rows = """
            data test : { x: Real } from "test.csv"
            property row { forall row in test check rate(z ~ normal(0, 1) : z <= row.x) >= 0.6 with confidence 0.999 }
            property each { for row in test check rate(z ~ normal(0, 1) : z <= row.x) >= 0.6 with confidence 0.999 }

            """
        let verdicts = try report(rows, "--budget 4s").map(\.verdict)
        #expect(
            verdicts == ["contradicted-with-confidence", "contradicted-with-confidence"]
                + [String](repeating: "holds-with-confidence", count: 3))
    }

    @Test func theSameBytesWithAnyNumberOfThreads() throws {
        try command.write(
            """
            property rate { check rate(x: Tensor[9] ~ normal(0, 1) : linf(x) <= 2) >= 0.6 with confidence 0.999 }
            property mean { check mean(x: Tensor[9] ~ normal(0, 1) : tanh(sum(x))) in [-0.1, 0.1] with confidence 0.999 }
            property quantile { check quantile(x: Tensor[9] ~ normal(0, 1) : sum(x), 0.9) <= 4.2 with confidence 0.99 }
            property all { check all(x: Tensor[9] ~ normal(0, 1) : sum(x) <= 9) }

            """, to: "threads.say")
        func output(_ threads: Int, _ seed: Int) throws -> String {
            let options = "--json --no-cases --budget 50s --threads \(threads) --seed \(seed)"
            let result = try command.run("check threads.say \(options)")
            return result.output.timeless
        }
        let one = try output(1, 3)
        #expect(one.contains("holds-with-confidence"))
        #expect(try output(2, 3) == one && output(5, 3) == one)
        #expect(try output(2, 4) != one)
    }
}
