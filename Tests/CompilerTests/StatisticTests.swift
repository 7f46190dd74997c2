import Diagnostics
import Search
import Tensors
import Testing

@testable import Compiler

/// Functions of the language against the values that NumPy, SciPy, scikit-learn or PyTorch give.
@Suite struct StatisticTests {
    /// The value of an expression of `x` and `m`, told from its margin against 0. The last entry of `x` keeps it from being a
    /// constant.
    private func value(_ expression: String, x: [Double] = [3, -1, 4, 1], m: [Double] = [1, 2, 3, 4, 5, 7]) throws
        -> Double
    {
        let trial = try Bench().trial(
            "\(expression) + x[3] - 1 >= 0", forall: ["x: Tensor[4] in [-9, 9]", "m: Tensor[2, 3] in [-9, 9]"],
            before: "enum Animal = cat, dog, cow")
        return trial.objective.margin(at: x + m)
    }

    private static let numbers: [(String, Double)] = [
        ("variance(x)", 3.6875), ("std(x)", 1.920286436967152), ("variance(m, axis: 0)[2]", 4),
        ("std(m, axis: 1)[0]", 0.816496580927726), ("variance(x, mask: x > 0)", 1.5555555555555556),
        ("median(x)", 2), ("median(m, axis: 1)[1]", 5), ("median(m)", 3.5), ("quantile(x, 0.1)", -0.4),
        ("quantile(x, 1)", 4), ("quantile(m, 0.25, axis: 0)[2]", 4),
        ("count(x > 0)", 3), ("count(m > 2, axis: 0)[1]", 1), ("count([true, false, true])", 2),
        ("mean(x, mask: x > 0)", 2.6666666666666665), ("sum(x, mask: x < 2)", 0), ("min(x, mask: x > 0)", 1),
        ("max(m, axis: 1, mask: m < 6)[1]", 5), ("sum(x, mask: x > 100)", 0),
        ("norm(x)", 5.196152422706632), ("norm(x, 1)", 9), ("norm(x, 3)", 4.530654896083492),
        ("norm([3, -4], 2)", 5), ("cosine(x, [1, 2, 3, 4])", 0.5973191135873606),
        ("correlation(x, [1, 2, 3, 4])", -0.0582222509739582), ("correlation(m, m * -2)", -1),
        ("sort(x)[0]", -1), ("sort(x)[2]", 3), ("sort(-m, axis: 0)[0, 1]", -5), ("sort(-m)[1, 0]", -7),
        ("argsort(x)[0]", 1), ("argsort(x)[3]", 2), ("top_k(x, 2)[0]", 4), ("top_k(x, 2)[1]", 3),
        ("top_k(m, 1)[1, 0]", 7),
        ("cumsum(x)[0]", 3), ("cumsum(x)[2]", 6), ("cumsum(x)[3]", 7), ("cumsum(m, axis: 1)[1, 2]", 16),
        ("cumsum(m, axis: 0)[1, 0]", 5), ("diff(x)[0]", -4), ("diff(x)[2]", -3), ("diff(m)[1, 1]", 2),
        ("diff(m, axis: 0)[0, 2]", 4),
        ("histogram(x, [-1, 1, 3, 4])[0]", 1), ("histogram(x, [-1, 1, 3, 4])[1]", 1),
        ("histogram(x, [-1, 1, 3, 4])[2]", 2),
        ("sum(histogram(x, [0, 0.5]))", 0), ("outer(x, [10, 100])[2, 1]", 400), ("diag(x)[2, 2]", 4),
        ("sum(diag(x))", 7),
        ("diag(m)[1]", 5), ("sum(diag(transpose(m)))", 6), ("sum(diag(diag(x)))", 7),
        ("one_hot(2, 4)[2]", 1), ("sum(one_hot(7, 4))", 0), ("one_hot(dog)[dog] + one_hot(dog)[cat]", 1),
        ("one_hot([1, 0], 3)[0, 1]", 1), ("one_hot(argmax(x), 4)[2]", 1),
        ("accuracy(m, [2, 0])", 0.5), ("accuracy(m, [2, 2])", 1), ("accuracy([[1, 1, 0]], [1])", 0),
        ("confusion([0, 1, 1, 2], [0, 1, 2, 2], 3)[2, 1]", 1), ("confusion([0, 1, 1, 2], [0, 1, 2, 2], 3)[1, 2]", 0),
        ("sum(confusion([0, 5], [0, 1], 3))", 1), ("confusion([cat, dog], [cat, cat])[cat, dog]", 1),
        ("cross_entropy(x, 2)", 0.35375380112930654), ("cross_entropy(x * 100, 1)", 500),
        ("-log_softmax(x)[0]", 1.3537538011293067),
        ("kl([0.5, 0.5, 0], [0.25, 0.25, 0.5])", 0.6931471805599453), ("kl([0, 1], [0, 1])", 0),
        ("kl([0.5, 0.5], [0, 1]) / 2", .infinity),
    ]

