/// Lower and upper bounds of a value in many regions at once: `[element][lane]`, one region a lane, as float64.
///
/// NaN in either place, or an infinity, says that nothing is known.
package struct LanedBounds {
    package let lower: UnsafeMutablePointer<Double>
    package let upper: UnsafeMutablePointer<Double>
    package let shape: Shape
    /// Whether there is one number per element, for all lanes.
    package let isUniform: Bool

    package init(
        lower: UnsafeMutablePointer<Double>, upper: UnsafeMutablePointer<Double>, shape: Shape, isUniform: Bool = false
    ) {
        self.isUniform = isUniform
        self.lower = lower
        self.upper = upper
        self.shape = shape
    }
}
