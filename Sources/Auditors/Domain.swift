/// The numbers that each element of an input takes.
package struct Domain: Sendable {
    package let lower, upper: [Float]

    package init(lower: [Float], upper: [Float]) { (self.lower, self.upper) = (lower, upper) }

    func clamped(_ value: Float, _ element: Int) -> Float { min(max(value, lower[element]), upper[element]) }
    var widths: [Float] { zip(upper, lower).map(-) }
}
