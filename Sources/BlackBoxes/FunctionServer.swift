import Tensors

/// A model that a function of this process computes.
package final class FunctionServer: Server {
    package typealias Answers = @Sendable (_ questions: [[Double]]) throws -> [[Double]]

    package let description: String
    private let answers: Answers

    /// A question is the numbers of all inputs, one input behind the other; its answer those of all outputs.
    package init(_ description: String, _ answers: @escaping Answers) {
        self.description = description
        self.answers = answers
    }

    package func rows(of signature: Signature) -> Int { 64 }

    package func stop() {}

    package func ask(_ questions: [[Double]], _ signature: Signature) throws(BoxError) -> [[Double]] {
        let found: [[Double]]
        do { found = try answers(questions) } catch { throw BoxError(.unfit, "\(error)") }
        let wanted = signature.outputs.reduce(0) { $0 + $1.type.shape.count }
        guard found.count == questions.count, found.allSatisfy({ $0.count == wanted }) else {
            let shapes = signature.outputs.map { "\($0.name) \($0.type.shape.dimensions)" }.joined(separator: ", ")
            throw BoxError(
                .unfit,
                "it gave \(found.count) answers of \(found.first?.count ?? 0) numbers to \(questions.count) questions; "
                    + "wanted are \(wanted) numbers each: \(shapes)")
        }
        return found
    }
}
