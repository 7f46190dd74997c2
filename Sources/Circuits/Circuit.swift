import Models
import Tensors

/// Nodes of an ONNX graph that compute with whole numbers and truth values, and the constants that they need.
///
/// The operators are those that mean the same in every version of ONNX from 11 on. Constants are float64, whole numbers or
/// truth values, never float32: nothing that trains weights takes them for such.
package final class Circuit {
    /// The oldest version of ONNX's operators that has all that is used.
    package static let oldestOperatorSet = 11

    package private(set) var nodes: ModelWriter
    private let prefix: String
    private var count = 0
    private var constants: [Tensor: String] = [:]

    /// All names begin with `prefix`.
    package init(prefix: String) {
        self.prefix = prefix
        nodes = ModelWriter(operatorSet: Self.oldestOperatorSet)
    }

    /// Adds a node, and gives the name of what it makes.
    package func node(
        _ operation: String, _ inputs: [String], _ attributes: [(String, ModelWriter.Attribute)] = [],
        output: String? = nil
    ) -> String {
        let output = output ?? fresh()
        nodes.node(operation, inputs, [output], attributes)
        return output
    }

    package func constant(_ shape: [Int], _ numbers: [Double]) -> String { named { try Tensor(Shape(shape), numbers) } }

    package func constant(_ shape: [Int], _ numbers: [Int]) -> String {
        named { try Tensor(Shape(shape), numbers.map(Int64.init)) }
    }

    func constant(_ shape: [Int], _ truths: [Bool]) -> String { named { try Tensor(Shape(shape), truths) } }

    /// The same constant has one name.
    private func named(_ made: () throws -> Tensor) -> String {
        guard let tensor = try? made() else { preconditionFailure("a constant whose shape does not fit its numbers") }
        if let name = constants[tensor] { return name }
        let name = fresh()
        constants[tensor] = name
        nodes.initializer(name, tensor)
        return name
    }

    private func fresh() -> String {
        count += 1
        return prefix + "\(count)"
    }
}

// MARK: - Shapes

extension Circuit {
    package func reshaped(_ wire: Wire, _ shape: [Int]) -> Wire {
        let ranges = shape.last == wire.shape.last ? wire.ranges : Array(repeating: wire.range, count: shape.last ?? 1)
        return Wire(reshape(wire.name, shape), shape, ranges)
    }

    package func reshaped(_ truth: Flags, _ shape: [Int]) -> Flags { Flags(reshape(truth.name, shape), shape) }

    private func reshape(_ name: String, _ shape: [Int]) -> String {
        node("Reshape", [name, constant([shape.count + 1], [-1] + shape)])
    }

    /// Entries of the last axis by place; the last axis becomes `shape`.
    func picked(_ wire: Wire, _ places: [Int], shape: [Int]? = nil) -> Wire {
        let shape = shape ?? [places.count]
        let all = places.map { wire.ranges[$0] }
        let columns = shape.last ?? 1
        let ranges = (0..<columns).map { column in
            ClosedRange.around(stride(from: column, to: all.count, by: columns).map { all[$0] })
        }
        let name = node("Gather", [wire.name, constant(shape, places)], [("axis", .integer(wire.shape.count))])
        return Wire(name, wire.shape.dropLast() + shape, ranges)
    }

    package func picked(_ truth: Flags, _ places: [Int], shape: [Int]? = nil) -> Flags {
        let shape = shape ?? [places.count]
        return Flags(
            node("Gather", [truth.name, constant(shape, places)], [("axis", .integer(truth.shape.count))]),
            truth.shape.dropLast() + shape)
    }

    /// One entry of an axis that is not the last one; the axis is gone.
    func row(_ wire: Wire, _ place: Int, axis: Int) -> Wire {
        var shape = wire.shape
        shape.remove(at: axis)
        return Wire(
            node("Gather", [wire.name, constant([], [place])], [("axis", .integer(axis + 1))]), shape, wire.ranges)
    }

    /// Along the last axis.
    package func joined(_ truths: [Flags]) -> Flags {
        let axis = truths[0].shape.count
        return Flags(
            node("Concat", truths.map(\.name), [("axis", .integer(axis))]),
            truths[0].shape.dropLast() + [truths.reduce(0) { $0 + ($1.shape.last ?? 1) }])
    }

    /// Along the last axis, or the one before it.
    func joined(_ wires: [Wire], axis: Int) -> Wire {
        var shape = wires[0].shape
        shape[axis] = wires.reduce(0) { $0 + $1.shape[axis] }
        let isLast = axis == shape.count - 1
        let ranges =
            isLast
            ? wires.flatMap(\.ranges)
            : wires[0].ranges.indices.map { place in ClosedRange.around(wires.map { $0.ranges[place] }) }
        return Wire(node("Concat", wires.map(\.name), [("axis", .integer(axis + 1))]), shape, ranges)
    }
}
