import Kernels

/// A function of two numbers, element by element; shapes are broadcast.
package struct Binary: Operator {
    package enum Kind: Sendable, Hashable, CaseIterable {
        case add, subtract, multiply
        /// Integers: towards zero.
        case divide
        case power
        /// NaN if either side is.
        case minimum, maximum
        /// The result has the sign of the divisor (ONNX Mod, Python `%`); by zero gives NaN.
        case modulo
        /// The result has the sign of the dividend (ONNX Mod with fmod, C `fmod`).
        case remainder
        case equal, less, lessOrEqual, greater, greaterOrEqual
        case and, or, xor
    }

    package let kind: Kind

    package init(_ kind: Kind) { self.kind = kind }

    package var name: String { "\(kind)" }

    package func resultType(of inputs: [TensorType]) throws(ShapeError) -> TensorType {
        guard inputs.count == 2 else { throw .inputCount(name, expected: "2", found: inputs.count) }
        let (first, second) = (inputs[0], inputs[1])
        guard first.element == second.element else {
            throw ShapeError("\(name) of \(first) and \(second): the element types differ")
        }
        let shape = try first.shape.broadcast(with: second.shape, in: name)
        switch kind {
        case .and, .or, .xor:
            guard first.element == .bool else { throw .elementType(name, expected: "bool", found: first.element) }
            return TensorType(.bool, shape)
        case .equal:
            return TensorType(.bool, shape)
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            guard first.element != .bool else { throw .elementType(name, expected: "numbers", found: .bool) }
            return TensorType(.bool, shape)
        default:
            guard first.element != .bool else { throw .elementType(name, expected: "numbers", found: .bool) }
            return TensorType(first.element, shape)
        }
    }
}

extension Binary {
    package func readsUniform(_ index: Int) -> Bool { true }

    package func prepare(_ site: Site) -> any Step {
        let operands = Operand.all(site)
        let isInteger = site.inputs[0].element == .int64
        func arithmetic(_ code: gs_binary) -> any Step {
            BinaryStep(code: code, operands: operands, storage: site.storage, count: site.shape.count)
        }
        func comparison(_ code: gs_comparison) -> any Step {
            ComparisonStep(
                code: code, operands: operands, storage: site.inputs[0].element.storage, count: site.shape.count,
                passes: site.passes)
        }
        return switch kind {
        case .add: arithmetic(GS_BINARY_ADD)
        case .subtract: arithmetic(GS_BINARY_SUB)
        case .multiply: arithmetic(GS_BINARY_MUL)
        case .divide: arithmetic(isInteger ? GS_BINARY_QUOTIENT : GS_BINARY_DIV)
        case .power: arithmetic(GS_BINARY_POW)
        case .minimum: arithmetic(GS_BINARY_MIN)
        case .maximum: arithmetic(GS_BINARY_MAX)
        case .modulo: arithmetic(GS_BINARY_MOD)
        case .remainder: arithmetic(GS_BINARY_FMOD)
        case .and: arithmetic(GS_BINARY_AND)
        case .or: arithmetic(GS_BINARY_OR)
        case .xor: arithmetic(GS_BINARY_XOR)
        case .equal: comparison(GS_COMPARISON_EQUAL)
        case .less: comparison(GS_COMPARISON_LESS)
        case .lessOrEqual: comparison(GS_COMPARISON_LESS_EQUAL)
        case .greater: comparison(GS_COMPARISON_GREATER)
        case .greaterOrEqual: comparison(GS_COMPARISON_GREATER_EQUAL)
        }
    }
}

/// How an element-wise step reads one of its inputs.
struct Operand: Sendable {
    let table: Table?
    let spread: gs_spread
    /// With one lane: so many elements of the result, from a multiple of it on, read neighbours (1) or the same (0).
    let run, step: Int

    /// The operands of an element-wise operation.
    static func all(_ site: Site) -> [Operand] {
        let walks = site.inputs.map { $0.shape == site.shape ? nil : $0.shape.steps(in: site.shape) }
        let (run, steps) = Operand.run(walks, site.shape)
        return site.inputs.indices.map { index in
            Operand(
                table: walks[index].map { Table(Shape.walk(site.shape, steps: $0)) },
                spread: site.uniform[index] ? GS_SPREAD_UNIFORM : GS_SPREAD_LANED, run: run, step: steps[index])
        }
    }

