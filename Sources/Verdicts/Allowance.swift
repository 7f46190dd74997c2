import Terminal

/// How long each property may take.
package struct Allowance {
    /// On the scale of `Clock.seconds()`; nil where there is no total.
    private let end: Double?

    /// When the next property began, on the same scale: reading the spec is part of the first.
    private var begin: Double

    /// `total` counts from `start`: reading and compiling are part of it.
    package init(total: Double?, since start: Double) {
        end = total.map { start + $0 }
        begin = start
    }

    /// Of the next property, which may take `each` at most, where so many are still to come: an even share of what is left, so that what one does not need
    /// goes to the others. nil where nothing is left.
    package func budget(_ each: Double, sharedBy count: Int) -> Double? {
        guard let end else { return each }
        let left = end - Clock.seconds()
        return left > 0 ? min(each, left / Double(count)) : nil
    }

    /// What is left of a property's budget once it is compiled; at least a tenth of it, however long that took.
    package func left(of budget: Double) -> Double { max(budget - (Clock.seconds() - begin), budget * 0.1) }

    /// Ends a property: the next begins.
    package mutating func next() { begin = Clock.seconds() }
}
