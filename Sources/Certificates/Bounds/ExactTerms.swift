import Tensors

/// The terms of a sum at the ends of their ranges, if no order of summation rounds anything there.
///
/// Terms that are multiples of one power of two, and together less than 2^24 times it (2^53 in float64), have partial sums
/// that are all numbers of the type. Rounding is monotone, so a computed sum of terms that are not below these is not below
/// their sum, in any order, fused or not; nor is the exact one.
struct ExactTerms {
    /// nil where some sum may be rounded.
    private(set) var ends: Enclosure?

    init(_ circuit: Circuit, _ places: Range<Int>, _ offset: Double, _ allowance: Allowance, _ ranges: [Enclosure]) {
        guard let element = allowance.element, allowance.manner != .other, offset.isFinite else { return }
        var (low, high) = (Multiples(), Multiples())
        guard low.add(offset, 1), high.add(offset, 1) else { return }
        for place in places {
            guard Self.add(circuit.terms[place], circuit, ranges, &low, &high, allowance.manner == .once) else {
                return
            }
        }
        guard let lower = low.sum(element), let upper = high.sum(element) else { return }
        ends = Enclosure(lower, upper)
    }

    /// Terms of a sum that is a term itself are taken one by one: runtimes may fuse the two.
    private static func add(
        _ term: Gate.Term, _ circuit: Circuit, _ ranges: [Enclosure], _ low: inout Multiples, _ high: inout Multiples,
        _ isOuter: Bool
    ) -> Bool {
        if isOuter, circuit.isSum(Int(term.source)) {
            guard term.weight == 1, case .sum(let places, let offset, let inner) = circuit.gates[Int(term.source)],
                inner.manner == .summed, low.add(offset, 1), high.add(offset, 1)
            else { return false }
            return places.allSatisfy { add(circuit.terms[$0], circuit, ranges, &low, &high, false) }
        }
        let range = ranges[Int(term.source)]
        guard range.isFinite else { return false }
        let (first, second) = term.weight >= 0 ? (range.lower, range.upper) : (range.upper, range.lower)
        return low.add(first, term.weight) && high.add(second, term.weight)
    }
}

/// A sum of products that are exact, and the last place of any of them.
private struct Multiples {
    private var total = 0.0
    private var size = 0.0
    private var last = Int.max

    /// Whether the product is exact.
    mutating func add(_ number: Double, _ weight: Double) -> Bool {
        let product = number * weight
        guard product.isFinite else { return false }
        if product == 0 { return number == 0 || weight == 0 }
        // Far from the least numbers, a fused multiply-add has no error of its own.
        guard product.magnitude > 0x1p-100, product.magnitude < 0x1p100,
            (-product).addingProduct(number, weight) == 0
        else { return false }
        total += product
        size += product.magnitude
        last = min(last, Int(product.exponent) - product.significandWidth)
        return true
    }

    func sum(_ element: ElementType) -> Double? {
        if last == .max { return 0 }
        // Below the limit these sums were not rounded either.
        let limit = Double(sign: .plus, exponent: last + (element == .float32 ? 24 : 53), significand: 1)
        return size < limit ? total : nil
    }
}
