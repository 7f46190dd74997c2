import Search
import Tensors
import Testing

@testable import Compiler

/// Aggregates against plain loops.
@Suite struct AggregateTests {
    private let columns: [(String, Tensor)]
    private let x: [Double] = [0.5, -1, 2, 0.25, -0.75]
    private let label: [Int64] = [0, 1, 0, 1, 1]

    init() throws {
        columns = [
            ("x", try Tensor(Shape([5]), [0.5, -1, 2, 0.25, -0.75])),
            ("label", try Tensor(Shape([5]), [0, 1, 0, 1, 1] as [Int64])),
        ]
    }

    /// The value of an expression in `a`, told from its margin against 0.
    private func value(_ expression: String, _ a: Double) throws -> Double {
        let bench = Bench(tables: ["rows": columns])
        let trial = try bench.trial(
            "\(expression) >= 0", forall: ["a: Real in [-9, 9]"],
            before: "enum Label = no, yes\ndata rows : { x: Real, label: Label }")
        return trial.objective.margin(at: [a])
    }

    @Test(arguments: [-2, 0.3, 1.5]) func rowsAreLoopedOver(_ a: Double) throws {
        let products = x.map { $0 * a }
        #expect(abs(try value("mean(r in rows : r.x * a)", a) - products.reduce(0, +) / 5) < 1e-12)
        #expect(abs(try value("sum(r in rows : r.x * a)", a) - products.reduce(0, +)) < 1e-12)
        #expect(try value("rate(r in rows : r.x * a > 0)", a) == Double(products.filter { $0 > 0 }.count) / 5)
        #expect(try value("max(r in rows : r.x * a)", a) == products.max())
        #expect(
            try value("min(r in rows where r.label == yes : r.x * a)", a)
                == [products[1], products[3], products[4]].min())
        #expect(
            try value("rate(r in rows where r.label != yes : r.x > a)", a) == Double(
                [x[0], x[2]].filter { $0 > a }.count) / 2)
    }

    @Test func quantifiersOverRowsKeepTheirMargin() throws {
        let bench = Bench(tables: ["rows": columns])
        let before = "enum Label = no, yes\ndata rows : { x: Real, label: Label }"
        let all = try bench.trial("all(r in rows : r.x <= a)", forall: ["a: Real in [-9, 9]"], before: before)
        #expect(all.objective.margin(at: [2.5]) == 0.5 && all.objective.margin(at: [1]) == -1)
        let none = try bench.trial("not any(r in rows : r.x > a)", forall: ["a: Real in [-9, 9]"], before: before)
        #expect(none.objective.margin(at: [2]) >= 0 && none.objective.margin(at: [1.5]) < 0)
    }

    @Test func finiteDomainsAreTriedWhole() throws {
        let trial = try Bench().trials(
            """
            type Pair = { n: Int in [1, 4], flag: Bool }
            property p { forall a: Real in [0, 1] check rate(q: Pair : q.flag and q.n >= 2) >= a }
            property q { forall a: Real in [0, 1] check rate(t: Tokens[2] over 3 : t[0] == t[1]) >= a }
            """)
        #expect(trial[0].objective.margin(at: [0.375]) == 0 && trial[0].objective.margin(at: [0.5]) == -0.125)
        #expect(trial[1].objective.margin(at: [1.0 / 3]) == 0)
    }

    /// The negation of a filter may have a margin of exactly 0: what does not count meets no `any` all the same.
    @Test(arguments: ["any(p: Int in [0, 3] where z > 0 : p <= 5)", "not all(p: Int in [0, 3] where z > 0 : p > 5)"])
    func whatIsFilteredOutIsNotMet(_ condition: String) throws {
        let trial = try Bench().trial(condition, forall: ["z: Int in [-1, 1]"])
        #expect([-1, 0, 1].map { trial.holds(Double($0)) } == [false, false, true])
        let negation = try Bench().trial("not (\(condition))", forall: ["z: Int in [-1, 1]"])
        #expect([-1, 0, 1].map { negation.holds(Double($0)) } == [true, true, false])
    }

    @Test func aRangeMayBeEmptyByMoreThanOne() throws {
        let trial = try Bench().trial(
            "sum(b: Int in [0, 2] : count(i: Int in [2, b - 1] where i > z : true)) == 0"
                + " and all(k: Int in [z + 4, z + 1] : k > 9)", forall: ["z: Int in [0, 3]"])
        #expect(trial.holds(0) && trial.holds(3))
    }

    /// 86 of 300: in a region, too, the share is rounded once.
    @Test func aShareOverSeveralBindersIsRoundedOnce() throws {
        let share = "rate(c: Int in [0, 99], m: Int in [1, 3], k: Int in [0, 19] : c * 3 + m + z <= 86)"
        let trial = try Bench().trial("\(share) >= \(86.0 / 300)", forall: ["z: Int in [0, 1]"])
        #expect(trial.holds(0) && !trial.holds(1))
    }

    @Test func aPlaceThatIsKnownAndLeavesTheTensorMeansTheNearestEntry() throws {
        let trial = try Bench().trial("[5, 6][argmin([3, 3, -1])] == z", forall: ["z: Int in [5, 6]"])
        #expect(!trial.holds(5) && trial.holds(6))
    }

    /// The scores stay at hand where the answer does not depend on the innermost row.
    @Test func anAnswerIsComparedInsideOfAnotherRegion() throws {
        let trial = try Bench().trial(
            "all(b: Int in [-1, t], s: Bool where s : argmax([b, 1]) == 1)", forall: ["t: Int in [-1, 2]"])
        #expect([-1, 0, 1, 2].map { trial.holds(Double($0)) } == [true, true, false, false])
    }

    @Test func aRangeThatIsEmptyHoweverItsBoundsTurnOutGivesNothing() throws {
        let trial = try Bench().trials(
            """
            property p(d: Int in [3, 3]) {
              forall z: Int in [d, 4]
              check sum(e: Int in [1, z], c: Int in [z + 1, 2] : c) == 0
              check forall e: Int in [1, z], c: Int in [z + 1, 2] : e > 9
            }
            """)[0]
        #expect(trial.holds(3) && trial.holds(4))
    }

    @Test func aRowIsTheTables() throws {
        let bench = Bench(tables: ["rows": columns])
        let trial = try bench.trials(
            """
            enum Label = no, yes
            data rows : { x: Real, label: Label }
            property p { forall { x, label } in rows check x >= 0 or label == yes }
            """)[0]
        #expect(trial.space.pointCount == 5)
        for row in 0..<5 { #expect(trial.holds(Double(row)) == (x[row] >= 0 || label[row] == 1)) }
    }
}
