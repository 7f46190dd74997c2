/// A plane below and a plane above the product of two numbers over a box.
///
/// lower.x · x + lower.y · y + lower.constant <= x · y <= upper.x · x + upper.y · y + upper.constant for all x and y of the box,
/// exactly: whatever rounding there was in finding the planes is in the constants.
package struct Planes: Sendable, Hashable {
    package struct Plane: Sendable, Hashable {
        package var x, y, constant: Double
    }

    package var lower, upper: Plane

    /// McCormick's planes (Mathematical Programming 10, 1976) touch the product along two edges of the box each; all
    /// mixtures of the two are equally near at the middle. A mix of 0 is the one through the corner of both lower ends
    /// (above: x's lower and y's upper end), 1 the opposite one, and 1/2 is nearest at the worst corner.
    ///
    /// Infinite constants where an end is not finite. Any mix is sound: less a plane, the product is least at a corner.
    package init(
        x: (lower: Double, upper: Double), y: (lower: Double, upper: Double), lowerMix: Double = 0.5,
        upperMix: Double = 0.5
    ) {
        let below = Planes.lowerPlane(x, y, lowerMix)
        // x · y = -(x · -y).
        let above = Planes.lowerPlane(x, (-y.upper, -y.lower), upperMix)
        lower = below
        upper = Plane(x: -above.x, y: above.y, constant: -above.constant)
    }

    /// The products of numbers of two intervals, rounded outward; everything, if an end is not finite.
    package static func range(
        x: (lower: Double, upper: Double), y: (lower: Double, upper: Double)
    ) -> (lower: Double, upper: Double) {
        Interval.product(x, y)
    }

    private static func lowerPlane(
        _ x: (lower: Double, upper: Double), _ y: (lower: Double, upper: Double), _ mix: Double
    ) -> Plane {
        let mix = min(max(mix, 0), 1)
        let byX = y.lower + mix * (y.upper - y.lower)
        let byY = x.lower + mix * (x.upper - x.lower)
        func rest(_ x: Double, _ y: Double) -> Double {
            let (product, first, second) = (x * y, byX * x, byY * y)
            let error = (product.magnitude + first.magnitude + second.magnitude) * 0x1p-50 + 0x1p-1060
            return product - first - second - error
        }
        let constant = min(
            min(rest(x.lower, y.lower), rest(x.lower, y.upper)), min(rest(x.upper, y.lower), rest(x.upper, y.upper)))
        guard constant.isFinite, byX.isFinite, byY.isFinite else { return Plane(x: 0, y: 0, constant: -.infinity) }
        return Plane(x: byX, y: byY, constant: constant)
    }
}
