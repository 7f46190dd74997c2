/// Constant folding: an operation on constants is computed when it is added to a graph, with one lane.
enum Folding {
    static func value(
        of operation: any Operator, _ constants: [Tensor], _ type: TensorType
    ) throws(ShapeError) -> Tensor {
        var graph = Graph()
        var inputs: [Value] = []
        for (index, tensor) in constants.enumerated() { inputs.append(try graph.input("\(index)", tensor.type)) }
        let result = try graph.append(operation, inputs, type)
        var planner = Planner(graph, outputs: [result], gradient: nil)
        let workspace = Workspace(try planner.program(.shared, tiling: .laneByLane), inputs: inputs.count)
        let numbers = constants.map(Numbers.init)
        let pointers = numbers.map { UnsafeRawPointer($0.raw) }
        pointers.withUnsafeBufferPointer { workspace.program.forward(workspace, $0, lanes: 1) }
        let output = workspace.output(0)
        let tensor = try withExtendedLifetime(numbers) { () throws(ShapeError) in
            try Tensor(type, numbers: output)
        }
        return tensor
    }
}

extension Tensor {
    /// The numbers of one lane, adjacent, in the storage format of the type.
    init(_ type: TensorType, numbers: UnsafeRawPointer?) throws(ShapeError) {
        let storage: Storage
        switch type.element {
        case .float32:
            let source = UnsafeBufferPointer(
                start: numbers?.assumingMemoryBound(to: Float.self), count: type.shape.count)
            storage = .float32(Array(source))
        default:
            let source = UnsafeBufferPointer(
                start: numbers?.assumingMemoryBound(to: Double.self), count: type.shape.count)
            storage = Storage(Array(source), as: type.element)
        }
        try self.init(type.shape, storage)
    }
}
