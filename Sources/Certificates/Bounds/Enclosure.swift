/// All numbers from one to another: an interval that contains an exact value, both ends included.
///
/// `unbounded` stands for whatever there may be, NaN too: no bound is ever drawn from it.
struct Enclosure: Sendable, Hashable {
    let lower, upper: Double

    @inline(__always)
    init(_ lower: Double, _ upper: Double) { (self.lower, self.upper) = (lower, upper) }
    init(_ point: Double) { self.init(point, point) }

    static let unbounded = Enclosure(-.infinity, .infinity)

    var isFinite: Bool { lower.isFinite && upper.isFinite }
    var isPoint: Bool { lower == upper }
    /// Of no number at all: two sound enclosures of one number never have this intersection.
    var isEmpty: Bool { lower > upper }
    var magnitude: Double { max(lower.magnitude, upper.magnitude) }
    var middle: Double { 0.5 * lower + 0.5 * upper }

    func contains(_ number: Double) -> Bool { lower <= number && number <= upper }
    func intersection(_ other: Enclosure) -> Enclosure { Enclosure(max(lower, other.lower), min(upper, other.upper)) }
    func union(_ other: Enclosure) -> Enclosure { Enclosure(min(lower, other.lower), max(upper, other.upper)) }
    /// With so much more on either side.
    func widened(by error: Double) -> Enclosure {
        error == 0 ? self : Enclosure(Down.sum(lower, -error), Up.sum(upper, error))
    }

    var finiteOrUnbounded: Enclosure { isFinite ? self : .unbounded }

    @inline(__always)
    static func + (a: Enclosure, b: Enclosure) -> Enclosure {
        Enclosure(Down.sum(a.lower, b.lower), Up.sum(a.upper, b.upper))
    }

    static prefix func - (a: Enclosure) -> Enclosure { Enclosure(-a.upper, -a.lower) }
    static func - (a: Enclosure, b: Enclosure) -> Enclosure { a + -b }

    @inline(__always)
    static func * (a: Enclosure, factor: Double) -> Enclosure {
        factor >= 0
            ? Enclosure(Down.product(a.lower, factor), Up.product(a.upper, factor))
            : Enclosure(Down.product(a.upper, factor), Up.product(a.lower, factor))
    }

    static func * (a: Enclosure, b: Enclosure) -> Enclosure {
        let (first, second) = (a * b.lower, a * b.upper)
        return first.union(second)
    }
}
