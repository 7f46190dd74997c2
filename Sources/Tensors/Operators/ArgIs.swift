/// The margin of `argmax(y) == c` (or argmin; or `!=`), ties to the lowest index: at least 0 exactly where it holds.
///
/// argmax(y) == c: the least of y[c] - y[j], strict for j < c. Its negation is `max` over j of the opposite comparison.
/// NaN follows `Compare`: -infinity in both polarities. A class outside 0..<n never is the answer.
/// Inputs: `y [n]` float64, class scalar int64.
package struct ArgIs: Operator {
    package enum Polarity: Sendable, Hashable { case positive, negative }

    package let extremum: ArgExtremum.Kind
    package let polarity: Polarity

    package init(_ extremum: ArgExtremum.Kind, _ polarity: Polarity = .positive) {
        self.extremum = extremum
        self.polarity = polarity
    }

    package var name: String { "margin of arg\(extremum) \(polarity == .positive ? "==" : "!=")" }

    package func resultType(of inputs: [TensorType]) throws(ShapeError) -> TensorType {
        guard inputs.count == 2 else { throw .inputCount(name, expected: "2", found: inputs.count) }
        guard inputs[0].element == .float64 else {
            throw .elementType(name, expected: "float64", found: inputs[0].element)
        }
        guard inputs[0].shape.rank == 1, inputs[0].shape.count > 0 else {
            throw .unfit(name, inputs[0].shape, "takes a vector that is not empty")
        }
        guard inputs[1].element == .int64, inputs[1].shape.rank == 0 else {
            throw ShapeError("\(name) takes a scalar int64 class, not \(inputs[1])")
        }
        return TensorType(.float64, .scalar)
    }
}

extension ArgIs {
    package func prepare(_ site: Site) -> any Step {
        ArgIsStep(extremum: extremum, polarity: polarity, count: site.inputs[0].shape.count)
    }
}

struct ArgIsStep: Step {
    let extremum: ArgExtremum.Kind
    let polarity: ArgIs.Polarity
    let count: Int

    var keeps: Kept { .inputs }
    /// Per lane, the rival whose comparison decided; -1 if none did.
    var scratch: Int { 8 }

    func forward(_ frame: Frame) {
        let (scores, classes): (UnsafePointer<Double>, UnsafePointer<Double>) = (frame.input(0), frame.input(1))
        let (output, rivals): (UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>) = (
            frame.output(), frame.scratch()
        )
        for lane in 0..<frame.lanes {
            (output[lane], rivals[lane]) = decide(scores + lane, frame.lanes, classes[lane])
        }
    }

    func backward(_ frame: Frame) {
        let (classes, rivals): (UnsafePointer<Double>, UnsafeMutablePointer<Double>) = (
            frame.input(1), frame.scratch()
        )
        let cotangent: UnsafeMutablePointer<Double> = frame.outputGradient()
        guard let gradient: UnsafeMutablePointer<Double> = frame.gradient(0) else { return }
        let sign: Double = (extremum == .max) == (polarity == .positive) ? 1 : -1
        for lane in 0..<frame.lanes where rivals[lane] >= 0 {
            gradient[Int(classes[lane]) * frame.lanes + lane] += sign * cotangent[lane]
            gradient[Int(rivals[lane]) * frame.lanes + lane] -= sign * cotangent[lane]
        }
    }

    /// The margin in one lane, and the rival that decided it.
    private func decide(_ scores: UnsafePointer<Double>, _ lanes: Int, _ number: Double) -> (Double, Double) {
        let isPositive = polarity == .positive
        guard number >= 0, number < Double(count) else { return (isPositive ? -.infinity : .infinity, -1) }
        let chosen = Int(number)
        let own = scores[chosen * lanes]
        var (margin, rival): (Double, Double) = (isPositive ? .infinity : -.infinity, -1)
        for other in 0..<count where other != chosen {
            let score = scores[other * lanes]
            let lead = (extremum == .max) == isPositive ? (own, score) : (score, own)
            // The chosen class wins a tie only against those behind it.
            let candidate = ArgIsStep.margin(lead.0, over: lead.1, strict: (other < chosen) == isPositive)
            if isPositive ? candidate < margin : candidate > margin {
                (margin, rival) = (candidate, Double(other))
            }
        }
        return (margin, margin.isFinite ? rival : -1)
    }

    /// How far `first` leads; as `Compare`.
    private static func margin(_ first: Double, over second: Double, strict: Bool) -> Double {
        if first.isNaN || second.isNaN { return -.infinity }
        if first == second { return strict ? -.leastNonzeroMagnitude : 0 }
        return first - second
    }
}
