import Tensors

/// A model's file inside another one: its answers at points `factors[i] x + points[i]`, one row each.
///
/// The model is the body of an ONNX `Scan` over the rows, all its names with `wrapped/` before them; so the file grows by the
/// points alone. Operators and their versions are those of the model's file.
package struct StackedModel {
    private static let (inside, outside) = ("wrapped/", "wrapper/")

    /// What the file is written with; the value `rows` is there already.
    package var writer: ModelWriter
    private let file: [UInt8]
    private let signature: Signature

    /// The name of the answers: [points, numbers of all outputs], float64.
    package let rows = "wrapper/rows"

    /// `points` is [rows, ...], of the type of the one input. Throws where the file's operators are older than version 11, or the
    /// input is not in float32 or float64.
    package init(onnx file: [UInt8], _ signature: Signature, factors: [Double], points: Tensor) throws(ModelError) {
        (self.file, self.signature) = (file, signature)
        writer = ModelWriter()
        let input = signature.inputs[0]
        try Self.check(file, signature)
        try writer.input(input)
        var body = ModelWriter()
        body.input("wrapper/factor", input.type.element, [])
        body.input("wrapper/point", input.type.element, input.type.shape.dimensions.map { .size($0) })
        body.node("Mul", [input.name, "wrapper/factor"], ["wrapper/scaled"])
        body.node("Add", ["wrapper/scaled", "wrapper/point"], [Self.inside + input.name])
        try body.include(graphOf: file, renamed: Self.inside)
        let line = try ModelError.only { try Tensor(Shape([1]), [-1 as Int64]) }
        body.initializer("wrapper/line", line)
        var parts: [String] = []
        for (place, output) in signature.outputs.enumerated() {
            body.node("Reshape", [Self.inside + output.name, "wrapper/line"], ["wrapper/flat\(place)"])
            body.node("Cast", ["wrapper/flat\(place)"], ["wrapper/part\(place)"], [("to", .integer(11))])
            parts.append("wrapper/part\(place)")
        }
        body.node("Concat", parts, ["wrapper/answers"], [("axis", .integer(0))])
        let width = signature.outputs.reduce(0) { $0 + $1.type.shape.count }
        body.output("wrapper/answers", .float64, [.size(width)])
        let column = try ModelError.only {
            try Tensor(TensorType(input.type.element, Shape([factors.count])), rounding: factors)
        }
        writer.initializer("wrapper/factors", column)
        writer.initializer("wrapper/points", points)
        writer.node(
            "Scan", ["wrapper/factors", "wrapper/points"], [rows],
            [("body", .graph(body)), ("num_scan_inputs", .integer(2))])
    }

    /// The file, whose outputs are the model's: `numbers` is a vector of all of theirs, in float64.
    package func bytes(outputs numbers: String) throws(ModelError) -> [UInt8] {
        var writer = writer
        try writer.outputs(signature.outputs, from: numbers)
        return try writer.bytes(asIn: file)
    }

    private static func check(_ file: [UInt8], _ signature: Signature) throws(ModelError) {
        let names = (signature.inputs + signature.outputs).map(\.name)
        if let name = names.first(where: { $0.hasPrefix(inside) || $0.hasPrefix(outside) }) {
            throw ModelError("`\(name)` is a name that a wrapper's file takes for itself")
        }
        try ModelError.only {
            try file.withUnsafeBytes { bytes in
                let model = try ModelProto(decoding: bytes)
                let own = model.operatorSets.first { ["", "ai.onnx"].contains($0.domain) }?.version ?? 1
                guard own >= 11 else {
                    throw ModelError(
                        "its operators are of version \(own), a wrapper's file takes those of version 11 or newer",
                        hint: "onnx.version_converter converts")
                }
                let kind = model.graph?.inputs.first { $0.name == signature.inputs[0].name }?.port.element
                guard kind == signature.inputs[0].type.element.rawValue else {
                    throw ModelError("its input holds \(kind ?? "nothing"), not float32 or float64")
                }
            }
        }
    }
}

extension ModelWriter {
    package mutating func input(_ port: Signature.Port) throws(ModelError) {
        input(port.name, port.type.element, port.type.shape.dimensions.map { .size($0) })
    }

    /// Takes outputs, in their types, from a vector in float64 of all their numbers.
    package mutating func outputs(_ ports: [Signature.Port], from numbers: String) throws(ModelError) {
        var start = 0
        for (place, port) in ports.enumerated() {
            let (own, shape) = ("wrapper/own\(place)", port.type.shape)
            let places = (start..<start + shape.count).map { Int64($0) }
            try ModelError.only { () throws -> Void in
                initializer(own + "/places", try Tensor(shape, places))
            }
            node("Gather", [numbers, own + "/places"], [own])
            let kind: ElementKind = port.type.element == .float64 ? .float64 : .float32
            node("Cast", [own], [port.name], [("to", .integer(Int(kind.rawValue)))])
            output(port.name, port.type.element, shape.dimensions.map { .size($0) })
            start += shape.count
        }
    }
}
