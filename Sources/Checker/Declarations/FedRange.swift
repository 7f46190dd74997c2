import Diagnostics
import Syntax

/// What is fed to an input of a model as it is, with the range of its values: variables, and columns of data.
struct FedRange {
    /// Of a column of data; nil for a variable.
    let column: String?
    let values: ClosedRange<Double>
    let span: Span

    /// As numbers between 0 and 1, or -1 and 1, are.
    fileprivate var isUnit: Bool { values.lowerBound >= -1 && values.upperBound <= 1 }
    /// As the brightness of a picture's points is, from 0 to 255.
    fileprivate var isWide: Bool { values.upperBound >= 100 }
}

extension Checker {
    /// Warns where a variable has another unit than data that go the same way.
    func note(_ term: Term, fedTo port: Int, of model: Int, at span: Span) {
        guard let own = fedRange(term, at: span) else { return }
        let others = fed[model, default: [:]][port, default: []]
        guard !others.contains(where: { $0.column == own.column && $0.values == own.values }) else { return }
        fed[model, default: [:]][port, default: []].append(own)
        for other in others where (own.column == nil) != (other.column == nil) {
            let (variable, data) = own.column == nil ? (own, other) : (other, own)
            guard variable.isUnit && data.isWide || variable.isWide && data.isUnit else { continue }
            report(.rangeUnit(variable, data, models[model].name))
        }
    }

    private func fedRange(_ term: Term, at span: Span) -> FedRange? {
        switch term.kind {
        case .binding(let binding): return fedRange(binding.term, at: span)
        case .reshape(let inner): return fedRange(inner, at: span)
        case .apply(.convert, let inner): return fedRange(inner[0], at: span)
        case .variable(let id):
            guard let (lower, upper) = domains[id]?.ends else { return nil }
            return fedRange(term, lower, upper, at: span)
        case .field(let base, let index):
            guard case .variable(let id) = base.named.kind else { return nil }
            switch domains[id] {
            case .row(let table, _)?:
                let column = tables[table].columns[index]
                let signature = loaded.tables[tables[table].name]
                let name = tables[table].fileColumns[index]
                guard let values = signature?.columns.first(where: { $0.name == name })?.values else { return nil }
                return FedRange(column: "\(tables[table].name).\(column.name)", values: values, span: span)
            case .record(_, let fields)?:
                return fields[index].ends.flatMap { fedRange(term, $0.lower, $0.upper, at: span) }
            default: return nil
            }
        default: return nil
        }
    }

    private func fedRange(_ term: Term, _ lower: [Double], _ upper: [Double], at span: Span) -> FedRange? {
        guard let low = lower.min(), let high = upper.max(), low < high, low.isFinite, high.isFinite else { return nil }
        return FedRange(column: nil, values: low...high, span: span)
    }
}

extension Diagnostic {
    fileprivate static func rangeUnit(_ variable: FedRange, _ data: FedRange, _ model: String) -> Diagnostic {
        let (low, high) = (short(variable.values.lowerBound), short(variable.values.upperBound))
        let (least, most) = (short(data.values.lowerBound), short(data.values.upperBound))
        let factor = variable.isWide ? "divided by \(high)" : "times \(most)"
        return Diagnostic(
            .warning, code: CheckerCode.rangeUnit.rawValue,
            "this ranges over [\(low), \(high)], but `\(data.column ?? "")`, which `\(model)` takes too, lies in [\(least), \(most)]",
            at: variable.span, labels: [Label("the data are given to the model here", at: data.span)],
            hints: [Hint("declare it `in [\(least), \(most)]`, or give the model what it is \(factor)")])
    }
}
