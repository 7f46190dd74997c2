import Tensors
import Testing

@testable import Models

@Suite struct ModelReadingTests {
    /// x [batch, 3] -> Gemm -> Relu -> y, with its weights listed as inputs too, as old files do.
    private func sample() throws -> ModelWriter {
        var model = ModelWriter(operatorSet: 8)
        model.input("x", .float32, ["batch", 3])
        model.input("w", .float32, [2, 3])
        model.initializer("w", try Tensor([2, 3], [1, 2, 3, 4, 5, 6] as [Float]))
        model.initializer("b", try Tensor([2], [0.5, -0.5] as [Float]))
        model.node("Gemm", ["x", "w", "b"], ["h"], [("transB", .integer(1))], name: "fc1/Gemm")
        model.node("Relu", ["h"], ["y"], name: "fc1/Relu")
        model.output("y", .float32, ["batch", 2])
        return model
    }

    private func message(_ bytes: [UInt8], _ choices: Model.Choices = .init()) -> String {
        do {
            _ = try Model(onnx: bytes, choices)
            return "read"
        } catch {
            return error.description
        }
    }

    private func message(_ build: (inout ModelWriter) throws -> Void) rethrows -> String {
        var model = ModelWriter()
        model.input("x", .float32, [1, 3])
        try build(&model)
        model.output("y", .float32, [1, 3])
        return message(model.bytes())
    }

    @Test func namesAndShapesAreThoseOfTheFile() throws {
        let model = try Model(onnx: sample().bytes())
        #expect(model.signature.inputs == [.init("x", TensorType(.float32, [1, 3]))])
        #expect(model.signature.outputs == [.init("y", TensorType(.float32, [1, 2]))])
        #expect(model.dimensions == ["batch": 1])
        #expect(model.signature.inner(named: "h")?.type.shape == [1, 2])
        #expect(model.signature.inner(named: "fc1/Relu")?.type == model.signature.outputs[0].type)
        #expect(model.signature.inner(named: "w") == nil)
    }

    @Test func openDimensionsAreWhatIsSaid() throws {
        let model = try Model(onnx: sample().bytes(), .init(dimensions: ["batch": 4]))
        #expect(model.signature.outputs[0].type.shape == [4, 2])
        let text = message { $0.input("z", .float32, [1, "length"]) }
        #expect(text == "input `z`: dimension 1, `length`, has no size (declare the input with a size for `length`)")
    }

    @Test func shapesThatAreChosenGoBeforeTheFiles() throws {
        var model = ModelWriter()
        model.input("x", .float32, [1, "T", 3])
        model.input("mask", .float32, ["T"])
        model.node("ReduceMax", ["x"], ["h"], [("axes", .integers([1]))])
        model.node("Size", ["mask"], ["n"])
        model.output("h", .float32, ["unk", 1, 3])
        model.output("n", .int64, [])
        let open = try Model.openSignature(onnx: model.bytes())
        #expect(open.isOpen)
        #expect(open.inputs.map(\.shapeText) == ["[1, T, 3]", "[T]"])
        #expect(open.outputs.map(\.description) == ["float32[?, 1, 3]", "int64[]"])
        let chosen = try Model(onnx: model.bytes(), .init(shapes: ["x": [1, 6, 3]]))
        #expect(chosen.signature.inputs.map(\.type.shape) == [[1, 6, 3], [6]])
        #expect(chosen.signature.outputs[0].type.shape == [1, 1, 3])
        #expect(chosen.dimensions == ["T": 6])
        #expect(message(model.bytes(), .init(shapes: ["x": [1, -6, 3]])) != "read")
    }

    @Test func inputsMayBeGiven() throws {
        let given = try Tensor([1, 3], [1, 1, 1] as [Float])
        let model = try Model(onnx: sample().bytes(), .init(constants: ["x": given]))
        #expect(model.signature.inputs.isEmpty)
    }

    @Test func scalarsAndVectorsAreInputsAndOutputs() throws {
        var model = ModelWriter()
        model.input("x", .float64, [5])
        model.node("ReduceSum", ["x"], ["y"], [("keepdims", .integer(0))])
        model.output("y", .float64, [])
        #expect(try Model(onnx: model.bytes()).signature.outputs[0].type == TensorType(.float64, .scalar))
    }

