import Diagnostics

/// What says how numbers are spread, and how two lots of them go together.
let statisticBuiltins: [String: Builtin] = [
    "variance": Builtin("x", "axis?", "mask?") { $0.variance($1) },
    "std": Builtin("x", "axis?", "mask?") { $0.deviation($1) },
    "median": Builtin("x", "axis?") { $0.quantile($1, 0.5) },
    "quantile": Builtin("x", "q", "axis?") { $0.quantile($1) },
    "cosine": Builtin("a", "b") { $0.cosine($1) },
    "correlation": Builtin("a", "b") { $0.correlation($1) },
    "histogram": Builtin("x", "edges") { $0.histogram($1) },
]

extension Checker {
    /// The mean of the squared distances from the mean.
    fileprivate func variance(_ call: BuiltinCall) -> Value {
        guard let reduction = reduction(call) else { return .unknown(at: call.span) }
        let distances = centred(reduction)
        let squares = arithmetic(.multiply, distances, distances, at: call.span, call.role).term
        return Value(mean(of: reduction.of(squares)))
    }

    fileprivate func deviation(_ call: BuiltinCall) -> Value {
        let variance = variance(call)
        guard !variance.isUnknown else { return variance }
        let type = SayType(.real, variance.type.dimensions ?? [])
        return Value(.folded(.apply(.sqrt, [variance.term]), type, at: call.span))
    }

    /// Each number less the mean.
    private func centred(_ it: Reduction) -> Term {
        var dimensions = it.tensor.dimensions
        for axis in dimensions.indices where it.axis ?? axis == axis { dimensions[axis] = .init(1) }
        let mean = mean(of: it)
        let wide = it.axis == nil ? mean : mean.reshaped(to: SayType(.real, dimensions), at: it.call.span)
        return arithmetic(.subtract, it.numbers, wide, at: it.call.span, it.call.role).term
    }

    fileprivate func quantile(_ call: BuiltinCall) -> Value {
        guard let share = constant(call.arguments[1], in: 0...1, "`q`") else { return .unknown(at: call.span) }
        return quantile(call, share)
    }

    fileprivate func quantile(_ call: BuiltinCall, _ share: Double) -> Value {
        guard let it = reduction(call) else { return .unknown(at: call.span) }
        let type = SayType(.real, it.kept)
        return Value(.folded(.apply(.quantile(share, axis: it.axis), [it.numbers]), type, at: call.span))
    }

    fileprivate func cosine(_ call: BuiltinCall) -> Value {
        guard let (a, b) = alike(call) else { return .unknown(at: call.span) }
        return Value(cosine(a.numbers, b.numbers, call))
    }

    /// The cosine of both as seen from their means.
    fileprivate func correlation(_ call: BuiltinCall) -> Value {
        guard let (a, b) = alike(call) else { return .unknown(at: call.span) }
        return Value(cosine(centred(a), centred(b), call))
    }

    /// Rounding alone never takes it beyond -1 and 1.
    private func cosine(_ a: Term, _ b: Term, _ call: BuiltinCall) -> Term {
        func length(_ x: Term) -> Term { Term(.apply(.l2, [x]), .real, at: call.span) }
        let products = arithmetic(.multiply, a, b, at: call.span, call.role).term
        let product = Term.folded(.apply(.sum(axis: nil), [products]), .real, at: call.span)
        let lengths = arithmetic(.multiply, length(a), length(b), at: call.span, call.role).term
        let quotient = arithmetic(.divide, product, lengths, at: call.span, call.role).term
        let ends = [Term.real(-1, at: call.span), .real(1, at: call.span)]
        return .folded(.apply(.clamp, [quotient] + ends), .real, at: call.span)
    }

    /// Two tensors of one shape; nil, and a report, where they are not.
    private func alike(_ call: BuiltinCall) -> (Reduction, Reduction)? {
        let both = call.terms.compactMap { term in
            reduction(BuiltinCall(name: call.name, span: call.span, arguments: [Value(term)], options: [:]))
        }
        guard both.count == 2 else { return nil }
        guard both[0].tensor.sizes == both[1].tensor.sizes, broadcast(call.terms, at: call.span) != nil else {
            if both[0].tensor.sizes != both[1].tensor.sizes {
                report(.shapeMismatch(call.terms[0], call.terms[1], at: call.span))
            }
            return nil
        }
        return (both[0], both[1])
    }

