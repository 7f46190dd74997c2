/// The numbers that each element of an input takes.
package struct Domain: Sendable {
    package let lower, upper: [Float]

    package init(lower: [Float], upper: [Float]) { (self.lower, self.upper) = (lower, upper) }

    func clamped(_ value: Float, _ element: Int) -> Float { min(max(value, lower[element]), upper[element]) }
    var widths: [Float] { zip(upper, lower).map(-) }
}

extension Domain {
    /// Of a picture one range for all pixels; of a row a range for each column. `range` goes before what the rows say.
    package init(of numbers: [Float], layout: Layout, range: ClosedRange<Float>?) {
        let count = layout.count
        func whole(_ range: ClosedRange<Float>) -> Domain {
            Domain(
                lower: Array(repeating: range.lowerBound, count: count),
                upper: Array(repeating: range.upperBound, count: count))
        }
        if let range {
            self = whole(range)
        } else if case .picture = layout.form {
            self = whole((numbers.min() ?? 0)...(numbers.max() ?? 0))
        } else {
            var (lower, upper) = (Array(numbers.prefix(count)), Array(numbers.prefix(count)))
            for (index, number) in numbers.enumerated() {
                lower[index % count] = min(lower[index % count], number)
                upper[index % count] = max(upper[index % count], number)
            }
            self.init(lower: lower, upper: upper)
        }
    }
}
