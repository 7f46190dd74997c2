import Foundation
import Models
import Tensors
import Testing

/// What a file leaves open is guessed for `gainsay inspect` and `gainsay init`, and the first spec is accepted and runs.
@Suite(.withExecutable) struct OpenSizeTests {
    private let command: Command

    init() throws { command = try Command() }

    /// A first spec that is written and checked at once; returns its text.
    private func firstSpec(_ model: ModelWriter, _ options: String = "") throws -> String {
        try command.write(model.bytes(), to: "m.onnx")
        let made = try command.run("init m.onnx --force \(options)")
        #expect(made.code == 0, "\(made.errors)")
        let check = try command.run("check m.say --no-cases --budget 0.3s")
        #expect([0, 1].contains(check.code) && check.errors.isEmpty, "\(check.output)\(check.errors)")
        return try command.text(of: "m.say")
    }

    /// A sound with a rate that the file knows two of, and a state whose second dimension is the batch.
    private func speech() throws -> ModelWriter {
        var long = ModelWriter()
        long.node("Pad", ["x", "pads"], ["padded"], [("mode", .text("reflect"))])
        long.node("ReduceMean", ["padded"], ["a"], [("axes", .integers([1]))])
        long.output("a", .float32, [])
        var short = ModelWriter()
        short.node("Slice", ["x", "zero", "two", "axis"], ["cut"])
        short.node("Pad", ["cut", "pads"], ["padded2"], [("mode", .text("reflect"))])
        short.node("ReduceMean", ["padded2"], ["b"], [("axes", .integers([1]))])
        short.output("b", .float32, [])
        var model = ModelWriter(operatorSet: 13)
        model.input("x", .float32, ["?", "?"])
        model.input("state", .float32, [2, "?", 3])
        model.input("sr", .int64, [])
        model.initializer("pads", try Tensor([4], [0, 0, 0, 20] as [Int64]))
        model.initializer("zero", try Tensor([1], [0] as [Int64]))
        model.initializer("two", try Tensor([1], [2] as [Int64]))
        model.initializer("axis", try Tensor([1], [1] as [Int64]))
        model.initializer("rate", .scalar(Int64(16000)))
        model.node("Equal", ["sr", "rate"], ["is16"])
        model.node(
            "If", ["is16"], ["mean"], [("then_branch", .graph(long)), ("else_branch", .graph(short))], name: "rates")
        model.initializer("ends", try Tensor([2], [0, 2] as [Int64]))
        model.node("ReduceSum", ["state", "ends"], ["sums"], [("keepdims", .integer(0))])
        model.node("Unsqueeze", ["sums", "axis"], ["s"])
        model.node("Concat", ["mean", "s"], ["y"], [("axis", .integer(1))])
        model.output("y", .float32, ["?", 2])
        return model
    }

    @Test func sizesThatFitAreFoundAndANumberIsTheOneThatIsComparedWith() throws {
        let text = try firstSpec(speech())
        #expect(text.contains("Int in {16000}") && text.contains("Tensor[224]") && text.contains("Tensor[2, 1, 3]"))
        let told = try command.run("inspect m.onnx")
        #expect(told.output.contains("open sizes  taken as state.1 = 1, x.0 = 1, x.1 = 224"))
        #expect(told.output.contains("fixed  sr = 16000"))
    }

    @Test func aPlaceOfAnInputIsNamed() throws {
        try command.write(speech().bytes(), to: "m.onnx")
        let told = try command.run("inspect m.onnx --size x.1=40")
        #expect(told.output.contains("x: Tensor[40]") && told.output.contains("state.1 = 1"))
        let small = try command.run("inspect m.onnx --size x.1=4 --size state.1=1")
        #expect(small.code == 2 && small.output.contains("(Pad)") && !small.output.contains("not supported  If"))
        let unknown = try command.run("inspect m.onnx --size y=4")
        #expect(unknown.code == 2 && unknown.errors.contains("it leaves open `x.0`, `x.1`, `state.1`"))
    }

    @Test func theSameNameIsTheSameSize() throws {
        var model = ModelWriter()
        model.input("x", .float32, ["batch", "time"])
        model.input("state", .float32, [2, "batch", 3])
        model.node("ReduceSum", ["state"], ["s"], [("keepdims", .integer(0))])
        model.node("Add", ["x", "s"], ["y"])
        model.output("y", .float32, ["batch", "time"])
        #expect(try firstSpec(model).contains("Tensor[2, 1, 3]"))
    }

