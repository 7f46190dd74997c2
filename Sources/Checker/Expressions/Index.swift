import Diagnostics
import Syntax

extension Checker {
    func checkIndex(_ index: Index, in scope: Scope) -> Value {
        if let table = table(namedBy: index.base, in: scope) { return row(of: table, index, in: scope) }
        let base = check(index.base, in: scope)
        if let sequence = base.type.sequence { return entry(of: base.term, sequence, index, in: scope) }
        guard case .tensor(let tensor) = base.type else {
            for case .at(let expression) in index.subscripts where !isEnumCase(expression, in: scope) {
                _ = check(expression, in: scope)
            }
            return base.isUnknown ? .unknown(at: index.span) : fail(.notIndexable(base.term))
        }
        guard index.subscripts.count <= tensor.dimensions.count else {
            return fail(.tooManyIndices(index, base.term, tensor))
        }
        let entries = zip(index.subscripts, tensor.dimensions).map { entry($0, of: $1, in: scope) }
        let known = entries.compactMap { $0 }
        guard known.count == entries.count, !known.isEmpty else { return .unknown(at: index.span) }
        let kept = zip(known, tensor.dimensions).compactMap { entry, dimension -> SayType.Tensor.Dimension? in
            guard case .slice(let range) = entry else { return nil }
            return range == 0..<dimension.size ? dimension : .init(range.count)
        }
        let rest = tensor.dimensions.dropFirst(known.count)
        return Value(.folded(.index(base.term, known), SayType(tensor.element, kept + rest), at: index.span))
    }

    /// `states[3]`, `states[1..4]`. Of varying length, what is past the end means the last entry.
    private func entry(of term: Term, _ sequence: SayType.Sequence, _ index: Index, in scope: Scope) -> Value {
        let dimension = SayType.Tensor.Dimension(sequence.most)
        guard index.subscripts.count == 1, let entry = entry(index.subscripts[0], of: dimension, in: scope) else {
            return index.subscripts.count == 1 ? .unknown(at: index.span) : fail(.tooManyPlaces(index, term))
        }
        switch entry {
        case .at(let place):
            guard !sequence.isFixed, let length = term.length(at: index.span) else {
                return Value(term.entry(at: place, at: index.span))
            }
            let last = Term(.arithmetic(.subtract, length, .int(1, at: index.span)), .int, at: index.span)
            return Value(term.entry(at: Term(.apply(.min, [place, last]), .int, at: index.span), at: index.span))
        case .slice(let range):
            guard sequence.isFixed else { return fail(.tooManyPlaces(index, term)) }
            let entries = range.map { term.entry(at: .int($0, at: index.span), at: index.span) }
            return self.sequence(of: entries, at: index.span)
        }
    }

    private func isEnumCase(_ expression: Expression, in scope: Scope) -> Bool {
        guard case .name(let name) = expression else { return false }
        return !enumerations(withCase: name.text, in: scope.file).isEmpty
    }

    private func entry(
        _ subscript: Subscript, of dimension: SayType.Tensor.Dimension, in scope: Scope
    ) -> Term.IndexEntry? {
        switch `subscript` {
        case .at(let expression):
            guard let term = position(expression, of: dimension, in: scope), isInRange(term, of: dimension) else {
                return nil
            }
            return .at(term)
        case .range(let lower, let upper, let span):
            let first = lower.map { end($0, of: dimension, in: scope) } ?? 0
            let last = upper.map { end($0, of: dimension, in: scope) } ?? dimension.size - 1
            guard let first, let last else { return nil }
            guard first <= last else {
                report(.emptySlice(first, last, at: span))
                return nil
            }
            return .slice(first..<last + 1)
        }
    }

    private func end(_ expression: Expression, of dimension: SayType.Tensor.Dimension, in scope: Scope) -> Int? {
        guard let term = position(expression, of: dimension, in: scope) else { return nil }
        guard let constant = term.constant.flatMap(Int.init(exactly:)) else {
            reportNotConstant(term, "the end of a slice")
            return nil
        }
        return isInRange(term, of: dimension) ? constant : nil
    }

