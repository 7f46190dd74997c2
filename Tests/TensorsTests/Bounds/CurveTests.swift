import Foundation
import Testing

@testable import Tensors

/// Bounds of functions of one number, held against values that are computed more exactly.
@Suite struct CurveTests {
    @Test(arguments: Curved.all) func rangesAndLinesAreSound(_ curved: Curved) throws {
        var noise = Noise(seed: 17)
        for _ in 0..<700 {
            let (lower, upper) = curved.interval(&noise)
            try curved.expectSoundness(lower, upper, &noise)
        }
    }

    @Test(arguments: Curved.all) func hardIntervalsAreSound(_ curved: Curved) throws {
        var noise = Noise(seed: 5)
        let ends: [Double] = [
            0, 5e-324, 1e-310, 1e-200, 1e-17, 1e-8, 0.5, 0.5.nextUp, 1 - 0x1p-53, 1, 1 + 0x1p-52, .pi / 2, .pi, 20, 710,
            1e9, 1e17, 1e30, 1e300, .greatestFiniteMagnitude,
        ]
        let all = ends.flatMap { [$0, -$0] }.sorted()
        for (index, lower) in all.enumerated() {
            for upper in all[index...] { try curved.expectSoundness(lower, upper, &noise) }
            try curved.expectSoundness(lower, min(lower.nextUp, .greatestFiniteMagnitude), &noise)
        }
    }

    @Test(arguments: Curved.all) func whatIsNotKnownIsEverything(_ curved: Curved) {
        let ends: [(Double, Double)] = [(.nan, 1), (0, .nan), (-.infinity, 0), (0, .infinity), (2, 1)]
        for (lower, upper) in ends {
            let (range, lines) = (
                curved.kind.range(lower: lower, upper: upper), curved.kind.lines(lower: lower, upper: upper)
            )
            #expect(range.lower == -.infinity && range.upper == .infinity)
            #expect(lines.lowerIntercept == -.infinity && lines.upperIntercept == .infinity)
            #expect(lines.lowerSlope == 0 && lines.upperSlope == 0)
        }
    }

    @Test func undefinedRangesAreEverything() {
        let cases: [(Unary.Kind, Double, Double)] = [
            (.logarithm, 0, 1), (.logarithm, -1, 1), (.squareRoot, -1e-9, 1), (.reciprocal, -1, 1), (.reciprocal, 0, 1),
            (.tangent, 1, 2), (.arcsine, 0, 1.1), (.areaCosine, 0.9, 2), (.areaTangent, 0, 1), (.exponential, 0, 1e4),
        ]
        for (kind, lower, upper) in cases {
            #expect(kind.range(lower: lower, upper: upper).upper == .infinity, "\(kind)")
            #expect(kind.lines(lower: lower, upper: upper).upperIntercept == .infinity, "\(kind)")
        }
    }

    /// Even across a kink the lines are closer, at the middle, than the range is wide.
    @Test(arguments: Curved.all.filter(\.isSmooth)) func linesAreTight(_ curved: Curved) {
        var noise = Noise(seed: 3)
        for _ in 0..<300 {
            let (lower, upper) = curved.interval(&noise)
            let range = curved.kind.range(lower: lower, upper: upper)
            let lines = curved.kind.lines(lower: lower, upper: upper)
            guard range.lower > -100, range.upper < 100 else { continue }
            let middle = lower / 2 + upper / 2
            let gap = (lines.upperSlope - lines.lowerSlope) * middle + lines.upperIntercept - lines.lowerIntercept
            #expect(gap <= range.upper - range.lower + 1e-9, "\(lower)...\(upper): \(lines)")
        }
    }

    @Test func linesTouchAtTheMiddle() {
        let cases: [(Unary.Kind, Double, Double)] = [
            (.exponential, -1, 2), (.sigmoid, -6, -1), (.sigmoid, -9, 1), (.hyperbolicTangent, -4, 0.5),
            (.sine, -3, -0.5),
            (.sine, 0.2, 2.8), (.cosine, 2, 4), (.logarithm, 1, 9), (.square, -3, 4),
        ]
        for (kind, lower, upper) in cases {
            let (lines, middle) = (kind.lines(lower: lower, upper: upper), (lower + upper) / 2)
            let value = kind.range(lower: middle, upper: middle).lower
            let gaps = [
                value - lines.lowerSlope * middle - lines.lowerIntercept,
                lines.upperSlope * middle + lines.upperIntercept - value,
            ]
            #expect(gaps.min() ?? 1 < 1e-12, "\(kind): \(gaps)")
        }
    }

    @Test func everyKindOfLevelFunctionStaysWithinItsLimits() {
        for kind in [Unary.Kind.sigmoid, .hyperbolicTangent, .errorFunction, .softsign, .sine, .cosine] {
            let range = kind.range(lower: -1e6, upper: 1e6)
            #expect(range.lower >= -1 && range.upper <= 1)
        }
        #expect(Unary.Kind.relu.range(lower: -1, upper: 0.25) == (0, 0.25))
        #expect(Unary.Kind.sigmoid.range(lower: -1e6, upper: 1e6) == (0, 1))
        #expect(Unary.Kind.hyperbolicTangent.range(lower: 0, upper: 1).lower == 0)
    }

