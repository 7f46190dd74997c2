import Kernels

/// The rows of a constant table that whole numbers name: index `[...]`, table `[n + 1, out]`, result `[..., out]`.
///
/// Every number but 0..<n names the last row. A one-hot encoding times a matrix is this; it has no slope, and stands only
/// where none is asked for.
struct Lookup: Operator {
    let table: Tensor

    var name: String { "lookup" }

    func resultType(of inputs: [TensorType]) throws(ShapeError) -> TensorType {
        guard inputs.count == 1 else { throw .inputCount(name, expected: "1", found: inputs.count) }
        guard table.shape.rank == 2, table.shape[0] > 0 else {
            throw .unfit(name, table.shape, "has a row for each number and one for all others")
        }
        return TensorType(table.element, try Shape(inputs[0].shape.dimensions + [table.shape[1]]))
    }

    func prepare(_ site: Site) -> any Step {
        LookupStep(
            table: .of(table), rows: table.shape[0], width: table.shape[1], places: site.inputs[0].shape.count,
            index: site.inputs[0].storage, storage: site.storage)
    }
}

struct LookupStep: Step {
    let table: Packed
    let rows, width, places: Int
    let index, storage: LaneStorage

    func forward(_ frame: Frame) {
        switch (index, storage) {
        case (.float32, .float32): look(frame, Float.self, Float.self)
        case (.float32, .float64): look(frame, Float.self, Double.self)
        case (.float64, .float32): look(frame, Double.self, Float.self)
        case (.float64, .float64): look(frame, Double.self, Double.self)
        }
    }

    private func look<Index: BinaryFloatingPoint, Number: BitwiseCopyable>(
        _ frame: Frame, _: Index.Type, _: Number.Type
    ) {
        let lanes = frame.lanes
        let (names, entries): (UnsafePointer<Index>, UnsafePointer<Number>) = (frame.input(0), table.pointer())
        let output: UnsafeMutablePointer<Number> = frame.output()
        for place in 0..<places {
            for lane in 0..<lanes {
                let name = names[place * lanes + lane]
                let isRow = name >= 0 && name < Index(rows - 1) && name == name.rounded()
                let row = entries + (isRow ? Int(name) : rows - 1) * width
                let target = output + place * width * lanes + lane
                if lanes == 1 {
                    target.update(from: row, count: width)
                } else {
                    for entry in 0..<width { target[entry * lanes] = row[entry] }
                }
            }
        }
    }
}

/// Turns products with a one-hot encoding into lookups, bit for bit the same: all but one of the products are with 0.
enum Lookups {
    static func apply(_ rewriting: inout Rewriting, _ node: Graph.Node, _ index: Int) throws(ShapeError) -> Value {
        guard case .operation(let operation) = node.source else { return rewriting.image[index] }
        let inputs = rewriting.images(of: node)
        if let dense = operation as? Dense,
            let (numbers, places) = oneHot(inputs[0], dense.weights.shape[1], rewriting.graph), dense.weights.isFinite
        {
            let shape = try Shape(Array(node.type.shape.dimensions.dropLast()))
            let names = try rewriting.graph.gathered(numbers, places, shape)
            return try rewriting.graph.add(Lookup(table: try table(of: dense)), [names])
        }
        return try rewriting.graph.add(operation, inputs)
    }

    /// The numbers that a value encodes as `count` zeros but for one 1 each, and the place of each among them; nil where
    /// it is none.
    private static func oneHot(_ value: Value, _ count: Int, _ graph: Graph) -> (numbers: Value, places: [Int32])? {
        guard let (cast, converted) = graph.operation(Cast.self, of: value), cast.element.isReal,
            let (comparison, sides) = graph.operation(Binary.self, of: converted[0]), comparison.kind == .equal
        else { return nil }
        let shape = graph.shape(of: converted[0])
        guard count > 0, shape.dimensions.last == count else { return nil }
        for (numbers, counted) in [(sides[0], sides[1]), (sides[1], sides[0])] {
            guard let constant = graph.constant(of: counted), counts(constant, count),
                let places = graph.repeated(numbers, in: shape)
            else { continue }
            return places
        }
        return nil
    }

    /// Whether every row along the last axis is 0, 1, 2, ...
    private static func counts(_ constant: Tensor, _ count: Int) -> Bool {
        constant.shape.dimensions.last == count
            && constant.doubles.enumerated().allSatisfy { $1 == Double($0 % count) }
    }

    /// What the dense layer gives of each encoding, and of one without a 1, by its own step.
    private static func table(of dense: Dense) throws(ShapeError) -> Tensor {
        let count = dense.weights.shape[1]
        var graph = Graph()
        let encoding = try graph.input("encoding", TensorType(dense.weights.element, try Shape([count])))
        let row = try graph.add(dense, [encoding])
        let rows = try Shape([count + 1, count])
        let encodings = (0..<rows.count).map { $0 / count == $0 % count ? 1.0 : 0 }
        let batch = try Tensor(TensorType(dense.weights.element, rows), rounding: encodings)
        return try Evaluator(graph, outputs: [row]).run([batch])[0]
    }
}

extension Graph {
    fileprivate func operation<Kind>(_: Kind.Type, of value: Value) -> (Kind, [Value])? {
        guard case .operation(let operation) = nodes[value.index].source, let found = operation as? Kind else {
            return nil
        }
        return (found, nodes[value.index].inputs)
    }

    /// Where a value is the same number all along the last axis of a shape that it is broadcast to: what it repeats, and the
    /// place of each number.
    fileprivate func repeated(_ value: Value, in shape: Shape) -> (numbers: Value, places: [Int32])? {
        guard let length = shape.dimensions.last, length > 0 else { return nil }
        let own = self.shape(of: value)
        let all =
            own == shape
            ? (0..<Int32(shape.count)).map { $0 } : Shape.walk(shape, steps: own.steps(in: shape))
        if let (rearrange, inputs) = operation(Rearrange.self, of: value), inputs.count == 1,
            case .table(let table) = rearrange.map
        {
            return rowsOfOne(all.map { table[Int($0)] }, length).map { (inputs[0], $0) }
        }
        return rowsOfOne(all, length).map { (value, $0) }
    }

    /// The first of each row, if all of the row are that.
    private func rowsOfOne(_ table: [Int32], _ length: Int) -> [Int32]? {
        var firsts: [Int32] = []
        for start in stride(from: 0, to: table.count, by: length) {
            guard table[start] >= 0, table[start..<start + length].allSatisfy({ $0 == table[start] }) else {
                return nil
            }
            firsts.append(table[start])
        }
        return firsts
    }

    fileprivate mutating func gathered(_ value: Value, _ places: [Int32], _ shape: Shape) throws(ShapeError) -> Value {
        let count = self.shape(of: value).count
        let isInOrder = places.count == count && places.enumerated().allSatisfy { Int($1) == $0 }
        return try add(
            Rearrange("gather", isInOrder ? .identity : .table(places), shape, counts: [count]), [value])
    }
}
