import Tensors

/// What a model answers to rows.
struct Answers: Sendable {
    /// Row-major, one score for each class.
    let scores: [Float]
    let classes: Int

    init(_ model: AuditedModel, _ rows: CleanRows, threads: Int) throws(ShapeError) {
        let classes = model.classes
        let evaluator = try Evaluator(model.graph, outputs: [model.scores])
        let shape = try Shape([rows.count] + model.layout.shape.dimensions)
        let input = try model.takesTokens ? Tensor(shape, rows.numbers.map { Int64($0) }) : Tensor(shape, rows.numbers)
        self.init(scores: try evaluator.run([input], threads: threads)[0].floats, classes: classes)
    }

    init(scores: [Float], classes: Int) { (self.scores, self.classes) = (scores, classes) }

    /// The class of a row; ties go to the lowest.
    func label(_ row: Int) -> Int {
        let own = row * classes
        return (1..<classes).reduce(0) { scores[own + $1] > scores[own + $0] ? $1 : $0 }
    }

    var labels: [Int] { (0..<scores.count / max(classes, 1)).map(label) }
}

extension AuditedModel {
    /// What the model answers to inputs, row-major.
    package func labels(_ numbers: [Float], threads: Int) throws(AuditError) -> [Int] {
        let rows = CleanRows(
            numbers: numbers, labels: Array(repeating: 0, count: numbers.count / max(layout.count, 1)),
            size: layout.count)
        do { return try Answers(self, rows, threads: threads).labels } catch { throw AuditError("\(error)") }
    }
}
