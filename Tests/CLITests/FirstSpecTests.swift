import Datasets
import Foundation
import Models
import Tensors
import Testing

/// `gainsay inspect` and `gainsay init`: the first minutes with a model.
@Suite(.withExecutable) struct FirstSpecTests {
    private let command: Command

    init() throws {
        command = try Command()
        try command.copyExample("digits")
        var open = ModelWriter()
        open.input("in.0", .float32, ["N", "T", 2])
        open.initializer("w", try Tensor(TensorType(.float32, Shape([2, 1])), rounding: [1, -1]))
        open.node("MatMul", ["in.0", "w"], ["product"], name: "mixed")
        open.node("ReduceMax", ["product"], ["y"], [("axes", .integers([1, 2])), ("keepdims", .integer(0))])
        open.output("y", .float32, ["N"])
        try command.write(open.bytes(), to: "open.onnx")
        var unknown = ModelWriter()
        unknown.input("x", .float32, [3])
        unknown.node("Conjure", ["x"], ["y"])
        unknown.output("y", .float32, [3])
        try command.write(unknown.bytes(), to: "unknown.onnx")
        var compare = ModelWriter()
        compare.input("x", .int64, [3])
        compare.node("Abs", ["x"], ["y"])
        compare.output("y", .int64, [3])
        try command.write(compare.bytes(), to: "compare.onnx")
    }

    @Test func aModelIsTold() throws {
        let result = try command.run("inspect digits/digits-cnn.onnx")
        #expect(result.code == 0 && result.errors.isEmpty)
        #expect(result.output.contains("  image  float32 [batch, 1, 8, 8]\noutputs\n  scores  float32 [batch, 10]\n"))
        #expect(result.output.contains("operators  Gemm x2, Relu x2, Conv, Flatten, MaxPool\n"))
        #expect(result.output.contains("search  follows gradients to image\n"))
        #expect(result.output.contains("proof  bounds are known for every operator\n"))
        #expect(
            result.output.contains(
                #"declare  model net : (image: Tensor[1, 8, 8]) -> (scores: Tensor[10]) from "digits-cnn.onnx""#))
    }

    @Test func openSizesAreTaken() throws {
        let result = try command.run("inspect open.onnx")
        #expect(result.code == 0 && result.output.contains(#"(x: Tensor[16, 2] at "in.0")"#))
        #expect(result.output.contains("inner  product"))
        let json = try command.run("inspect open.onnx --json")
        #expect(json.output.contains(#""parameters" : 2"#) && json.output.contains(#""slopes" : ["#))
    }

    @Test func whatDoesNotLoadIsToldWithItsReason() throws {
        let result = try command.run("inspect unknown.onnx")
        #expect(
            result.code == 2 && result.output.contains("does not load")
                && result.output.contains("not supported  Conjure"))
        try command.write("no model", to: "none.onnx")
        #expect(try command.run("inspect none.onnx").code == 2)
        #expect(try command.run("inspect missing.onnx").code == 2)
        #expect(try command.run("inspect open.onnx --size T=much").code == 2)
    }

    @Test func aFirstSpecRuns() throws {
        let result = try command.run("init digits/digits-cnn.onnx")
        #expect(result.code == 0 && result.output.contains("gainsay check digits-cnn.say"))
        let spec = try command.text(of: "digits-cnn.say")
        #expect(spec.contains("Nothing says which numbers the model is given") && !spec.contains("rows"))
        #expect(try command.run("format --check digits-cnn.say").code == 0)
        let check = try command.run("check digits-cnn.say --no-cases --budget 2s")
        #expect(check.code == 0 && check.output.contains("11 properties: 10 witnessed, 1 proved"))
        // Nothing is written over unasked.
        #expect(try command.run("init digits/digits-cnn.onnx").code == 2)
        #expect(try command.run("init digits/digits-cnn.onnx --force").code == 0)
    }

    @Test func dataGiveRangesAndLabels() throws {
        let result = try command.run(
            "init digits/digits-cnn.onnx --data digits/digits-test.npz --output digits/first.say")
        #expect(result.code == 0)
        let spec = try command.text(of: "digits/first.say")
        #expect(spec.contains("Tensor[1, 8, 8] in [0, 1] as image") && spec.contains(#"from "digits-cnn.onnx""#))
        #expect(spec.contains("label: Int in [0, 9]") && spec.contains("property accurate"))
        let check = try command.run("check digits/first.say --no-cases --budget 2s")
        #expect(check.code == 1 && check.output.contains("5 properties: 3 contradicted, 2 proved"))
        let unfit = try command.run("init compare.onnx --data digits/digits-test.npz")
        #expect(unfit.code == 2 && unfit.errors.contains("has no column for the input `x`"))
    }

    @Test func wholeNumbersAndSequencesHaveTheirProperties() throws {
        var bytes = ModelWriter()
        bytes.input("ids", .int64, ["N", 4])
        bytes.initializer("t", try Tensor(TensorType(.float32, Shape([9, 2])), rounding: (0..<18).map(Double.init)))
        bytes.node("Gather", ["t", "ids"], ["rows"])
        bytes.node("ReduceSum", ["rows", "axis"], ["y"], [("keepdims", .integer(0))])
        bytes.initializer("axis", try Tensor(Shape([1]), [1] as [Int64]))
        bytes.output("y", .float32, ["N", 2])
        try command.write(bytes.bytes(), to: "ids.onnx")
        let ids = try Tensor(Shape([2, 4]), [0, 1, 2, 3, 8, 7, 6, 5] as [Int64])
        try command.write(try Dataset([.init("ids", ids)]).npz(), to: "ids.npz")
        #expect(try command.run("init ids.onnx --data ids.npz").code == 0)
        let spec = try command.text(of: "ids.say")
        #expect(spec.contains("Int[4] in [0, 8]") && spec.contains("property one_entry"))
        #expect(try command.run("check ids.say --no-cases --budget 1s").code == 0)
        let rows = try Tensor(Shape([2, 5, 2]), (0..<20).map(Double.init))
        try command.write(try Dataset([.init("x", rows)]).npz(), to: "x.npz")
        #expect(try command.run("init open.onnx --data x.npz --output -").output.contains("[5, 2]"))
    }

    @Test func whatHasNoSlopeIsTold() throws {
        let result = try command.run("inspect compare.onnx")
        #expect(result.output.contains("search  no slope was met: mutation, sweeps and evolution only"))
    }
}
