/// A function of the bits of two whole numbers, element by element; shapes are broadcast. No gradient.
///
/// Negative numbers have the two's complement of 64 bits.
package struct Bitwise: Operator {
    package enum Kind: Sendable, Hashable {
        case and, or, xor
        /// Away from the units; bits beyond 64 are lost.
        case shiftLeft
        /// Towards the units, filled with the sign.
        case shiftRight
    }

    package let kind: Kind

    package init(_ kind: Kind) { self.kind = kind }

    package var name: String { "bitwise \(kind)" }

    package func resultType(of inputs: [TensorType]) throws(ShapeError) -> TensorType {
        guard inputs.count == 2 else { throw .inputCount(name, expected: "2", found: inputs.count) }
        for input in inputs where input.element != .int64 {
            throw .elementType(name, expected: "whole numbers", found: input.element)
        }
        return TensorType(.int64, try inputs[0].shape.broadcast(with: inputs[1].shape, in: name))
    }

    /// Shifts by 64 bits or more, or by less than none, leave the sign alone.
    package func value(_ first: Int64, _ second: Int64) -> Int64 {
        switch kind {
        case .and: first & second
        case .or: first | second
        case .xor: first ^ second
        case .shiftLeft: (0..<64).contains(second) ? first << second : 0
        case .shiftRight: (0..<64).contains(second) ? first >> second : (first < 0 ? -1 : 0)
        }
    }
}

extension Bitwise {
    package func prepare(_ site: Site) -> any Step {
        let walks = site.inputs.map { Shape.walk(site.shape, steps: $0.shape.steps(in: site.shape)) }
        return BitwiseStep(operation: self, first: walks[0], second: walks[1])
    }
}

struct BitwiseStep: Step {
    let operation: Bitwise
    /// The row of each operand that an element of the result is made of.
    let first, second: [Int32]

    func forward(_ frame: Frame) {
        let lanes = frame.lanes
        let (x, y): (UnsafePointer<Double>, UnsafePointer<Double>) = (frame.input(0), frame.input(1))
        let output: UnsafeMutablePointer<Double> = frame.output()
        for element in first.indices {
            let (a, b) = (Int(first[element]) * lanes, Int(second[element]) * lanes)
            for lane in 0..<lanes {
                output[element * lanes + lane] = Double(
                    operation.value(Int64(saturating: x[a + lane]), Int64(saturating: y[b + lane])))
            }
        }
    }
}
