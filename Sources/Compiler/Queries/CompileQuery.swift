import Checker
import Diagnostics
import Search
import Tensors
import VNNLIB

/// Turns a VNN-LIB query into trials, one for each of its cases: a violation of one answers the query.
///
/// `models` has the model of each network, in the query's order; where a network is declared equal to another, the same.
/// All networks lie in one graph. A condition that is no bound of a single input goes into the margin, in float64.
package func compile(_ query: Query, models: [Graph], name: String) throws(QueryError) -> [QueryTrial] {
    guard models.count == query.networks.count else {
        throw QueryError("the query has \(query.networks.count) networks, and \(models.count) models are given")
    }
    var networks: [FittedNetwork] = []
    for (network, model) in zip(query.networks, models) { networks.append(try FittedNetwork(network, model)) }
    do {
        var trials: [QueryTrial] = []
        for (index, part) in query.cases.enumerated() {
            let suffix = query.cases.count == 1 ? "" : ", case \(index + 1) of \(query.cases.count)"
            guard let domain = QueryDomain(of: part, networks) else { continue }
            let builder = QueryBuilder(part.violation, networks, domain)
            trials.append(try builder.trial(named: name + suffix))
        }
        return trials
    } catch { throw QueryError("\(error)") }
}

/// The trials of a query that speaks of one model.
package func compile(_ query: Query, model: Graph, name: String) throws(QueryError) -> [Trial] {
    try compile(query, models: query.networks.map { _ in model }, name: name).map(\.trial)
}

/// Why a query cannot be tried on the models.
package struct QueryError: Error, Sendable, CustomStringConvertible {
    package let description: String
    /// The declaration in the query that a model does not fit.
    package let span: Span?

    package init(_ description: String, at span: Span? = nil) {
        (self.description, self.span) = (description, span)
    }
}