    /// How many of the numbers lie from each edge up to the next, which belongs to the last alone.
    fileprivate func histogram(_ call: BuiltinCall) -> Value {
        guard let it = reduction(call), let edges = edges(call.arguments[1]) else { return .unknown(at: call.span) }
        let size = it.tensor.count
        let line = it.numbers.reshaped(to: SayType(it.tensor.element, [.init(1), .init(size)]), at: call.span)
        guard hasLegalSize([.init(edges.count - 1), .init(size)], at: call.span) else { return .unknown(at: call.span) }
        func column(_ values: [Double]) -> Term {
            Term(.constant(values), SayType(.real, [.init(values.count), .init(1)]), at: call.span)
        }
        let ends = edges.dropFirst().dropLast() + [edges[edges.count - 1].nextUp]
        let parts = [
            compare(.greaterOrEqual, line, column(edges.dropLast()), at: call.span).term,
            compare(.less, line, column(Array(ends)), at: call.span).term,
        ]
        let isInside = Term.folded(.and(parts), parts[0].type, at: call.span)
        let type = SayType(.int, [.init(edges.count - 1)])
        return Value(.folded(.apply(.sum(axis: 1), [numbers(isInside)]), type, at: call.span))
    }

    /// At least two constants, each greater than the one before.
    private func edges(_ value: Value) -> [Double]? {
        guard case .tensor(let tensor) = value.type, value.type.isNumeric, tensor.dimensions.count == 1,
            tensor.count > 1
        else {
            report(.notEdges(value.term))
            return nil
        }
        guard let edges = value.term.constants else {
            reportNotConstant(value.term, "an edge")
            return nil
        }
        for (edge, next) in zip(edges, edges.dropFirst()) where !(edge < next) {
            report(.notAscending(value.term, edge, next))
            return nil
        }
        return edges
    }
}

extension Checker {
    /// A number that is known before the search and lies in a range; nil, and a report, where it is none.
    func constant(
        _ value: Value?, in range: ClosedRange<Double>, _ role: String, default: Double? = nil
    ) -> Double? {
        guard let term = value?.term else { return `default` }
        guard term.type.isNumeric, !term.type.isTensor else {
            report(.notANumber(term, role))
            return nil
        }
        guard let number = term.constant else {
            reportNotConstant(term, role)
            return nil
        }
        guard range.contains(number), number.isFinite else {
            report(.outsideRange(term, number, range, role))
            return nil
        }
        return number
    }
}

extension Diagnostic {
    fileprivate static func notEdges(_ term: Term) -> Diagnostic {
        Diagnostic(
            .notAShape, "expected the edges of at least one interval, found \(term.type.withArticle)", at: term.span,
            hints: [Hint("edges are a list of numbers that ascend: `[0, 0.5, 1]`")])
    }

    fileprivate static func notAscending(_ term: Term, _ edge: Double, _ next: Double) -> Diagnostic {
        Diagnostic(
            .emptyDomain, "nothing lies between the edges \(short(edge)) and \(short(next))", at: term.span,
            hints: [Hint("edges are a list of numbers that ascend: `[0, 0.5, 1]`")])
    }

    fileprivate static func outsideRange(
        _ term: Term, _ value: Double, _ range: ClosedRange<Double>, _ role: String
    ) -> Diagnostic {
        let wanted =
            range.upperBound == .infinity
            ? "is at least \(short(range.lowerBound))"
            : "lies in [\(short(range.lowerBound)), \(short(range.upperBound))]"
        let hints =
            range.upperBound == .infinity && value == .infinity ? [Hint("the limit for large `p` is `linf`")] : []
        return Diagnostic(
            .outsideDomain, "\(short(value)) is outside: \(role) \(wanted)", at: term.span, hints: hints)
    }
}