    @Test func lanedArraysAreBoundedOneByOne() {
        let lower = UnsafeMutablePointer<Double>.allocate(capacity: 24)
        let upper = UnsafeMutablePointer<Double>.allocate(capacity: 24)
        defer {
            lower.deallocate()
            upper.deallocate()
        }
        let input = LanedBounds(lower: lower, upper: upper, shape: [3])
        let output = LanedBounds(lower: lower + 12, upper: upper + 12, shape: [3])
        for index in 0..<12 { (lower[index], upper[index]) = (Double(index) - 6, Double(index) - 5.5) }
        Unary.Kind.sigmoid.range(input, output, lanes: 4)
        let lines = [Lines](unsafeUninitializedCapacity: 12) { target, count in
            if let base = target.baseAddress { Unary.Kind.sigmoid.lines(input, base, lanes: 4) }
            count = 12
        }
        for index in 0..<12 {
            #expect(
                Unary.Kind.sigmoid.range(lower: lower[index], upper: upper[index]) == (
                    lower[12 + index], upper[12 + index]
                ))
            #expect(Unary.Kind.sigmoid.lines(lower: lower[index], upper: upper[index]) == lines[index])
        }
    }
}

#if arch(x86_64)
    typealias Exact = Float80
#else
    typealias Exact = Double
#endif

/// A double as it is: as a literal it would have more digits.
private func wide(_ number: Double) -> Exact { Exact(number) }

/// To bfloat16 in one rounding.
private func nearestBrain(_ x: Exact) -> Exact {
    let number = Double(x)
    guard number.magnitude >= 0x1p-126 else {
        return Exact(Double(signOf: number, magnitudeOf: number.magnitude + 0x1p-81 - 0x1p-81))
    }
    let bits = number.bitPattern
    return Exact(Double(bitPattern: (bits + (1 << 44) - 1 + (bits >> 45 & 1)) & ~((1 << 45) - 1)))
}

/// A function of one number, with its values computed with more digits.
struct Curved: CustomTestStringConvertible, Sendable {
    let kind: Unary.Kind
    let exact: @Sendable (Exact) -> Exact
    /// Where intervals are drawn from.
    let domain: ClosedRange<Double>

    init(_ kind: Unary.Kind, in domain: ClosedRange<Double> = -12...12, _ exact: @escaping @Sendable (Exact) -> Exact) {
        (self.kind, self.domain, self.exact) = (kind, domain, exact)
    }

    var testDescription: String { "\(kind)" }

    var isSmooth: Bool {
        switch kind {
        case .sign, .floor, .ceiling, .round, .rounded, .clip: false
        default: true
        }
    }

    /// Wide, narrow or a point.
    func interval(_ noise: inout Noise) -> (Double, Double) {
        let first = noise.value(in: domain)
        let width = (domain.upperBound - domain.lowerBound) * exp2(noise.value(in: -50...0))
        if noise.value(in: 0...20) < 1 { return (first, first) }
        let second = noise.value(in: 0...1) < 0.5 ? noise.value(in: domain) : min(first + width, domain.upperBound)
        return (min(first, second), max(first, second))
    }

    func expectSoundness(_ lower: Double, _ upper: Double, _ noise: inout Noise) throws {
        let (range, lines) = (kind.range(lower: lower, upper: upper), kind.lines(lower: lower, upper: upper))
        for x in samples(lower, upper, &noise) {
            let (argument, value) = (Exact(x), exact(Exact(x)))
            guard value.isFinite else {
                try #require(range.lower == -.infinity || range.upper == .infinity, "\(x) in \(lower)...\(upper)")
                continue
            }
            let slack = Exact.ulpOfOne == 0x1p-52 ? value.magnitude * 0x1p-50 : value.magnitude * 0x1p-62
            try #require(Exact(range.lower) <= value + slack, "range of \(lower)...\(upper) at \(x)")
            try #require(Exact(range.upper) >= value - slack, "range of \(lower)...\(upper) at \(x)")
            let below = Exact(lines.lowerSlope) * argument + Exact(lines.lowerIntercept)
            let above = Exact(lines.upperSlope) * argument + Exact(lines.upperIntercept)
            let (first, last) = (
                slack + (Exact(lines.lowerSlope) * argument).magnitude * 0x1p-62,
                slack + (Exact(lines.upperSlope) * argument).magnitude * 0x1p-62
            )
            try #require(below <= value + first, "line below \(lower)...\(upper) at \(x): \(lines)")
            try #require(above >= value - last, "line above \(lower)...\(upper) at \(x): \(lines)")
        }
    }

    private func samples(_ lower: Double, _ upper: Double, _ noise: inout Noise) -> [Double] {
        var samples = [lower, upper, lower / 2 + upper / 2, lower.nextUp, upper.nextDown, 0, 1, -1, .pi, .pi / 2]
        for index in 1..<24 { samples.append(lower + Double(index) / 24 * upper - Double(index) / 24 * lower) }
        for _ in 0..<8 { samples.append(lower + noise.value(in: 0...1) * (upper - lower)) }
        return samples.filter { $0 >= lower && $0 <= upper }
    }

