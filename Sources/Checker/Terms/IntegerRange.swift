import Diagnostics

extension Checker {
    /// A name for a term, whose range is kept with it.
    func binding(_ name: String, _ term: Term, at span: Span) -> Binding {
        let binding = Binding(id: newID(), name: name, term: term, span: span)
        if term.type.element == .int { ranges[binding.id] = integerRange(term) }
        return binding
    }

    /// The least interval that is easily seen to hold an Int term's values; nil where none is.
    func integerRange(_ term: Term) -> ClosedRange<Double>? {
        if let constant = term.constant { return interval(constant, constant) }
        return narrowed(ownRange(term), term)
    }

    private func ownRange(_ term: Term) -> ClosedRange<Double>? {
        switch term.kind {
        case .binding(let binding): return ranges[binding.id]
        case .variable(let id): return domains[id].flatMap(range)
        case .field(let base, let index): return fieldRange(base, index)
        case .arithmetic(let operation, let a, let b):
            guard let first = integerRange(a), let second = integerRange(b) else { return nil }
            return combine(operation, first, second)
        case .apply(let function, let arguments): return range(of: function, arguments)
        case .index(let base, _): return integerRange(base)
        case .text(.length, let texts), .text(.wordCount, let texts):
            return interval(0, Double(texts[0].type.mostCodePoints ?? 0))
        default: return nil
        }
    }

    private func range(_ domain: Domain) -> ClosedRange<Double>? {
        switch domain {
        case .integer(let low, let high): interval(Double(low), Double(high))
        case .set(.int, let values): interval(values.min() ?? 0, values.max() ?? 0)
        case .tensor(let tensor, let low, let high) where tensor.element == .int:
            (low.min() ?? 0)...(high.max() ?? 0)
        default: nil
        }
    }

    private func fieldRange(_ base: Term, _ index: Int) -> ClosedRange<Double>? {
        guard case .variable(let id) = base.named.kind, case .record(_, let fields)? = domains[id] else { return nil }
        return range(fields[index])
    }

    private func combine(
        _ operation: Term.Arithmetic, _ a: ClosedRange<Double>, _ b: ClosedRange<Double>
    ) -> ClosedRange<Double>? {
        switch operation {
        case .add: return interval(a.lowerBound + b.lowerBound, a.upperBound + b.upperBound)
        case .subtract: return interval(a.lowerBound - b.upperBound, a.upperBound - b.lowerBound)
        case .multiply:
            let ends = [a.lowerBound, a.upperBound].flatMap { x in [x * b.lowerBound, x * b.upperBound] }
            guard let low = ends.min(), let high = ends.max() else { return nil }
            return interval(low, high)
        case .remainder where b.lowerBound == b.upperBound && b.lowerBound > 0: return 0...b.lowerBound - 1
        default: return nil
        }
    }

    private func range(of function: Term.Function, _ arguments: [Term]) -> ClosedRange<Double>? {
        switch function {
        case .argmax, .argmin:
            guard case .tensor(let tensor)? = arguments.first?.type else { return nil }
            return 0...Double(max(tensor.count - 1, 0))
        case .argsort(let axis):
            guard case .tensor(let tensor)? = arguments.first?.type else { return nil }
            return 0...Double(max(tensor.sizes[axis] - 1, 0))
        case .clamp where arguments.count == 3:
            guard let low = arguments[1].constant, let high = arguments[2].constant else { return nil }
            return interval(low, high)
        default: return nil
        }
    }
}

/// nil where the ends are the wrong way round or not numbers.
private func interval(_ low: Double, _ high: Double) -> ClosedRange<Double>? { low <= high ? low...high : nil }
