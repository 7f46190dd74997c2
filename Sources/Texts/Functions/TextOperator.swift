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
        for lane in 0..<frame.lanes {
            let arguments = inputs.enumerated().map { index, count in
                let values: UnsafePointer<Double> = frame.input(index)
                return (0..<count).map { values[$0 * frame.lanes + lane] }
            }
            for (element, value) in function.apply(arguments, count: count).enumerated() {
                output[element * frame.lanes + lane] = value
            }
        }
    }
}
