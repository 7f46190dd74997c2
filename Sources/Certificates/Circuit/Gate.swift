/// One number of a circuit, made of numbers before it.
enum Gate: Sendable {
    /// A coordinate of the region.
    case coordinate(Int)
    case constant(Double)
    /// Σ weight·source + offset, over a run of the circuit's terms.
    case sum(terms: Range<Int>, offset: Double, Allowance)
    case curve(Curve, of: Int, Allowance)
    case product(Int, Int, Allowance)
    /// The least or greatest of some.
    case extremum(Extremum, of: [Int])
    /// The margin of first < second, or of first <= second: the difference, 0 being less than 0 where it must not be.
    case compare(Int, Int, Order)
    /// An entry of a table, by a whole number.
    case entry(index: Int, table: Int, column: Int)
    /// A weight of the leaf that is reached in a tree. The gates of a tree's columns stand one behind the other.
    case leaf(tree: Int, column: Int)

    enum Extremum: UInt8, Sendable { case least, greatest }
    enum Order: UInt8, Sendable { case less, lessOrEqual }

    struct Term: Sendable, Hashable {
        let source: Int32
        let weight: Double
    }
}

/// A function of one number.
enum Curve: Sendable, Hashable {
    case relu
    /// With a slope from 0 to 1 below zero.
    case leakyRelu(slope: Double)
    case clip(lower: Double, upper: Double)
    case absolute, square, exponential, sigmoid, hyperbolicTangent
}
