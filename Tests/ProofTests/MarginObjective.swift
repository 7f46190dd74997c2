import Search
import Tensors

/// A margin of a graph, whose inputs are the coordinates of a space, as an objective.
struct MarginObjective: Objective {
    let space: Space
    let graph: Graph
    let margin: Value
    private let evaluator: Evaluator

    init(_ space: Space, _ graph: Graph, _ margin: Value) throws {
        (self.space, self.graph, self.margin) = (space, graph, margin)
        evaluator = try Evaluator(graph, outputs: [margin])
    }

    var hasGradient: Bool { false }
    var keyCount: Int { 0 }
    var outputCount: Int { 0 }

    func evaluate(_ tile: Tile, _ reading: Reading) {
        tile.fillIdleLanes()
        let workspace = evaluator.makeWorkspace()
        var (row, inputs) = (0, [UnsafeRawPointer]())
        for type in evaluator.inputTypes {
            inputs.append(UnsafeRawPointer(tile.points + row * tile.lanes))
            row += type.shape.count
        }
        evaluator.forward(workspace, inputs: inputs, lanes: tile.lanes)
        guard let result = workspace.output(0)?.assumingMemoryBound(to: Double.self) else { return }
        tile.margins.update(from: result, count: tile.lanes)
    }
}

extension Space {
    /// One box, with one kind of coordinate.
    init(_ kind: CoordinateKind, _ bounds: [(Double, Double)]) {
        let box = Box(lower: bounds.map(\.0), upper: bounds.map(\.1))
        self.init(kinds: bounds.map { _ in kind }, boxes: [box], reference: box.lower, variables: [])
    }
}
