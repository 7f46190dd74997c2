import Checker
import Diagnostics
import Tensors

/// Averages over some of their rows, where a search looks at no more.
extension Lowering {
    /// nil where the term is no average over rows, or all of them are gone through.
    func averageOfChosenRows(_ term: Term) throws(Diagnostic) -> Value? {
        guard let choice = context.rowChoice, let average = term.average, !term.isClosed,
            average.variables.contains(where: { choice.columns(of: $0) != nil })
        else { return nil }
        guard case .arithmetic(.divide, let total, let count) = term.kind else {
            return try chosen(term, choice, levels: 1)
        }
        let sum = try chosen(total, choice, levels: average.variables.count)
        // How often something is summed follows from how many rows there are.
        let number =
            average.filter == nil
            ? number(average.variables.reduce(1) { $0 * Double(choice.count(of: $1) ?? 1) })
            : try chosen(count, choice, levels: average.variables.count)
        return try add(Binary(.divide), [sum, number], for: term)
    }

    /// A region for each of so many variables, one inside the other.
    private func chosen(_ term: Term, _ choice: RowChoice, levels: Int) throws(Diagnostic) -> Value {
        guard levels > 0, case .aggregate(let aggregate) = term.kind else {
            return try choice.counting == .soft ? softened(term) : numbers(term)
        }
        let rows = choice.columns(of: aggregate.binder)
        return try region(aggregate, aggregate.kind.reduction(of: .positive), term, rows: rows) {
            (inner) throws(Diagnostic) in try inner.chosen(aggregate.body, choice, levels: levels - 1)
        }
    }

    /// What holds or does not hold, as how far it is from that; numbers as they are.
    private func softened(_ term: Term) throws(Diagnostic) -> Value {
        switch term.kind {
        case .apply(.convert, let parts) where parts[0].type == .bool: try softTruth(parts[0])
        case _ where term.type == .bool: try softTruth(term)
        default: try numbers(term)
        }
    }

    /// Between 0 and 1, and above 1/2 where the term holds.
    private func softTruth(_ term: Term) throws(Diagnostic) -> Value {
        let margin = try add(Unary(.clip(lower: -0x1p40, upper: 0x1p40)), [margin(term, .positive)], for: term)
        let scale = try add(Binary(.add), [add(Unary(.absolute), [margin], for: term), number(1)], for: term)
        let share = try add(Binary(.divide), [margin, scale], for: term)
        let half = try add(Binary(.multiply), [share, number(0.5)], for: term)
        return try add(Binary(.add), [half, number(0.5)], for: term)
    }
}

extension RowChoice {
    /// The rows that a variable goes through; nil where it goes through all its values.
    fileprivate func columns(of variable: QuantifiedVariable) -> [Tensor]? {
        if case .row(let table, _) = variable.domain { columns[table] } else { nil }
    }

    fileprivate func count(of variable: QuantifiedVariable) -> Int? {
        columns(of: variable)?.first?.shape[0] ?? variable.domain.count
    }
}
