/// Whether a margin holds, as a number: 1 where it is at least 0, else 0.
///
/// It is flat wherever it is defined, so its gradient is that of a sigmoid-like slope instead, 1 / (1 + |m|)^2: a rate of
/// truths tells a search which way to go, though not how far.
package struct Truth: Operator {
    package init() {}

    package var name: String { "truth" }

    package func resultType(of inputs: [TensorType]) throws(ShapeError) -> TensorType {
        guard inputs.count == 1 else { throw .inputCount(name, expected: "1", found: inputs.count) }
        guard inputs[0].element == .float64 else {
            throw .elementType(name, expected: "float64", found: inputs[0].element)
        }
        return inputs[0]
    }
}

extension Truth {
    package func prepare(_ site: Site) -> any Step { TruthStep(count: site.shape.count) }
}

struct TruthStep: Step {
    let count: Int

    var keeps: Kept { .inputs }

    func forward(_ frame: Frame) {
        let (margin, output): (UnsafePointer<Double>, UnsafeMutablePointer<Double>) = (frame.input(0), frame.output())
        for index in 0..<(count * frame.lanes) { output[index] = margin[index] >= 0 ? 1 : 0 }
    }

    func backward(_ frame: Frame) {
        guard let gradient: UnsafeMutablePointer<Double> = frame.gradient(0) else { return }
        let (margin, given): (UnsafePointer<Double>, UnsafeMutablePointer<Double>) = (
            frame.input(0), frame.outputGradient()
        )
        for index in 0..<(count * frame.lanes) {
            let scale = 1 + margin[index].magnitude
            gradient[index] += given[index] / (scale * scale)
        }
    }
}
