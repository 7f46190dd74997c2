/// What one worker works at: tiles of its own, made once.
final class Desk: @unchecked Sendable {
    let objective: any Objective
    let tile: Tile

    init(_ objective: any Objective) {
        self.objective = objective
        tile = Tile(for: objective)
    }

    /// Evaluates a suspect alone in a tile that nothing else was in, and checks that it is a point of the space; nil where a
    /// black box does not answer.
    func confirm(_ point: [Double], margin: Double, box: Int, strategy: String, tries: Int) -> Judgement? {
        let alone = Tile.alone(for: objective)
        alone.set(point, lane: 0)
        objective.evaluate(alone, objective.outputCount > 0 ? .outputs : .margins)
        guard alone.count == 1 else { return nil }
        let space = objective.space
        let isInside = space.contains(point)
        guard alone.margins[0] < 0, isInside else {
            return .discrepancy(
                Discrepancy(
                    point: point, marginAmongOthers: margin, marginAlone: alone.margins[0], isInside: isInside))
        }
        let signature = Signature(
            point, box: box, space: space, outputs: alone.outputs, count: objective.outputCount, lanes: 1, lane: 0)
        return .finding(
            Finding(
                point: point, margin: alone.margins[0], box: box, signature: signature, strategy: strategy,
                tries: tries))
    }

    enum Judgement {
        case finding(Finding)
        case discrepancy(Discrepancy)
    }
}