    @Test func aShapeThatIsNotSaidIsGuessed() throws {
        var model = ModelWriter()
        model.input("x", .float32, [])
        var bytes = model
        bytes.initializer("w", try Tensor([4, 2], (0..<8).map(Float.init)))
        bytes.node("MatMul", ["x", "w"], ["y"])
        bytes.output("y", .float32, [])
        model = bytes
        // The shape left out: an input of any shape.
        let any = Self.withoutShapes(model.bytes())
        try command.write(any, to: "any.onnx")
        #expect(try command.run("inspect any.onnx").output.contains("x: Tensor[4]"))
        #expect(try command.run("inspect any.onnx --size x.0=3 --size x.1=4").output.contains("x: Tensor[3, 4]"))
        #expect(try command.run("init any.onnx").code == 0)
        #expect(try command.run("check any.say --no-cases --budget 0.3s").errors.isEmpty)
    }

    /// An empty shape is written as a field of length 0; without it there is none.
    private static func withoutShapes(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        // type { tensor_type { elem_type: 1, shape {} } }
        let marked: [UInt8] = [0x12, 0x06, 0x0A, 0x04, 0x08, 0x01, 0x12, 0x00]
        for start in bytes.indices where bytes[start...].starts(with: marked) {
            // A field that nobody reads in its place.
            bytes[start + 6] = 0x7A
        }
        return bytes
    }

    @Test func tablesAndClassesSayTheRangesOfWholeNumbers() throws {
        var model = ModelWriter()
        model.input("ids", .int64, [1, 4])
        model.input("kinds", .int64, [1, 2])
        model.initializer("table", try Tensor([9, 2], (0..<18).map(Float.init)))
        model.initializer("depth", .scalar(Int64(5)))
        model.initializer("values", try Tensor([2], [0, 1] as [Float]))
        model.node("Gather", ["table", "ids"], ["rows"])
        model.node("OneHot", ["kinds", "depth", "values"], ["hot"])
        model.node("ReduceSum", ["rows"], ["a"], [("keepdims", .integer(0))])
        model.node("ReduceMax", ["hot"], ["b"], [("keepdims", .integer(0))])
        model.node("Add", ["a", "b"], ["y"])
        model.output("y", .float32, [])
        let text = try firstSpec(model)
        #expect(text.contains("Int[4] in [0, 8]") && text.contains("Int[2] in [0, 4]"))
    }

    @Test func aSoftmaxOfManyIsAClassifier() throws {
        var model = ModelWriter()
        model.input("x", .float32, [1, 3])
        model.initializer("w", try Tensor([3, 60], (0..<180).map { Float($0 % 7) }))
        model.node("MatMul", ["x", "w"], ["scores"])
        model.node("Exp", ["scores"], ["e"])
        model.node("ReduceSum", ["e", "axes"], ["sum"])
        model.initializer("axes", try Tensor([1], [1] as [Int64]))
        model.node("Div", ["e", "sum"], ["y"])
        model.output("y", .float32, [1, 60])
        #expect(try firstSpec(model).contains("check argmax(net(x)) == wanted"))
    }

    @Test func sequencesAreAsManyTensorsAsAreNamed() throws {
        var model = ModelWriter()
        model.input("xs", sequenceOf: .float32, ["N"])
        model.input("extra", optional: .float32, [3])
        model.node("OptionalHasElement", ["extra"], ["there"])
        model.node("ConcatFromSequence", ["xs"], ["y"], [("axis", .integer(0))])
        model.output("y", .float32, [])
        model.output("there", .bool, [])
        let text = try firstSpec(model, "--size xs=3")
        #expect(text.contains(#"at "xs[2]""#))
        let spec = """
            model net : (a: Tensor[2] at "xs[0]", b: Tensor[3] at "xs[1]") -> (y: Tensor[5], there: Bool) from "m.onnx"
            property sum { forall a: Tensor[2] in [0, 1], b: Tensor[3] in [0, 1]  check sum(net(a, b).y) <= 5 and not net(a, b).there }
            """
        try command.write(spec, to: "own.say")
        #expect(try command.run("check own.say --no-cases").output.contains("proved"))
    }
}
