import Compiler
import Models
import Tensors
import Terminal

/// A wrapper as an ONNX file, made of the file of the model that it wraps.
///
/// It computes what the wrapper's graph computes, in the same types; sums may be in another order.
package struct WrapperFile {
    /// The wrapped model's.
    package let file: [UInt8]
    package let signature: Signature

    package func bytes(_ plan: WrapperPlan) throws(Failure) -> [UInt8] {
        do {
            return switch plan {
            case .lines(let plan): try bytes(plan)
            case .votes(let plan): try bytes(plan)
            case .parities(let plan): try bytes(plan)
            }
        } catch { throw Failure("\(error)") }
    }

    private var type: TensorType { signature.inputs[0].type }
    private var width: Int { signature.outputs.reduce(0) { $0 + $1.type.shape.count } }

    private func bytes(_ plan: LinePlan) throws -> [UInt8] {
        let (lines, places) = (plan.ends.shape[0], plan.places.count)
        let ends = plan.ends.doubles
        let size = type.shape.count
        var points: [Double] = []
        points.reserveCapacity(ends.count * places)
        for line in 0..<lines {
            for place in plan.places { points += ends[line * size..<(line + 1) * size].map { rounded(place) * $0 } }
        }
        let factors = (0..<lines).flatMap { _ in plan.places.map { 1 - $0 } }
        var stacked = try StackedModel(
            onnx: file, signature, factors: factors, points: table(lines * places, points))
        stacked.writer.initializer("wrapper/weights", try Tensor(Shape([1, places]), plan.weights))
        stacked.writer.initializer("wrapper/shape", try Tensor(Shape([3]), [lines, places, width].map(Int64.init)))
        stacked.writer.initializer("wrapper/estimates", try Tensor(Shape([2]), [lines, width].map(Int64.init)))
        stacked.writer.initializer("wrapper/half", try Tensor(Shape([1]), [Int64(lines / 2 + 1)]))
        stacked.writer.initializer("wrapper/middle", Tensor.scalar(Int64(lines / 2)))
        stacked.writer.node("Reshape", [stacked.rows, "wrapper/shape"], ["wrapper/lines"])
        stacked.writer.node("MatMul", ["wrapper/weights", "wrapper/lines"], ["wrapper/sums"])
        stacked.writer.node("Reshape", ["wrapper/sums", "wrapper/estimates"], ["wrapper/table"])
        stacked.writer.node(
            "TopK", ["wrapper/table", "wrapper/half"], ["wrapper/least", "wrapper/order"],
            [("axis", .integer(0)), ("largest", .integer(0)), ("sorted", .integer(1))])
        stacked.writer.node(
            "Gather", ["wrapper/least", "wrapper/middle"], ["wrapper/numbers"], [("axis", .integer(0))])
        return try stacked.bytes(outputs: "wrapper/numbers")
    }

    private func bytes(_ plan: VotePlan) throws -> [UInt8] {
        let (pilot, count) = (plan.pilot.shape[0], plan.noise.shape[0])
        var stacked = try StackedModel(
            onnx: file, signature, factors: [Double](repeating: 1, count: pilot + count),
            points: table(pilot + count, plan.pilot.doubles + plan.noise.doubles))
        let ballots = (0..<2).flatMap { kind in (0..<pilot + count).map { ($0 < pilot) == (kind == 0) ? 1.0 : 0 } }
        stacked.writer.initializer("wrapper/ballots", try Tensor(Shape([2, pilot + count]), ballots))
        stacked.writer.initializer("wrapper/column", try Tensor(Shape([2]), [Int64(pilot + count), 1]))
        stacked.writer.initializer("wrapper/classes", try Tensor(Shape([1, width]), (0..<width).map(Int64.init)))
        stacked.writer.initializer("wrapper/first", Tensor.scalar(Int64(0)))
        stacked.writer.initializer("wrapper/second", Tensor.scalar(Int64(1)))
        stacked.writer.initializer("wrapper/count", Tensor.scalar(Double(count)))
        stacked.writer.initializer("wrapper/radii", try Tensor(Shape([count + 1]), plan.radii))
        stacked.writer.initializer("wrapper/none", Tensor.scalar(0.0))
        let last: [(String, ModelWriter.Attribute)] = [("axis", .integer(1)), ("keepdims", .integer(0))]
        stacked.writer.node("ArgMax", [stacked.rows], ["wrapper/chosen"], last)
        stacked.writer.node("Reshape", ["wrapper/chosen", "wrapper/column"], ["wrapper/choices"])
        stacked.writer.node("Equal", ["wrapper/choices", "wrapper/classes"], ["wrapper/marks"])
        stacked.writer.node("Cast", ["wrapper/marks"], ["wrapper/votes"], [("to", .integer(11))])
        stacked.writer.node("MatMul", ["wrapper/ballots", "wrapper/votes"], ["wrapper/sums"])
        stacked.writer.node("Gather", ["wrapper/sums", "wrapper/first"], ["wrapper/pilot"])
        stacked.writer.node("Gather", ["wrapper/sums", "wrapper/second"], ["wrapper/counted"])
        stacked.writer.node("Div", ["wrapper/counted", "wrapper/count"], ["wrapper/numbers"])
        stacked.writer.node(
            "ArgMax", ["wrapper/pilot"], ["class"], [("axis", .integer(0)), ("keepdims", .integer(0))])
        stacked.writer.node("Gather", ["wrapper/counted", "class"], ["wrapper/own"])
        stacked.writer.node("Cast", ["wrapper/own"], ["wrapper/place"], [("to", .integer(7))])
        stacked.writer.node("Gather", ["wrapper/radii", "wrapper/place"], ["radius"])
        stacked.writer.node("Equal", ["radius", "wrapper/none"], ["abstains"])
        return try stacked.bytes(outputs: "wrapper/numbers")
    }

    private func bytes(_ plan: ParityPlan) throws -> [UInt8] {
        var writer = ModelWriter()
        let size = type.shape.count
        try writer.input(signature.inputs[0])
        writer.initializer("wrapper/line", try Tensor(Shape([1]), [-1 as Int64]))
        writer.initializer("wrapper/scale", try Tensor(Shape([size]), plan.scale))
        writer.initializer("wrapper/offset", try Tensor(Shape([size]), plan.offset))
        writer.initializer("wrapper/one", try Tensor(Shape([1]), [1.0]))
        writer.initializer("wrapper/factors", try plan.factorPlaces(size))
        let rows = plan.coefficients.count / plan.parities.count
        writer.initializer("wrapper/coefficients", try Tensor(Shape([rows, plan.parities.count]), plan.coefficients))
        writer.node("Reshape", [signature.inputs[0].name, "wrapper/line"], ["wrapper/flat"])
        writer.node("Cast", ["wrapper/flat"], ["wrapper/bits"], [("to", .integer(11))])
        writer.node("Mul", ["wrapper/bits", "wrapper/scale"], ["wrapper/scaled"])
        writer.node("Add", ["wrapper/scaled", "wrapper/offset"], ["wrapper/signs"])
        writer.node("Concat", ["wrapper/signs", "wrapper/one"], ["wrapper/all"], [("axis", .integer(0))])
        writer.node("Gather", ["wrapper/all", "wrapper/factors"], ["wrapper/picked"])
        writer.node(
            "ReduceProd", ["wrapper/picked"], ["wrapper/parities"],
            [("axes", .integers([1])), ("keepdims", .integer(0))])
        writer.node("MatMul", ["wrapper/coefficients", "wrapper/parities"], ["wrapper/numbers"])
        try writer.outputs(signature.outputs, from: "wrapper/numbers")
        return writer.bytes()
    }

    private func table(_ count: Int, _ values: [Double]) throws(ShapeError) -> Tensor {
        try Tensor(TensorType(type.element, Shape([count] + type.shape.dimensions)), rounding: values)
    }

    /// As the input's type holds it.
    private func rounded(_ number: Double) -> Double {
        type.element == .float32 ? Double(Float(number)) : number
    }
}

extension Workload {
    /// The ONNX file of a model; of a wrapper, one that is made of the file of what it wraps.
    package func onnx(of model: Int) throws(Failure) -> [UInt8] {
        guard let wrapper = spec.models[model].wrapper, let made = wrapped[spec.models[model].name] else {
            return try Files.read(modelFiles[model])
        }
        let file = try onnx(of: wrapper.model)
        return try WrapperFile(file: file, signature: graphs[wrapper.model].signature).bytes(made.plan)
    }
}
