/// Adversarial training: each row is moved, before a step, to where its loss is large: projected ascent by the sign of the
/// gradient within a box around it (Madry et al., "Towards deep learning models resistant to adversarial attacks", 2018).
package struct Adversary: Sendable, Hashable {
    /// How far each number of the first input may move.
    package let radius: Float
    /// How often, and how far each time.
    package let steps: Int
    package let stride: Float
    /// The numbers that the input may take.
    package let range: ClosedRange<Float>

    package init(radius: Float, steps: Int, stride: Float, range: ClosedRange<Float>) {
        (self.radius, self.steps, self.stride, self.range) = (radius, steps, stride, range)
    }
}
