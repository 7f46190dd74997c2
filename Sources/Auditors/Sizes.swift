/// The least changes of all numbers that were found for a model, by what they are aimed at; nil where none was.
struct Sizes: Sendable {
    /// Towards each class.
    var targets: [Inverted?]
    var away: Inverted?
    /// From each class to each; nil where there are too many classes or too few.
    var pairs: [[Inverted?]]?

    var norms: Norms {
        func norm(_ found: Inverted?) -> Double? { found.map { Double($0.size) } }
        return Norms(targets: targets.map(norm), away: norm(away), pairs: pairs.map { $0.map { $0.map(norm) } })
    }
}

/// Their norms.
package struct Norms: Sendable {
    package let targets: [Double?]
    package let away: Double?
    package let pairs: [[Double?]]?
}
