import Compiler
import Testing

/// The sign of the margin agrees with the truth value, always.
@Suite struct MarginSignTests {
    private let bench = Bench()
    private let reals = ["a: Real in [-2, 2]", "b: Real in [-2, 2]"]
    private static let points: [Double] = [-2, -1, -0.5, 0, 0.5, 1, 2]

    private static let conditions: [(String, @Sendable (Double, Double) -> Bool)] = [
        ("a < b", { $0 < $1 }), ("a <= b", { $0 <= $1 }), ("a > b", { $0 > $1 }), ("a >= b", { $0 >= $1 }),
        ("not (a < b)", { !($0 < $1) }), ("not (a <= b)", { !($0 <= $1) }), ("not not (a > b)", { $0 > $1 }),
        ("a < b and b <= 1", { $0 < $1 && $1 <= 1 }), ("a < b or b <= 0", { $0 < $1 || $1 <= 0 }),
        ("not (a < b and b < 1)", { !($0 < $1 && $1 < 1) }), ("not (a < 0 or b < 0)", { !($0 < 0 || $1 < 0) }),
        ("a < 0 implies b < 0", { !($0 < 0) || $1 < 0 }), ("not (a < 0 implies b < 0)", { $0 < 0 && !($1 < 0) }),
        ("(a < 0) == (b < 0)", { ($0 < 0) == ($1 < 0) }), ("(a < 0) != (b <= 0)", { ($0 < 0) != ($1 <= 0) }),
        ("a in [b, 1]", { $1 <= $0 && $0 <= 1 }), ("-1 < a <= b", { -1 < $0 && $0 <= $1 }),
        ("(if a < 0 then b else a) >= 0.5", { ($0 < 0 ? $1 : $0) >= 0.5 }),
        ("argmax([a, b]) == 0", { $0 >= $1 }), ("argmax([a, b]) != 0", { $0 < $1 }),
        ("argmin([a, b]) == 1", { $1 < $0 }),
        ("argmax([a, b]) == argmin([a, b])", { $0 == $1 }), ("argmax([a, b]) != argmin([a, b])", { $0 != $1 }),
        ("abs(a - b) <= 0.5", { abs($0 - $1) <= 0.5 }), ("max(a, b) < 1", { max($0, $1) < 1 }),
        ("l0([a, b]) <= 1", { ($0 != 0 ? 1 : 0) + ($1 != 0 ? 1 : 0) <= 1 }),
        ("linf([a, b]) < 2", { max(abs($0), abs($1)) < 2 }),
        ("all([a, b] > 0)", { $0 > 0 && $1 > 0 }), ("not all([a, b] >= 0)", { !($0 >= 0 && $1 >= 0) }),
        ("any([a, b] > 0)", { $0 > 0 || $1 > 0 }), ("not any([a, b] < 0)", { !($0 < 0 || $1 < 0) }),
        ("clamp(a, -1, 1) == clamp(a, -1, 1) or a < b", { _, _ in true }),
    ]

    @Test(arguments: conditions.indices.filter { !conditions[$0].0.contains("== clamp") })
    func signIsTruth(_ index: Int) throws {
        let (condition, truth) = Self.conditions[index]
        let trial = try bench.trial(condition, forall: reals)
        for a in Self.points {
            for b in Self.points {
                #expect(trial.holds(a, b) == truth(a, b), "\(condition) at \(a), \(b)")
            }
        }
    }

    @Test func assumptionsAreInside() throws {
        let trial = try bench.trials(
            """
            property p {
              forall a: Real in [-2, 2] where a * a > 1
              assume a > 0
              check a > 1.5
            }
            """)[0]
        #expect(trial.holds(-2) && trial.holds(0.5) && trial.holds(2))
        #expect(!trial.holds(1.2))
        #expect(trial.rejections.count == 1)
        #expect(trial.admission.map { $0.margin(at: [1.2]) < 0 && $0.margin(at: [-2]) >= 0 } == true)
    }

    @Test func whatIsNoNumberFailsBothWays() throws {
        for condition in ["sqrt(a) >= 0", "not (sqrt(a) < 0)", "not (sqrt(a) >= 0)"] {
            #expect(try !bench.trial(condition, forall: ["a: Real in [-2, 2]"]).holds(-1))
        }
    }

    /// Ties go to the lowest index; an index that is none is never the answer.
    @Test func tiesOfThreeScores() throws {
        let forall = reals + ["c: Real in [-2, 2]", "n: Int in [0, 4]"]
        let same = try bench.trial("argmax([a, b, c]) == n", forall: forall)
        let other = try bench.trial("argmax([a, b, c]) != n", forall: forall)
        let least = try bench.trial("not (argmin([a, b, c]) == n)", forall: forall)
        for a in [-1.0, 0, 1] {
            for b in [-1.0, 0, 1] {
                for c in [-1.0, 0, 1] {
                    let scores = [a, b, c]
                    for n in 0...4 {
                        let isMost = scores.firstIndex(of: max(a, b, c)) == n
                        #expect(same.holds(a, b, c, Double(n)) == isMost, "\(scores) == \(n)")
                        #expect(other.holds(a, b, c, Double(n)) == !isMost, "\(scores) != \(n)")
                        #expect(
                            least.holds(a, b, c, Double(n)) == (scores.firstIndex(of: min(a, b, c)) != n),
                            "\(scores) not least \(n)")
                    }
                }
            }
        }
    }

    @Test func infinitiesAreCompared() throws {
        // 1 / a and 1 / b are infinite at 0, with the sign of the zero.
        for (condition, truth) in [
            ("1 / a <= 1 / b", { 1 / $0 <= 1 / $1 }), ("1 / a < 1 / b", { 1 / $0 < 1 / $1 }),
            ("not (1 / a < 1 / b)", { !(1 / $0 < 1 / $1) }),
        ] as [(String, (Double, Double) -> Bool)] {
            let trial = try bench.trial(condition, forall: reals)
            for a in [-0.0, 0.0, 1, -2] {
                for b in [-0.0, 0.0, 1, -2] {
                    #expect(trial.holds(a, b) == truth(a, b), "\(condition) at \(a), \(b)")
                }
            }
        }
    }

    @Test func whatIsNoNumberIsNoAnswer() throws {
        for condition in ["argmax([sqrt(a), 0]) == 0", "argmax([sqrt(a), 0]) != 0"] {
            #expect(try !bench.trial(condition, forall: ["a: Real in [-2, 2]"]).holds(-1), "\(condition)")
        }
    }
}
