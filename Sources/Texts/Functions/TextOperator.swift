import Tensors

/// A function of texts as an operator: exact, lane by lane, without a slope and without bounds.
package struct TextOperator: Operator {
    package let function: TextFunction
    /// Of the result; empty for a number.
    package let shape: [Int]

    package init(_ function: TextFunction, shape: [Int]) { (self.function, self.shape) = (function, shape) }

    package var name: String { "`\(function.name)` of texts" }

    package func resultType(of inputs: [TensorType]) throws(ShapeError) -> TensorType {
        guard inputs.allSatisfy({ $0.element == .float64 && $0.shape.rank <= 1 }) else {
            throw ShapeError("\(name) takes float64 numbers and vectors, not \(inputs)")
        }
        return TensorType(.float64, try Shape(shape))
    }

    package func prepare(_ site: Site) -> any Step {
        TextStep(function: function, inputs: site.inputs.map(\.shape.count), count: site.output.shape.count)
    }
}

private struct TextStep: Step {
    let function: TextFunction
    let inputs: [Int]
    let count: Int

    func forward(_ frame: Frame) {
        let output: UnsafeMutablePointer<Double> = frame.output()
        // A language model is asked for all lanes at once.
        if case .asked(let question) = function {
            let questions = (0..<frame.lanes).map { arguments(frame, $0).map { CodePoints.read($0) } }
            for (lane, answer) in question.answers(questions, count: count).enumerated() {
                put(answer, output, frame, lane)
            }
            return
        }
        // Lanes without a point of their own are copies of the first.
        let first = arguments(frame, 0)
        let value = function.apply(first, count: count)
        put(value, output, frame, 0)
        for lane in 0..<frame.lanes where lane > 0 {
            let own = arguments(frame, lane)
            put(own == first ? value : function.apply(own, count: count), output, frame, lane)
        }
    }

    private func arguments(_ frame: Frame, _ lane: Int) -> [[Double]] {
        inputs.enumerated().map { index, count in
            let values: UnsafePointer<Double> = frame.input(index)
            return (0..<count).map { values[$0 * frame.lanes + lane] }
        }
    }

    private func put(_ values: [Double], _ output: UnsafeMutablePointer<Double>, _ frame: Frame, _ lane: Int) {
        for (element, value) in values.enumerated() { output[element * frame.lanes + lane] = value }
    }
}
