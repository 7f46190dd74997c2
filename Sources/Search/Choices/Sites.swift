/// What the elements of a tensor may be: a kind and bounds each, and the reference that edits are counted from.
///
/// Two of one count are taken for the same when choices are compared: a generator asks for the same sites at the same place.
package final class Sites: Sendable, Hashable {
    package let kinds: [CoordinateKind]
    package let lower: [Double]
    package let upper: [Double]
    package let reference: [Double]
    /// 255 where the reference is an 8-bit image: all its values are multiples of 1/255, and not just 0 and 1.
    package let grid: Double?
    private let familiar: Set<Double>

    /// The reference is moved onto the grid and into the bounds.
    package init(kinds: [CoordinateKind], lower: [Double], upper: [Double], reference: [Double]) {
        precondition(lower.count == kinds.count && upper.count == kinds.count && reference.count == kinds.count)
        self.kinds = kinds
        self.lower = lower
        self.upper = upper
        let box = Space(
            kinds: kinds, boxes: [Box(lower: lower, upper: upper)], reference: reference, variables: [])
        let snapped = reference.indices.map { box.snapped(reference[$0], at: $0, in: box.boxes[0]) }
        self.reference = snapped
        familiar = Set(snapped.prefix(Self.remembered)).union([0, 1])
        let isImage = snapped.contains { $0 != 0 && $0 != 1 } && snapped.allSatisfy(Self.isEightBit)
        grid = isImage ? 255 : nil
    }

    /// `count` sites of one kind and one pair of bounds.
    package convenience init(
        count: Int, kind: CoordinateKind, in range: ClosedRange<Double>, reference: Double = 0
    ) {
        self.init(
            kinds: Array(repeating: kind, count: count),
            lower: Array(repeating: range.lowerBound, count: count),
            upper: Array(repeating: range.upperBound, count: count),
            reference: Array(repeating: reference, count: count))
    }

    package var count: Int { kinds.count }
    package var indices: Range<Int> { kinds.indices }

    /// The value nearest to `value` that `site` may hold; NaN becomes the lower bound.
    package func snapped(_ value: Double, at site: Int) -> Double {
        guard value > lower[site] else { return lower[site] }
        guard value < upper[site] else { return upper[site] }
        switch kinds[site] {
        case .real64: return value
        case .real32: return min(max(Double(Float(value)), lower[site]), upper[site])
        case .integer, .category: return value.rounded(.toNearestOrEven)
        }
    }

    /// The room a site has, which is what distances are measured in; 1 where the bounds are equal or infinite.
    package func width(of site: Int) -> Double {
        let width = upper[site] - lower[site]
        return width > 0 && width.isFinite ? width : 1
    }

    /// Whether `value` needs no explanation: 0, 1, a bound, or a value of the reference.
    package func isFamiliar(_ value: Double, at site: Int) -> Bool {
        value == lower[site] || value == upper[site] || familiar.contains(value)
    }

    private static func isEightBit(_ value: Double) -> Bool {
        let level = (value * 255).rounded()
        return (0...255).contains(level) && (value == level / 255 || Float(value) == Float(level / 255))
    }

    /// References are scanned this far for values that edits may take up.
    private static var remembered: Int { 4096 }

    package func isReal(_ site: Int) -> Bool { kinds[site] == .real64 || kinds[site] == .real32 }

    /// Significant digits of `value` as it is printed at `site`.
    package func digits(of value: Double, at site: Int) -> Int {
        let printed = kinds[site] == .real32 ? Plainness.digits(Float(value)) : Plainness.digits(value)
        guard let grid, Self.isEightBit(value) else { return printed }
        return min(printed, Plainness.digits((value * grid).rounded()))
    }

    package static func == (left: Sites, right: Sites) -> Bool { left.count == right.count }
    package func hash(into hasher: inout Hasher) { hasher.combine(count) }
}
