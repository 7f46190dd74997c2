import BlackBoxes
import Reports

extension Verdict {
    /// What a verdict is worth that was reached by asking black boxes.
    ///
    /// What was found stays, for it was found from answers. All else needs every answer, and a proof needs a box that answers
    /// alike.
    package func asking(_ account: QueryLedger.Account) -> Verdict {
        let queries = Queries(
            asked: account.asked, remembered: account.remembered, limit: account.limit, retries: account.retries,
            changed: account.changed, change: account.change)
        // What does not fail again is no matter of rounding where the box itself has changed its mind.
        let isFickle = account.changed > 0
        var remarks = isFickle && boundary != nil ? ["an input failed, and did not when it was asked again"] : []
        let kept = isFickle ? nil : boundary
        if let failure = account.failure {
            if case .contradicted = outcome {
                return asking(queries, remarks + ["asked no further: \(failure)"], boundary: kept)
            }
            return asking(queries, remarks, outcome: .failed(failure), boundary: kept)
        }
        switch outcome {
        case .survived where account.isSpent: remarks.append("the queries are spent")
        case .survived where account.isStale:
            remarks.append("the search ended: a million questions in a row were known already")
        case .estimated where account.isSpent, .counted where account.isSpent:
            return asking(
                queries, remarks, outcome: .failed("the queries were spent before it was decided"), boundary: kept)
        case .proved(.inputs) where isFickle:
            remarks.append("every input was tried, which proves nothing of a box that does not answer alike")
            return asking(queries, remarks, outcome: .survived, boundary: kept)
        case .proved where account.isSpent || isFickle:
            return asking(queries, remarks, outcome: .survived, boundary: kept)
        default: break
        }
        return asking(queries, remarks, boundary: kept)
    }
}
