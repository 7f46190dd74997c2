import Models
import Tensors

@testable import Circuits

/// A circuit over rows of whole numbers, run by the engine.
struct Toy {
    private let evaluator: Evaluator
    private let width: Int

    /// `made` gets the row, [width], of whole numbers within `range`, and gives the name of what is asked, float64.
    init(_ width: Int, _ range: ClosedRange<Double>, _ made: (Circuit, Wire) -> Wire) throws {
        let circuit = Circuit(prefix: "c")
        try self.init(circuit, width, made(circuit, circuit.clamped("x", [width], range)))
    }

    /// A circuit that is made already, over rows named `x`.
    init(_ circuit: Circuit, _ width: Int, _ result: Wire) throws {
        var model = circuit.nodes
        model.input("x", .float64, [1, .size(width)])
        model.output(result.name, .float64, [.size(1)])
        let graph = try Model(onnx: model.bytes()).graph
        evaluator = try Evaluator(graph, outputs: [graph.outputs[0].value])
        self.width = width
    }

    /// The same of bits, which give truth values.
    init(bits width: Int, _ made: (Circuit, Flags) -> Flags) throws {
        try self.init(width, 0...1) { circuit, row in
            circuit.numbers(made(circuit, circuit.reshaped(circuit.bits(of: row, [0]), [width])))
        }
    }

    func run(_ rows: [[Double]]) throws -> [[Double]] {
        let batch = try Tensor(Shape([rows.count, 1, width]), rows.flatMap { $0 })
        let result = try evaluator.run([batch], threads: 2)[0].doubles
        let size = result.count / rows.count
        return rows.indices.map { Array(result[$0 * size..<($0 + 1) * size]) }
    }
}

/// Each byte's bits, the least first.
func bits(_ bytes: [UInt8]) -> [Double] { bytes.flatMap { byte in (0..<8).map { Double(byte >> $0 & 1) } } }

func bytes(_ bits: [Double]) -> [UInt8] {
    stride(from: 0, to: bits.count, by: 8).map { start in (0..<8).reduce(0) { $0 | UInt8(bits[start + $1]) << $1 } }
}

func hex(_ bytes: [UInt8]) -> String {
    bytes.map { byte in
        let digits = String(byte, radix: 16)
        return digits.count < 2 ? "0" + digits : digits
    }.joined()
}

func unhex(_ digits: String) -> [UInt8] {
    let digits = Array(digits)
    return stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
}
