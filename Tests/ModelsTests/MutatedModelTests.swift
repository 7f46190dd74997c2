import Foundation
import Mutations
import Tensors
import Testing

@testable import Models

/// Nothing in a file can crash the reader, nor what it makes of it.
@Suite struct MutatedModelTests {
    private static let choices = Model.Choices(lengths: ["xs": 2], texts: ["x": [["", "b c", "ab"]]], memory: 1 << 22)

    @Test func noBytesCrashTheReader() throws {
        let seeds = [
            try branching().bytes(), StructureTests.everything().bytes(), try whole().bytes(), try held().bytes(),
            TextTests.everything().bytes(),
        ]
        for seed in seeds { try Model(onnx: seed, Self.choices).runOnZeros() }
        try mutate(seeds, count: Mutations.count(ordinary: 3000) * 3)
    }

    /// Those of ONNX's test vectors, in the folders that `GAINSAY_MUTATED_MODELS` names, with `:` between.
    private static let folders =
        ProcessInfo.processInfo.environment["GAINSAY_MUTATED_MODELS"]?.split(separator: ":").map(String.init)

    @Test(.enabled(if: folders != nil, "GAINSAY_MUTATED_MODELS names no folder"))
    func noBytesOfATestVectorCrashTheReader() throws {
        var seeds: [[UInt8]] = []
        for folder in try #require(Self.folders) {
            for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
                let file = URL(filePath: folder).appending(path: name).appending(path: "model.onnx")
                if let data = try? Data(contentsOf: file) { seeds.append([UInt8](data)) }
            }
        }
        try #require(!seeds.isEmpty)
        try mutate(seeds, count: Mutations.count(ordinary: 3000))
    }

    private func mutate(_ seeds: [[UInt8]], count: Int) throws {
        var mutations = Mutations(seed: 3)
        var (read, slowest) = (0, (seconds: 0.0, index: 0))
        for index in 0..<count {
            let bytes = mutations.mutant(of: seeds[index % seeds.count])
            let start = ContinuousClock.now
            if let model = try? Model(onnx: bytes, Self.choices) {
                read += 1
                try? model.runOnZeros()
            }
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            if seconds > slowest.seconds { slowest = (seconds, index) }
        }
        print("\(count) mutants, \(read) still read; the slowest, \(slowest.index), took \(slowest.seconds) s")
        #expect(read > 0)
    }

    /// A bit of everything whose attributes and constants shape the result.
    private func branching() throws -> ModelWriter {
        var model = ModelWriter()
        model.input("x", .float32, [1, 2, 6, 6])
        model.initializer("k", try Tensor([2, 2, 3, 3], (0..<36).map { Float($0) }))
        model.initializer("s", try Tensor([2], [1, -1] as [Int64]))
        model.initializer("pads", try Tensor([8], [0, 0, 1, 1, 0, 0, 1, 1] as [Int64]))
        model.initializer("two", try Tensor([1], [2] as [Int64]))
        model.initializer("zero", try Tensor([1], [0] as [Int64]))
        model.node("Conv", ["x", "k"], ["c"], [("pads", .integers([1, 1, 1, 1])), ("strides", .integers([2, 2]))])
        model.node("MaxPool", ["c"], ["p"], [("kernel_shape", .integers([2, 2]))])
        model.node("Pad", ["p", "pads"], ["q"], [("mode", .text("edge"))])
        model.node("Slice", ["q", "zero", "two", "two"], ["r"])
        model.node("Transpose", ["r"], ["t"], [("perm", .integers([0, 2, 3, 1]))])
        model.node("Reshape", ["t", "s"], ["u"])
        model.node("Split", ["u"], ["v", "w"], [("axis", .integer(1))])
        model.node("Gather", ["v", "zero"], ["g"], [("axis", .integer(1))])
        model.node("Softmax", ["w"], ["y"], [("axis", .integer(1))])
        model.node("Einsum", ["g", "w"], ["z"], [("equation", .text("ij,kl->il"))])
        model.output("y", .float32, [1, 8])
        model.output("z", .float32, [1, 8])
        return model
    }

    /// Whole numbers of several widths, quantised arithmetic, and ONNX Runtime's own operators.
    private func whole() throws -> ModelWriter {
        var model = ModelWriter(operatorSet: 19, domains: ["com.microsoft"])
        model.input("i", .int64, [1, 4])
        model.input("x", .float32, [1, 4])
        model.initializer("table", try Tensor([8, 4], (0..<32).map { Float($0) }))
        model.initializer("depth", .scalar(Int64(8)))
        model.initializer("values", try Tensor([2], [0, 1] as [Int64]))
        model.initializer("w", try Tensor([4, 4], (0..<16).map { Float($0) - 8 }))
        model.initializer("one", try Tensor([1], [1] as [Int64]))
        model.node("Cast", ["i"], ["b"], [("to", .integer(2))])
        model.node("BitShift", ["b", "b"], ["shifted"], [("direction", .text("LEFT"))])
        model.node("OneHot", ["i", "depth", "values"], ["hot"])
        model.node("Gather", ["table", "i"], ["rows"])
        model.node("DynamicQuantizeLinear", ["w"], ["wq", "ws", "wz"])
        model.node("DynamicQuantizeLinear", ["x"], ["q", "qs", "qz"])
        model.node("MatMulInteger", ["q", "wq", "qz", "wz"], ["m"])
        model.node("DequantizeLinear", ["q", "qs", "qz"], ["d"])
        model.node(
            "FusedMatMul", ["d", "w"], ["f"], [("alpha", .float(0.5)), ("transB", .integer(1))], domain: "com.microsoft"
        )
        model.node("QuickGelu", ["f"], ["g"], domain: "com.microsoft")
        model.node("TopK", ["g", "one"], ["top", "place"], [("axis", .integer(-1))])
        for name in ["shifted", "hot", "m"] { model.output(name, .int64, []) }
        model.output("rows", .float32, [])
        model.output("top", .float32, [1, 1])
        return model
    }

    /// Sequences and optionals that are inputs.
    private func held() throws -> ModelWriter {
        var model = ModelWriter(operatorSet: 18)
        model.input("xs", sequenceOf: .float32, [3])
        model.input("o", optional: .float32, [3])
        model.initializer("place", .scalar(Int64(-1)))
        model.node("OptionalHasElement", ["o"], ["there"])
        model.node("OptionalGetElement", ["o"], ["v"])
        model.node("SequenceInsert", ["xs", "v", "place"], ["more"])
        model.node("SequenceLength", ["more"], ["n"])
        model.node("ConcatFromSequence", ["more"], ["y"], [("axis", .integer(0)), ("new_axis", .integer(1))])
        model.output("y", .float32, [3, 3])
        model.output("n", .int64, [])
        model.output("there", .bool, [])
        return model
    }
}

extension Model {
    /// One pass over zeros; whole numbers too, so that places are inside.
    func runOnZeros() throws {
        let inputs = try graph.inputs.map { input in
            let type = graph.type(of: input.value)
            let zeros = [Double](repeating: 0, count: type.shape.count)
            return try Tensor(TensorType(type.element, Shape([1] + type.shape.dimensions)), rounding: zeros)
        }
        _ = try Evaluator(graph, outputs: graph.outputs.map(\.value)).run(inputs)
    }
}
