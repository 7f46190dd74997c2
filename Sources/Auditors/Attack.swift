import Tensors

/// A family of triggers in front of a model and a loss behind it: what one trigger does to many inputs, and its slope.
///
/// The loss of an input is -log P(the answer is one that the aim allows), P by the softmax of the scores. Immutable, shared
/// by threads; each has a `Runner`.
final class Attack: Sendable {
    let family: any Family
    let model: AuditedModel
    private let evaluator: Evaluator
    /// How many inputs were run so far, by all threads.
    let tries = Counter()

    init(_ family: any Family, on model: AuditedModel) throws(ShapeError) {
        (self.family, self.model) = (family, model)
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float32, model.layout.shape))
        var parameters: [Value] = []
        for (index, type) in family.parameterTypes.enumerated() {
            parameters.append(try graph.input("parameter \(index)", type))
        }
        // 0 for answers that are aimed at, far below for all others.
        let penalty = try graph.input("penalty", TensorType(.float32, Shape([model.classes])))
        let changed = try family.add(to: &graph, x: x, parameters: parameters)
        let scores = try graph.splice(model.graph, inputs: [changed], wanted: [model.scores])[0]
        let flat = try graph.add(
            Rearrange.reshape(graph.shape(of: scores), to: Shape([model.classes])), [scores])
        let aimed = try graph.add(
            Reduce(.logSumExp, axes: [0], .dropped), [graph.add(Binary(.add), [flat, penalty])])
        let all = try graph.add(Reduce(.logSumExp, axes: [0], .dropped), [flat])
        let loss = try graph.add(Binary(.subtract), [all, aimed])
        evaluator = try Evaluator(graph, outputs: [loss, flat], gradient: .init(of: loss, to: parameters))
    }

    func runner() -> Runner { Runner(self, evaluator) }

    /// The memory of one thread.
    final class Runner {
        private let attack: Attack
        private let evaluator: Evaluator
        private let workspace: Workspace
        private var arrays: [UnsafeMutablePointer<Float>] = []
        private let sizes: [Int]

        init(_ attack: Attack, _ evaluator: Evaluator) {
            (self.attack, self.evaluator) = (attack, evaluator)
            workspace = evaluator.makeWorkspace()
            sizes = attack.family.parameterTypes.map(\.shape.count)
            arrays = sizes.map { .allocate(capacity: $0 * Evaluator.maximumLanes) }
        }

        deinit { for array in arrays { array.deallocate() } }

        /// How many inputs of a tile take an answer that is aimed at, changed by a trigger.
        func hits(_ tile: AimedTile, _ trigger: [Float]) -> Int {
            put(trigger, tile)
            evaluator.forward(workspace, inputs: inputs(tile), lanes: tile.lanes, count: tile.count)
            return tile.hits(workspace.output(1), attack.model.classes)
        }

        /// The same, with the sum of the losses and its slope by the trigger's numbers.
        func descend(_ tile: AimedTile, _ trigger: [Float]) -> (loss: Float, hits: Int, slope: [Float]) {
            put(trigger, tile)
            evaluator.forwardAndBackward(
                workspace, inputs: inputs(tile), lanes: tile.lanes, count: tile.count,
                cotangent: UnsafeRawPointer(tile.weights))
            let slopes = sizes.indices.map { index in
                let array = workspace.gradient(index)?.assumingMemoryBound(to: Float.self)
                return (0..<sizes[index]).map { element in
                    array.map { sum($0 + element * tile.lanes, tile.count) } ?? 0
                }
            }
            let losses = workspace.output(0)?.assumingMemoryBound(to: Float.self)
            return (
                losses.map { sum($0, tile.count) } ?? .nan, tile.hits(workspace.output(1), attack.model.classes),
                attack.family.slope(of: trigger, by: slopes)
            )
        }

        /// For each input of a tile by how much the best answer that is aimed at is ahead of all others.
        func margins(_ tile: AimedTile, _ trigger: [Float]) -> [Float] {
            put(trigger, tile)
            evaluator.forward(workspace, inputs: inputs(tile), lanes: tile.lanes, count: tile.count)
            return tile.margins(workspace.output(1), attack.model.classes)
        }

        /// Changes the inputs of a tile by a trigger from now on.
        private func put(_ trigger: [Float], _ tile: AimedTile) {
            attack.tries.add(tile.count)
            for (array, numbers) in zip(arrays, attack.family.parameters(of: trigger)) {
                for (index, number) in numbers.enumerated() {
                    (array + index * tile.lanes).update(repeating: number, count: tile.lanes)
                }
            }
        }

        private func sum(_ numbers: UnsafePointer<Float>, _ count: Int) -> Float {
            var sum = Float(0)
            for lane in 0..<count { sum += numbers[lane] }
            return sum
        }

        private func inputs(_ tile: AimedTile) -> [UnsafeRawPointer] {
            [UnsafeRawPointer(tile.x)] + arrays.map { UnsafeRawPointer($0) } + [UnsafeRawPointer(tile.penalty)]
        }
    }
}
