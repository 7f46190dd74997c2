import Search
import Tensors

/// Tells a violation from one that rounding alone may undo.
///
/// ONNX leaves the order of a float32 sum open, so runtimes differ in the last bits. A violation is sturdy if it stays one
/// when every model's answers are moved by more than that: see `AnswerReading`.
package struct Sturdiness: Sendable {
    private let objective: GraphObjective
    private let surroundings: @Sendable () throws -> (graph: Graph, margin: Value)?

    init(
        of objective: GraphObjective, surroundings: @escaping @Sendable () throws -> (graph: Graph, margin: Value)?
    ) {
        self.objective = objective
        self.surroundings = surroundings
    }

    /// The objective whose margin is negative for sturdy violations only. Made when a violation has been found: it holds
    /// every model twice.
    package func makeObjective() throws -> any Objective {
        guard let (graph, margin) = try surroundings() else { return objective }
        return SturdyObjective(
            objective, try GraphObjective(space: objective.space, graph: graph, margin: margin))
    }
}

/// The margin of one objective, raised to that of a slower one where it is negative.
private struct SturdyObjective: Objective {
    private let fast: GraphObjective
    private let slow: GraphObjective

    init(_ fast: GraphObjective, _ slow: GraphObjective) {
        self.fast = fast
        self.slow = slow
    }

    var space: Space { fast.space }
    var isOver: Bool { fast.isOver }
    var hasGradient: Bool { fast.hasGradient }
    var keyCount: Int { fast.keyCount }
    var outputCount: Int { fast.outputCount }

    func evaluate(_ tile: Tile, _ reading: Reading) {
        fast.evaluate(tile, reading)
        let lanes = (0..<tile.count).filter { tile.margins[$0] < 0 }
        guard !lanes.isEmpty else { return }
        let doubtful = Tile(dimension: space.dimension, lanes: tile.lanes)
        for row in 0..<space.dimension {
            let (source, target) = (tile.points + row * tile.lanes, doubtful.points + row * tile.lanes)
            for (index, lane) in lanes.enumerated() { target[index] = source[lane] }
        }
        doubtful.count = lanes.count
        slow.evaluate(doubtful, .margins)
        guard doubtful.count > 0 else {
            tile.count = 0
            return
        }
        for (index, lane) in lanes.enumerated() {
            tile.margins[lane] = max(tile.margins[lane], doubtful.margins[index])
        }
    }
}
