@testable import Tensors

/// Chance that prefers what is hard on floating point; the same for the same seed.
struct Adversary {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 0x1234_5678_9ABC_DEF1 }

    /// SplitMix64 (Steele, Lea, Flood, 2014).
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func below(_ count: Int) -> Int { Int(next() % UInt64(max(count, 1))) }
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }
    mutating func chance(_ probability: Double) -> Bool { unit() < probability }
    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }
    mutating func number(in range: ClosedRange<Double>) -> Double {
        range.lowerBound + unit() * (range.upperBound - range.lowerBound)
    }
    mutating func sign() -> Double { chance(0.5) ? 1 : -1 }

    mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
        var result = elements
        for index in result.indices.reversed() { result.swapAt(index, below(index + 1)) }
        return result
    }
}

extension Adversary {
    enum Style: CaseIterable {
        case plain, integers, powersOfTwo, cancelling, extreme, subnormal, sparse, repeated, neighbours, large
    }

    mutating func style() -> Style { chance(0.5) ? pick([.plain, .plain, .integers]) : pick(Style.allCases) }

    /// Weights of one style, for a tensor of real numbers.
    mutating func weights(_ count: Int) -> [Double] {
        let style = style()
        let base = number(in: -2...2)
        let huge = pick([1e4, 16_777_216, 1e15, 1e30])
        return (0..<count).map { index in
            switch style {
            case .plain: return number(in: -1.5...1.5)
            case .integers: return Double(below(7) - 3)
            case .powersOfTwo: return sign() * Double(sign: .plus, exponent: below(24) - 12, significand: 1)
            case .cancelling: return index % 3 == 2 ? number(in: -1...1) : (index % 3 == 0 ? huge : -huge)
            case .extreme: return sign() * (chance(0.5) ? 1e-30 : 1e30) * number(in: 0.5...2)
            case .subnormal: return sign() * Double(below(1000)) * 0x1p-149
            case .sparse: return chance(0.75) ? 0 : number(in: -2...2)
            case .repeated: return base
            case .neighbours: return Double(Float(base)) + Double(below(5) - 2) * Double(Float(base).ulp)
            case .large: return number(in: -1...1) * huge
            }
        }
    }

    mutating func tensor(_ element: ElementType, _ shape: [Int]) throws -> Tensor {
        let shape = try Shape(shape)
        let values: [Double] =
            switch element {
            case .float32, .float64: weights(shape.count)
            case .int64: (0..<shape.count).map { _ in Double(below(9) - 4) }
            case .bool: (0..<shape.count).map { _ in Double(below(2)) }
            }
        return try Tensor(TensorType(element, shape), rounding: values)
    }
}
