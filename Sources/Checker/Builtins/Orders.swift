import Diagnostics
import Syntax
import Tensors

/// Functions that put entries in order, or go by the order in which they stand.
let orderBuiltins: [String: Builtin] = [
    "sort": Builtin("x", "axis?") { $0.sorted($1) },
    "argsort": Builtin("x", "axis?") { $0.argsorted($1) },
    "top_k": Builtin("x", "k") { $0.greatestFew($1) },
    "cumsum": Builtin("x", "axis?") { $0.accumulated($1) },
    "diff": Builtin("x", "axis?") { $0.differences($1) },
]

extension Checker {
    /// The numbers, and the dimension that is gone through: the last unless one is given.
    private func line(_ call: BuiltinCall) -> (numbers: Term, tensor: SayType.Tensor, axis: Int)? {
        guard let it = reduction(call) else { return nil }
        return (it.numbers, it.tensor, it.axis ?? it.tensor.dimensions.count - 1)
    }

    /// Ascending, NaN last. The entries of that dimension have no names any more.
    fileprivate func sorted(_ call: BuiltinCall) -> Value {
        guard let (x, tensor, axis) = line(call) else { return .unknown(at: call.span) }
        return Value(sorted(x, tensor, .ascending, axis, call))
    }

    private func sorted(
        _ x: Term, _ tensor: SayType.Tensor, _ order: SortOrder, _ axis: Int, _ call: BuiltinCall
    ) -> Term {
        let type = SayType(tensor.element, tensor.resized(axis, to: tensor.sizes[axis]))
        return .folded(.apply(.sort(order, axis: axis), [x]), type, at: call.span)
    }

    /// The places of the entries in ascending order, or the cases where they have names.
    fileprivate func argsorted(_ call: BuiltinCall) -> Value {
        guard let (x, tensor, axis) = line(call) else { return .unknown(at: call.span) }
        let element = tensor.dimensions[axis].labels.map { SayType.Tensor.Element.enumeration($0) } ?? .int
        let type = SayType(element, tensor.resized(axis, to: tensor.sizes[axis]))
        return Value(.folded(.apply(.argsort(axis: axis), [x]), type, at: call.span))
    }

    /// The k greatest along the last dimension, the greatest first.
    fileprivate func greatestFew(_ call: BuiltinCall) -> Value {
        guard let (x, tensor, axis) = line(call) else { return .unknown(at: call.span) }
        let size = tensor.sizes[axis]
        guard let k = wholeConstant(call.arguments[1], in: 1...size, "`k`") else { return .unknown(at: call.span) }
        return Value(sorted(x, tensor, .descending, axis, call).part(axis, 0..<k, at: call.span))
    }

    /// The sum of each entry and all before it, by doubling the reach: log n additions, none of which lets what comes later in.
    fileprivate func accumulated(_ call: BuiltinCall) -> Value {
        guard let (x, tensor, axis) = line(call) else { return .unknown(at: call.span) }
        guard tensor.dimensions.count == 1 || call.options["axis"] != nil else {
            return fail(.axisNeeded(x, call.name, at: call.span))
        }
        let size = tensor.sizes[axis]
        var (sums, reach) = (x, 1)
        while reach < size {
            let dimensions = tensor.resized(axis, to: reach)
            guard canBeWritten(dimensions, at: call.span) else { return .unknown(at: call.span) }
            let zeros = [Double](repeating: 0, count: dimensions.reduce(1) { $0 * $1.size })
            let front = Term(.constant(zeros), SayType(tensor.element, dimensions), at: call.span)
            let moved = Term.folded(
                .concat([front, sums.part(axis, 0..<size - reach, at: call.span)], axis: axis),
                SayType(tensor.element, tensor.resized(axis, to: size)), at: call.span)
            sums = arithmetic(.add, sums, moved, at: call.span, call.role).term
            reach *= 2
        }
        return Value(sums)
    }

    /// Each entry but the first less the one before it.
    fileprivate func differences(_ call: BuiltinCall) -> Value {
        guard let (x, tensor, axis) = line(call) else { return .unknown(at: call.span) }
        let size = tensor.sizes[axis]
        guard size > 1 else { return fail(.noDifference(x, at: call.span)) }
        let (later, earlier) = (x.part(axis, 1..<size, at: call.span), x.part(axis, 0..<size - 1, at: call.span))
        return arithmetic(.subtract, later, earlier, at: call.span, call.role)
    }
}

extension Checker {
    /// An Int that is known before the search and lies in a range; nil, and a report, where it is none.
    func wholeConstant(_ value: Value, in range: ClosedRange<Int>, _ role: String) -> Int? {
        guard let number = constant(value, in: Double(range.lowerBound)...Double(range.upperBound), role) else {
            return nil
        }
        guard let whole = Int(exactly: number) else {
            report(.notAnInteger(value.term, role, short(number)))
            return nil
        }
        return whole
    }
}

extension SayType.Tensor {
    /// The dimensions with one of another size, whose entries have no names.
    func resized(_ axis: Int, to size: Int) -> [Dimension] {
        var dimensions = dimensions
        dimensions[axis] = .init(size)
        return dimensions
    }
}

extension Term {
    /// The entries of a range along one dimension.
    func part(_ axis: Int, _ range: Range<Int>, at span: Span) -> Term {
        guard case .tensor(let tensor) = type, range != 0..<tensor.sizes[axis] else { return self }
        let entries = tensor.sizes.prefix(axis).map { IndexEntry.slice(0..<$0) } + [.slice(range)]
        return .folded(.index(self, entries), SayType(tensor.element, tensor.resized(axis, to: range.count)), at: span)
    }
}

extension Diagnostic {
    fileprivate static func axisNeeded(_ term: Term, _ name: Name, at span: Span) -> Diagnostic {
        Diagnostic(
            .axisOutside, "\(term.type) has several dimensions: say along which one goes `\(name.text)`", at: span,
            hints: [Hint("`axis: 0`, or `\(name.text)(flatten(...))` for all entries in a row")])
    }

    fileprivate static func noDifference(_ term: Term, at span: Span) -> Diagnostic {
        Diagnostic(
            .dimensionSize, "\(term.type) has one entry in that dimension: there is no difference", at: span,
            labels: [Label("this is \(term.type)", at: term.span)])
    }
}
