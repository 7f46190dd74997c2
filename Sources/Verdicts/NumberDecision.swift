import Compiler
import Proof
import Tensors

/// Whether a check holds, or fails, for all numbers in intervals, by bounds.
package struct NumberDecision {
    private let claims: NumberClaims

    package init(_ claims: NumberClaims) { self.claims = claims }

    package func isProved(
        _ claim: NumberClaims.Claim, at point: [Double], _ intervals: [ClosedRange<Double>]
    ) throws(ShapeError) -> Bool {
        let objective = try claims.objective(claim, at: point, intervals)
        var prover = try Prover(objective, graph: objective.graph, margin: objective.margin)
        if prover.provePlainly() != nil { return true }
        prover.regionLimit = 64
        guard case .proved = prover.prove() else { return false }
        return true
    }
}