    static let all: [Curved] = [
        Curved(.negate) { -$0 }, Curved(.absolute) { $0.magnitude },
        Curved(.sign) { $0 > 0 ? 1 : $0 < 0 ? -1 : 0 }, Curved(.floor) { $0.rounded(.down) },
        Curved(.ceiling) { $0.rounded(.up) }, Curved(.round) { $0.rounded(.toNearestOrEven) },
        Curved(.rounded(to: .float16)) { Exact(Float16(Double($0))) },
        Curved(.rounded(to: .float16), in: -7e4...7e4) { Exact(Float16(Double($0))) },
        Curved(.rounded(to: .float16), in: -1e-6...1e-6) { Exact(Float16(Double($0))) },
        Curved(.rounded(to: .bfloat16)) { nearestBrain($0) },
        Curved(.rounded(to: .bfloat16), in: -1e-39...1e-39) { nearestBrain($0) },
        Curved(.square) { $0 * $0 }, Curved(.wholePower(3)) { $0 * $0 * $0 },
        Curved(.wholePower(4)) { ($0 * $0) * ($0 * $0) }, Curved(.wholePower(17), in: -2...3) { power($0, 17) },
        Curved(.wholePower(18), in: -0.01...0.02) { power($0, 18) }, Curved(.squareRoot, in: 0...9) { $0.squareRoot() },
        Curved(.reciprocal, in: 0.01...9) { $0 == 0 ? .nan : 1 / $0 },
        Curved(.reciprocal, in: -9 ... -0.01) { $0 == 0 ? .nan : 1 / $0 }, Curved(.exponential) { exp($0) },
        Curved(.logarithm, in: 1e-3...30) { $0 > 0 ? log($0) : .nan }, Curved(.sine) { sin($0) },
        Curved(.sine, in: 1e5...100_004) { sin($0) }, Curved(.cosine) { cos($0) },
        Curved(.cosine, in: -3e8 ... -299_999_990) { cos($0) }, Curved(.tangent, in: -1.55...1.55) { tan($0) },
        Curved(.tangent, in: 8...10.9) { tan($0) }, Curved(.arcsine, in: -1...1) { asin($0) },
        Curved(.arccosine, in: -1...1) { acos($0) }, Curved(.arctangent) { atan($0) },
        Curved(.hyperbolicSine) { sinh($0) }, Curved(.hyperbolicCosine) { cosh($0) },
        Curved(.hyperbolicTangent) { tanh($0) }, Curved(.areaSine) { asinh($0) },
        Curved(.areaCosine, in: 1...40) { $0 >= 1 ? acosh($0) : .nan },
        Curved(.areaTangent, in: -0.999...0.999) { $0.magnitude < 1 ? atanh($0) : .nan },
        Curved(.sigmoid) { 1 / (1 + exp(-$0)) }, Curved(.errorFunction, in: -5...5) { erf($0) },
        Curved(.softplus, in: -40...40) { max($0, 0) + log1p(exp(-$0.magnitude)) },
        Curved(.softsign) { $0 / (1 + $0.magnitude) }, Curved(.relu) { max($0, 0) },
        Curved(.leakyRelu(slope: 0.1)) { $0 < 0 ? wide(0.1) * $0 : $0 },
        Curved(.leakyRelu(slope: 3.7)) { $0 < 0 ? wide(3.7) * $0 : $0 },
        Curved(.leakyRelu(slope: -0.3)) { $0 < 0 ? wide(-0.3) * $0 : $0 },
        Curved(.elu(alpha: 0.7)) { $0 > 0 ? $0 : wide(0.7) * expm1($0) },
        Curved(.elu(alpha: 2.5)) { $0 > 0 ? $0 : wide(2.5) * expm1($0) },
        Curved(.elu(alpha: -1.5)) { $0 > 0 ? $0 : wide(-1.5) * expm1($0) },
        Curved(.selu(alpha: 1.67, gamma: 1.05)) { wide(1.05) * ($0 > 0 ? $0 : wide(1.67) * expm1($0)) },
        Curved(.selu(alpha: 0.5, gamma: -1.05)) { wide(-1.05) * ($0 > 0 ? $0 : wide(0.5) * expm1($0)) },
        Curved(.hardSigmoid(alpha: 0.2, beta: 0.5)) { min(max(wide(0.2) * $0 + 0.5, 0), 1) },
        Curved(.hardSigmoid(alpha: -0.7, beta: 1.5)) { min(max(wide(-0.7) * $0 + 1.5, 0), 1) },
        Curved(.clip(lower: -1, upper: 2.5)) { min(max($0, -1), 2.5) },
        Curved(.clip(lower: 2, upper: -3)) { $0 < 2 ? 2 : -3 },
        Curved(.clip(lower: -.infinity, upper: 1)) { min($0, 1) },
    ]
}

private func power(_ x: Exact, _ exponent: Int) -> Exact { (0..<exponent).reduce(1) { product, _ in product * x } }