    @Test func weightsMayBeInOtherFiles() throws {
        func model(_ path: String, offset: Int = 4, length: Int = 12) -> [UInt8] {
            var model = ModelWriter()
            model.input("x", .float32, [1, 3])
            model.initializer("w", TensorType(.float32, [3]), in: path, offset: offset, length: length)
            model.node("Add", ["x", "w"], ["y"])
            model.output("y", .float32, [1, 3])
            return model.bytes()
        }
        let files = ExternalFiles { path, offset, count in
            #expect(path == "weights/w.bin" && offset == 4 && count == 12)
            return [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40, 0, 0, 0x40, 0x40]
        }
        let read = try Model(onnx: model("weights/w.bin"), external: files)
        let weights = read.graph.nodes.compactMap { node in
            if case .constant(let tensor) = node.source { tensor.doubles } else { nil }
        }
        #expect(weights == [[1, 2, 3]])
        for path in ["/etc/passwd", "../w.bin", "a/../../w.bin", "", "C:\\w.bin"] {
            let error = #expect(throws: ModelError.self) { try Model(onnx: model(path), external: files) }
            #expect(error?.message.contains("not a path inside the model's own folder") == true)
        }
        #expect(throws: ModelError.self) { try Model(onnx: model("weights/w.bin")) }
        #expect(message(model("w", length: 8)) == "tensor `w`: 8 bytes in `w`, and its shape takes 12")
        #expect(message(model("w", offset: .max)).contains("too large"))
    }

    @Test func whatIsNotSupportedIsNamed() {
        #expect(
            message { $0.node("Fancy", ["x"], ["y"], name: "n1") }
                == "node `n1` (Fancy): operator `Fancy` (ai.onnx 13) is not supported")
        #expect(
            message { $0.node("Relu", ["x"], ["y"], domain: "acme") }
                == "node `y` (Relu): operator `Relu` of `acme`, which the file does not import")
        #expect(
            message { $0.node("Relu", ["z"], ["y"]) }.hasPrefix("node `y` (Relu): its input `z` is made by no node"))
        #expect(
            message {
                $0.node("Cast", ["x"], ["i"], [("to", .integer(7))])
                $0.node("Reshape", ["x", "i"], ["y"])
            } == "node `y` (Reshape): `shape` is computed from the model's inputs by node `i` (Cast) "
                + "(shapes and indices that depend on data are not supported)")
        #expect(
            message(ModelWriter(operatorSet: 29).bytes())
                == "version 29 of ONNX's operators is not supported "
                + "(versions 1 to 28 are; onnx.version_converter converts)")
    }

    @Test func whatIsWrongIsNamed() throws {
        #expect(message { _ in } == "output `y`: no node makes it")
        #expect(message { $0.node("Relu", ["x"], ["x"]) } == "node `x` (Relu): two values are named `x`")
        #expect(
            message {
                $0.node("Relu", ["b"], ["a"])
                $0.node("Relu", ["a"], ["b"])
            }.hasPrefix("node `a` (Relu): its input `b` is made by no node before it"))
        #expect(
            try message {
                $0.initializer("w", try Tensor([4], [1, 2, 3, 4] as [Float]))
                $0.node("Add", ["x", "w"], ["y"])
            } == "node `y` (Add): add of [1, 3] and [4]: 3 and 4 are neither equal nor 1")
        #expect(
            message { $0.node("LeakyRelu", ["x"], ["y"], [("alpha", .integer(1))]) }
                == "node `y` (LeakyRelu): attribute `alpha` is not a number")
        #expect(message([]) == "not an ONNX model: there is no graph in it")
    }

    @Test func damagedFilesAreRefused() throws {
        let bytes = try sample().bytes()
        for count in 0..<bytes.count {
            #expect(message(Array(bytes.prefix(count))) != "read")
        }
        let reason = "not a readable ONNX file: "
        #expect(message([0x3A, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]).hasPrefix(reason + "a length of"))
        #expect(message([0x3B]).hasPrefix(reason + "wire type 3"))
        #expect(message([UInt8](repeating: 0xFF, count: 12)).hasPrefix(reason + "an integer of more than ten bytes"))
        #expect(message([0x38, 1]).hasPrefix(reason + "field 7 is stored as something else"))
    }

    @Test func smallFilesCannotAskForMuch() throws {
        var writer = WireWriter()
        writer.data(7, (0..<1_000_000).flatMap { _ in [0x0A, 0x00] as [UInt8] })
        #expect(message(writer.bytes).hasPrefix("the file declares far more parts"))
        let tensor = try Tensor([2], [1 << 13, 1 << 14] as [Int64])
        var large = ModelWriter()
        large.initializer("s", tensor)
        large.node("ConstantOfShape", ["s"], ["y"])
        large.output("y", .float32, ["rows", "columns"])
        #expect(
            message(large.bytes(), .init(memory: 1 << 20))
                == "node `y` (ConstantOfShape): with a tensor of 134217728 elements the weights and activations take "
                + "512.1 MB, more than the limit of 1 MB (`--memory` says another limit; or the file is damaged)")
        var nested = [UInt8]()
        for _ in 0..<200 {
            var attribute = WireWriter()
            attribute.message(1) { node in node.message(5) { $0.data(6, nested) } }
            nested = attribute.bytes
        }
        var model = WireWriter()
        model.data(7, nested)
        #expect(message(model.bytes) == "graphs nested more than 64 deep")
    }
}
