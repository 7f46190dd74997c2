/// Σ weight · max(x - threshold, 0), a function of one number: what networks make curves of. Bounded as one curve, not bend by bend.
package struct BentLine: Operator {
    /// In ascending order.
    let thresholds: [Double]
    let weights: [Double]
    /// The function at each threshold, within `error` there.
    private let values: [Double]

    init(thresholds: [Double], weights: [Double]) {
        let order = thresholds.indices.sorted { (thresholds[$0], $0) < (thresholds[$1], $1) }
        self.thresholds = order.map { thresholds[$0] }
        self.weights = order.map { weights[$0] }
        var (values, slope, value) = ([Double](), 0.0, 0.0)
        for (place, threshold) in self.thresholds.enumerated() {
            if place > 0 { value += slope * (threshold - self.thresholds[place - 1]) }
            values.append(value)
            slope += self.weights[place]
        }
        self.values = values
    }

    package var name: String { "bent line" }

    package func resultType(of inputs: [TensorType]) throws(ShapeError) -> TensorType {
        guard inputs.count == 1 else { throw .inputCount(name, expected: "1", found: inputs.count) }
        guard inputs[0].element.isReal else {
            throw .elementType(name, expected: "real numbers", found: inputs[0].element)
        }
        return inputs[0]
    }

    /// It stands for operations that are computed, and is not itself.
    package func prepare(_ site: Site) throws(ShapeError) -> any Step { throw ShapeError("a \(name) is bounded only") }

    /// The sum of the magnitudes of the terms, at most.
    func size(_ x: Double) -> Double {
        var sum = 0.0
        for (threshold, weight) in zip(thresholds, weights) {
            guard threshold < x else { break }
            sum += weight.magnitude * (x - threshold)
        }
        return sum * (1 + Double(thresholds.count + 4) * 0x1p-52)
    }

    func range(_ lower: Double, _ upper: Double) -> (lower: Double, upper: Double) {
        let error = error(upper)
        var (least, greatest) = (Double.infinity, -Double.infinity)
        forEachCorner(lower, upper) { _, value in
            least = min(least, value)
            greatest = max(greatest, value)
        }
        return ((least - error).nextDown, (greatest + error).nextUp)
    }

    /// Each along the edge of the hull that is in the middle.
    func lines(_ lower: Double, _ upper: Double) -> Lines {
        var corners: [(x: Double, y: Double)] = []
        forEachCorner(lower, upper) { corners.append(($0, $1)) }
        let middle = lower / 2 + upper / 2
        let (below, above) = (
            BentLine.slope(below: corners, at: middle),
            -BentLine.slope(below: corners.map { ($0.x, -$0.y) }, at: middle)
        )
        // Less a line, it is least and greatest at a corner.
        var (low, high) = (Double.infinity, -Double.infinity)
        for (x, y) in corners {
            low = min(low, y - below * x - (y.magnitude + (below * x).magnitude) * 0x1p-50)
            high = max(high, y - above * x + (y.magnitude + (above * x).magnitude) * 0x1p-50)
        }
        let error = error(upper)
        return Lines(
            lowerSlope: below, lowerIntercept: (low - error).nextDown, upperSlope: above,
            upperIntercept: (high + error).nextUp)
    }

    /// How far values are from the exact ones, up to `upper`: a few roundings for each term of a sum.
    private func error(_ upper: Double) -> Double {
        size(upper) * Double(2 * thresholds.count + 8) * 0x1p-52 + 0x1p-1000
    }

    /// Both ends, and the thresholds between them.
    private func forEachCorner(_ lower: Double, _ upper: Double, _ body: (_ x: Double, _ y: Double) -> Void) {
        body(lower, value(lower))
        for (threshold, value) in zip(thresholds, values) where threshold > lower {
            guard threshold < upper else { break }
            body(threshold, value)
        }
        body(upper, value(upper))
    }

    private func value(_ x: Double) -> Double {
        var sum = 0.0
        for (threshold, weight) in zip(thresholds, weights) {
            guard threshold < x else { break }
            sum += weight * (x - threshold)
        }
        return sum
    }

    /// The slope of the lower convex hull of some points, in ascending order of x, at a place.
    private static func slope(below points: [(x: Double, y: Double)], at place: Double) -> Double {
        var hull: [(x: Double, y: Double)] = []
        for point in points {
            while hull.count > 1 {
                let (a, b) = (hull[hull.count - 2], hull[hull.count - 1])
                guard (b.y - a.y) * (point.x - a.x) >= (point.y - a.y) * (b.x - a.x) else { break }
                hull.removeLast()
            }
            if let last = hull.last, last.x == point.x { continue }
            hull.append(point)
        }
        guard let right = hull.indices.dropFirst().first(where: { hull[$0].x >= place }) else { return 0 }
        let (a, b) = (hull[right - 1], hull[right])
        let slope = (b.y - a.y) / (b.x - a.x)
        return slope.isFinite ? slope : 0
    }
}
