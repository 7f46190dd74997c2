/// An operator with a rule for intervals.
package protocol Enclosing: Operator {
    /// Bounds of the result from bounds of the inputs, all laned float64; integers and truth values as numbers.
    func enclose(_ inputs: [LanedBounds], _ output: LanedBounds, lanes: Int)
    /// Whether a constant input may have one number per element instead of lanes.
    func enclosesUniform(_ index: Int) -> Bool
}

extension Enclosing {
    package func enclosesUniform(_ index: Int) -> Bool { false }
}