    @Test(arguments: numbers.indices) func valuesAreAsElsewhere(_ index: Int) throws {
        let (expression, expected) = Self.numbers[index]
        let found = try value(expression)
        #expect(found == expected || abs(found - expected) <= 1e-12 * max(1, abs(expected)), "\(expression): \(found)")
    }

    /// Margins of what is no number are -infinity.
    @Test(arguments: [
        "mean(x, mask: x > 100)", "cosine(x, [0, 0, 0, 0])", "median([sqrt(-9 - x[0]), 1])", "kl([x[1], 2], [1, 1])",
    ])
    func whatIsNoNumberFailsBothWays(_ expression: String) throws {
        #expect(try value(expression) == -.infinity)
        #expect(try value("-(\(expression))") == -.infinity)
    }

    @Test func whatComesLaterDoesNotEnterASum() throws {
        #expect(try value("cumsum([1, 2, 1 / (x[0] - 3), 4])[1]") == 3)
        #expect(try value("cumsum([1, 2, 1 / (x[0] - 3), 4])[3]") == .infinity)
        #expect(try value("diag([1, 1 / (x[0] - 3)])[0, 1]") == 0)
    }

    /// Written out, so that they are constants before anything runs: sizes and indices may be made of them.
    @Test func constantsAreKnownBeforeTheSearch() throws {
        let sizes = [
            "count([1, 5, 3] > 2)", "sort([3, 2, 7])[0]", "argsort([9, 8, 7])[0]", "round(2.5)", "top_k([1, 2], 1)[0]",
            "sum(histogram([1, 2], [0, 1.5, 3]))", "int(median([1, 2, 3]))", "cumsum([1, 1])[1]",
            "int(quantile([2, 2], 0.3))",
            "max([1, 2])", "int(variance([0, 2, 4, 2]))",
        ]
        for size in sizes {
            #expect(try value("sum(ones([\(size)]))") == 2, "\(size)")
        }
    }

    @Test func wholeNumbersAreAskedForExactly() throws {
        for (condition, holds) in [
            ("floor(a) == 37", { $0.rounded(.down) == 37 }), ("ceil(a) != 38", { $0.rounded(.up) != 38 }),
            ("round(a) == 38", { $0.rounded(.toNearestOrEven) == 38 }), ("sign(a) == 1", { $0 > 0 }),
            ("floor(a) * 2 == 74", { $0.rounded(.down) == 37 }), ("floor(a) / 2 <= 18.5", { $0.rounded(.down) <= 37 }),
            ("floor(a * 1e300) >= floor(a * 1e300)", { _ in true }),
            ("floor(a * 1e300) == round(a * 1e300)", { _ in true }),
            ("mod(floor(a), 10) == 7", { $0.rounded(.down).truncatingRemainder(dividingBy: 10) == 7 }),
            ("all(floor([a, a + 1]) == [37, 38])", { $0.rounded(.down) == 37 }),
        ] as [(String, (Double) -> Bool)] {
            let trial = try Bench().trial(condition, forall: ["a: Real in [0, 100]"])
            for a in [0, 36.9, 37, 37.5, 37.75, 38, 38.5, 87.5, 99] {
                #expect(trial.holds(a) == holds(a), "\(condition) at \(a)")
            }
        }
        let trial = try Bench().trial("floor(sqrt(a)) == 0 or floor(sqrt(a)) != 0", forall: ["a: Real in [-1, 1]"])
        #expect(!trial.holds(-1))
    }
}