    /// The longest run, from how far each axis of the result moves in each operand; nil is one that lies as the result.
    private static func run(_ walks: [[Int]?], _ shape: Shape) -> (run: Int, steps: [Int]) {
        var (run, steps) = (1, [Int](repeating: 1, count: walks.count))
        for axis in (0..<shape.rank).reversed() where shape[axis] > 1 {
            let moves = walks.map { $0.map { $0[axis] } ?? run }
            if run == 1 {
                guard moves.allSatisfy({ $0 == 0 || $0 == 1 }) else { break }
                steps = moves
            } else {
                guard zip(moves, steps).allSatisfy({ $0 == $1 * run }) else { break }
            }
            run *= shape[axis]
        }
        return (max(run, 1), steps)
    }

    /// Where the number lies that an element of the result reads.
    func place(_ element: Int, _ lane: Int, _ lanes: Int) -> Int {
        let row = table.map { Int($0.pointer[element]) } ?? element
        return spread == GS_SPREAD_LANED ? row * lanes + lane : row
    }

    /// As it is read from element `start` of the result on, which is not 0 with one lane only.
    func float32(_ frame: Frame, _ index: Int, from start: Int = 0) -> gs_operand_f32 {
        gs_operand_f32(
            data: frame.input(index) + (table == nil ? start : 0), table: table.map { $0.pointer + start },
            spread: spread, run: run, step: step)
    }

    func float64(_ frame: Frame, _ index: Int, from start: Int = 0) -> gs_operand_f64 {
        gs_operand_f64(
            data: frame.input(index) + (table == nil ? start : 0), table: table.map { $0.pointer + start },
            spread: spread, run: run, step: step)
    }
}

struct BinaryStep: Step {
    let code: gs_binary
    let operands: [Operand]
    let storage: LaneStorage
    let count: Int

    var keeps: Kept { code == GS_BINARY_ADD || code == GS_BINARY_SUB ? .nothing : .inputs }

    /// One takes about as long as so many multiplications in a product.
    var work: Int { 8 * count }

    func forward(_ frame: Frame) {
        let part = frame.part(of: count, multiple: operands[0].run)
        let (start, lanes) = (part.lowerBound, frame.lanes)
        switch storage {
        case .float32:
            gs_binary_f32(
                code, part.count, lanes, operands[0].float32(frame, 0, from: start),
                operands[1].float32(frame, 1, from: start), frame.output() + start)
        case .float64:
            gs_binary_f64(
                code, part.count, lanes, operands[0].float64(frame, 0, from: start),
                operands[1].float64(frame, 1, from: start), frame.output() + start)
        }
    }

    func backward(_ frame: Frame) {
        switch storage {
        case .float32:
            gs_binary_gradient_f32(
                code, count, frame.lanes, operands[0].float32(frame, 0), operands[1].float32(frame, 1),
                frame.outputGradient(), frame.gradient(0), frame.gradient(1))
        case .float64:
            gs_binary_gradient_f64(
                code, count, frame.lanes, operands[0].float64(frame, 0), operands[1].float64(frame, 1),
                frame.outputGradient(), frame.gradient(0), frame.gradient(1))
        }
    }
}

struct ComparisonStep: Step {
    let code: gs_comparison
    let operands: [Operand]
    let storage: LaneStorage
    let count: Int
    let passes: Site.Passes

    var keeps: Kept { .inputs }
    /// The gradient of the output, in the format of the inputs.
    var scratch: Int { passes == .forwardAndBackward && storage == .float32 ? count * 8 : 0 }

    func forward(_ frame: Frame) {
        let (first, second) = (operands[0], operands[1])
        switch storage {
        case .float32:
            gs_compare_f32(
                code, count, frame.lanes, first.float32(frame, 0), second.float32(frame, 1), frame.output())
        case .float64:
            gs_compare_f64(
                code, count, frame.lanes, first.float64(frame, 0), second.float64(frame, 1), frame.output())
        }
    }

    /// That of a stand-in: a comparison is flat wherever it is defined.
    func backward(_ frame: Frame) {
        switch storage {
        case .float32:
            gs_cast_f64_f32(count * frame.lanes, frame.outputGradient(), frame.scratch())
            gs_binary_gradient_f32(
                standIn, count, frame.lanes, operands[0].float32(frame, 0), operands[1].float32(frame, 1),
                frame.scratch(), frame.gradient(0), frame.gradient(1))
        case .float64:
            gs_binary_gradient_f64(
                standIn, count, frame.lanes, operands[0].float64(frame, 0), operands[1].float64(frame, 1),
                frame.outputGradient(), frame.gradient(0), frame.gradient(1))
        }
    }

    private var standIn: gs_binary {
        switch code {
        case GS_COMPARISON_LESS, GS_COMPARISON_LESS_EQUAL: GS_BINARY_BELOW
        case GS_COMPARISON_GREATER, GS_COMPARISON_GREATER_EQUAL: GS_BINARY_ABOVE
        default: GS_BINARY_EQUAL
        }
    }
}
