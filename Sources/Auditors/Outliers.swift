import Search
import Tensors

/// Rows whose inner values lie far from those of their class along the direction in which these vary most.
///
/// Source: Tran, Li and Madry, "Spectral signatures in backdoor attacks", NeurIPS 2018: the square of a centred
/// representation's product with the first singular direction. The representation is what the last dense layer reads.
package struct Outliers: Sendable {
    /// The rows in the order of their scores, the greatest first, each over the mean score of its class.
    package let rows: [(row: Int, label: Int, score: Double)]

    /// nil where the model has no dense layer behind which scores come, or the rows are too few.
    init?(_ model: AuditedModel, _ rows: CleanRows, seed: UInt64, threads: Int) throws(ShapeError) {
        guard
            let last = model.graph.nodes.last(where: {
                if case .operation(let operation) = $0.source { operation is Dense } else { false }
            }), rows.count >= 20
        else { return nil }
        let evaluator = try Evaluator(model.graph, outputs: [last.inputs[0]])
        let shape = try Shape([rows.count] + model.layout.shape.dimensions)
        let input = try model.takesTokens ? Tensor(shape, rows.numbers.map { Int64($0) }) : Tensor(shape, rows.numbers)
        let values = try evaluator.run([input], threads: threads)[0]
        let (numbers, width) = (values.floats, values.count / rows.count)
        var found: [(row: Int, label: Int, score: Double)] = []
        for label in 0..<model.classes {
            let own = (0..<rows.count).filter { rows.labels[$0] == label }
            guard own.count >= 10 else { continue }
            var centred = own.flatMap { numbers[$0 * width..<($0 + 1) * width] }
            for column in 0..<width {
                let mean = own.indices.reduce(Float(0)) { $0 + centred[$1 * width + column] } / Float(own.count)
                for row in own.indices { centred[row * width + column] -= mean }
            }
            let scores = Spectrum.firstScores(centred, rows: own.count, columns: width, seed: seed)
            let mean = scores.reduce(0, +) / Double(scores.count)
            guard mean > 0 else { continue }
            for (row, score) in zip(own, scores) { found.append((row, label, score / mean)) }
        }
        self.rows = found.sorted { $0.score != $1.score ? $0.score > $1.score : $0.row < $1.row }
    }
}