/// The same over rows of data, over many values, and over few of which a condition selects some.
@Suite struct StatisticsOfRowsTests {
    private let values: [Double] = [0.5, -1, 2, 0.25, -0.75]

    private func value(_ expression: String, _ a: Double) throws -> Double {
        let label = try Tensor(Shape([5]), [0, 1, 0, 1, 1] as [Int64])
        let bench = Bench(tables: ["rows": [("x", try Tensor(Shape([5]), values)), ("label", label)]])
        let trial = try bench.trial(
            "\(expression) >= 0", forall: ["a: Real in [-9, 9]"],
            before: "enum Label = no, yes\ndata rows : { x: Real, label: Label }")
        return trial.objective.margin(at: [a])
    }

    private func variance(_ values: [Double]) -> Double {
        let mean = values.reduce(0, +) / Double(values.count)
        return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    }

    @Test(arguments: [-2, 0.3, 1.5]) func rowsAreKept(_ a: Double) throws {
        let products = values.map { $0 * a }
        let sorted = products.sorted()
        #expect(abs(try value("variance(r in rows : r.x * a)", a) - variance(products)) < 1e-12)
        #expect(abs(try value("std(r in rows : r.x * a)", a) - variance(products).squareRoot()) < 1e-12)
        #expect(
            abs(
                try value("variance(r in rows where r.label == yes : r.x * a)", a)
                    - variance([1, 3, 4].map { products[$0] }))
                < 1e-12)
        #expect(
            abs(
                try value("std(r in rows where r.x * a > -1 : r.x)", a)
                    - variance(values.filter { $0 * a > -1 }).squareRoot())
                < 1e-12)
        #expect(try value("median(r in rows : r.x * a)", a) == sorted[2])
        #expect(abs(try value("quantile(r in rows : r.x * a, 0.9)", a) - (0.4 * sorted[3] + 0.6 * sorted[4])) < 1e-12)
        #expect(try value("sum(sort([r in rows : r.x * a])[0..1])", a) == sorted[0] + sorted[1])
        #expect(try value("count([r in rows : r.x > a])", a) == Double(values.filter { $0 > a }.count))
        #expect(try value("[r in rows : r.x * a][3]", a) == products[3])
    }

    @Test func gradientsReachRows() throws {
        let bench = Bench(tables: ["rows": [("x", try Tensor(Shape([5]), values))]])
        let trial = try bench.trial(
            "median(r in rows : r.x * a) + variance(r in rows : r.x * a) <= 1", forall: ["a: Real in [0.1, 9]"],
            before: "data rows : { x: Real }")
        let (low, high) = (trial.objective.margin(at: [1.3]), trial.objective.margin(at: [1.3 + 1e-6]))
        let expected = -(values.sorted()[2] + 2 * 1.3 * variance(values))
        #expect(abs((high - low) / 1e-6 - expected) < 1e-4)
    }

    @Test func manyValuesAreKept() throws {
        // 0 to 8, each as often as 9^4 words of 5 have it in front.
        #expect(try value("median(t: Tokens[5] over 9 : t[0] * a)", 2) == 8)
        #expect(abs(try value("std(t: Tokens[5] over 9 where t[0] < 2 : t[0] * a)", 2) - 1) < 1e-12)
        #expect(try value("median(r in rows, s in rows : r.x + s.x + a)", 1) == 1.5)
    }

    @Test func aConditionSelectsAmongFew() throws {
        #expect(abs(try value("variance(i: Int in [0, 9] where i * a > 4 : i)", 1) - 2) < 1e-12)
    }

    @Test func whatACannotSelectIsSaid() throws {
        for expression in ["median(r in rows where r.x > 0 : r.x)", "sum([r in rows where r.x > a : r.x])"] {
            #expect(throws: Diagnostic.self) { try value(expression, 1) }
        }
    }
}