    /// A place in a dimension: an Int, or a case of the enum that names its entries.
    private func position(
        _ expression: Expression, of dimension: SayType.Tensor.Dimension, in scope: Scope
    ) -> Term? {
        let value = check(expression, in: scope, expecting: dimension.labels.map { .enumeration($0) })
        return !value.isUnknown && isIndex(value.term, of: dimension) ? value.term : nil
    }

    private func isIndex(_ term: Term, of dimension: SayType.Tensor.Dimension) -> Bool {
        switch term.type {
        case .enumeration(let found):
            if dimension.labels == nil ? found.cases.count <= dimension.size : dimension.labels == found { return true }
        case .int: return true
        default: break
        }
        report(.indexType(term, dimension))
        return false
    }

    /// Whether a term may stand for a place in a dimension; reports if not.
    func isPosition(_ term: Term, in dimension: SayType.Tensor.Dimension) -> Bool {
        isIndex(term, of: dimension) && isInRange(term, of: dimension)
    }

    private func isInRange(_ term: Term, of dimension: SayType.Tensor.Dimension) -> Bool {
        guard term.type == .int, let range = integerRange(term) else { return true }
        let last = Double(dimension.size - 1)
        guard range.upperBound >= 0, range.lowerBound <= last else {
            report(.indexOutside(term, range, dimension))
            return false
        }
        if range.lowerBound < 0 || range.upperBound > last { report(.indexMayLeave(term, range, dimension)) }
        return true
    }
}

extension Diagnostic {
    fileprivate static func notIndexable(_ term: Term) -> Diagnostic {
        Diagnostic(.notIndexable, "only a tensor has entries, this is \(term.type.withArticle)", at: term.span)
    }

    fileprivate static func tooManyIndices(_ index: Index, _ base: Term, _ tensor: SayType.Tensor) -> Diagnostic {
        Diagnostic(
            .tooManyIndices,
            "found \(index.subscripts.count) indices for \(tensor), which has \(tensor.dimensions.count) dimensions",
            at: index.span, labels: [Label("this is \(tensor)", at: base.span)])
    }

    fileprivate static func tooManyPlaces(_ index: Index, _ base: Term) -> Diagnostic {
        Diagnostic(
            .tooManyIndices, "an entry of \(base.type) is found by one index, and only a fixed length has slices",
            at: index.span, labels: [Label("this is \(base.type)", at: base.span)])
    }

    fileprivate static func emptySlice(_ first: Int, _ last: Int, at span: Span) -> Diagnostic {
        Diagnostic(
            .indexOutside, "nothing lies from \(first) to \(last)", at: span,
            hints: [Hint("both ends of a slice belong to it: `x[0..2]` has three entries")])
    }

    fileprivate static func indexType(_ term: Term, _ dimension: SayType.Tensor.Dimension) -> Diagnostic {
        let wanted = dimension.labels.map { "a case of `\($0.name)` or an Int" } ?? "an Int"
        return Diagnostic(.indexType, "expected \(wanted) as the index, found \(term.type.withArticle)", at: term.span)
    }

    fileprivate static func indexOutside(
        _ term: Term, _ range: ClosedRange<Double>, _ dimension: SayType.Tensor.Dimension
    ) -> Diagnostic {
        let found =
            range.lowerBound == range.upperBound
            ? short(range.lowerBound) : "\(short(range.lowerBound)) to \(short(range.upperBound))"
        return Diagnostic(
            .indexOutside, "index \(found) is outside: the dimension has entries 0 to \(dimension.size - 1)",
            at: term.span)
    }

    fileprivate static func indexMayLeave(
        _ term: Term, _ range: ClosedRange<Double>, _ dimension: SayType.Tensor.Dimension
    ) -> Diagnostic {
        Diagnostic(
            .warning, code: CheckerCode.indexMayLeave.rawValue,
            "this index ranges over \(short(range.lowerBound)) to \(short(range.upperBound)), the dimension over 0 to \(dimension.size - 1)",
            at: term.span,
            hints: [Hint("an index outside means the nearest entry; narrow the variable's type if that is not meant")])
    }
}
