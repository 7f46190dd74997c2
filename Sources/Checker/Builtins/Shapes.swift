import Diagnostics

/// Functions that move elements and compute none, and the matrix product.
let shapeBuiltins: [String: Builtin] = [
    "reshape": Builtin("x", "shape") { $0.reshaped($1) },
    "flatten": Builtin("x") { $0.flattened($1) },
    "broadcast": Builtin("x", "shape") { $0.broadcasted($1) },
    "concat": Builtin("x...", "axis?") { $0.concatenated($1) },
    "stack": Builtin("x...") { $0.stacked($1.terms, at: $1.span) },
    "transpose": Builtin("x", "order?") { $0.transposed($1) },
    "softmax": Builtin("x", "axis?") { $0.softmax($1) { .softmax(axis: $0) } },
    "matmul": Builtin("a", "b") { $0.multiplied($1) },
    "dot": Builtin("a", "b") { $0.dot($1) },
    "pad": Builtin("x", "before", "after", "value?") { $0.padded($1) },
]

extension Checker {
    private func tensor(_ term: Term, _ call: BuiltinCall) -> SayType.Tensor? {
        guard case .tensor(let tensor) = term.type else {
            report(.notATensor(term, call.role))
            return nil
        }
        return tensor
    }

    /// A shape given as `[1, 8, 8]`: constant integers.
    func shape(_ value: Value, _ role: String) -> [SayType.Tensor.Dimension]? {
        guard case .tensor(let tensor) = value.type, tensor.dimensions.count == 1, value.type.isNumeric else {
            report(.notAShape(value.term))
            return nil
        }
        guard let constants = value.term.constants else {
            reportNotConstant(value.term, "a shape")
            return nil
        }
        let sizes = constants.compactMap { Int(exactly: $0) }
        guard sizes.count == constants.count, sizes.allSatisfy({ $0 >= 1 }) else {
            report(.notAShape(value.term))
            return nil
        }
        let dimensions = sizes.map { SayType.Tensor.Dimension($0) }
        return hasLegalSize(dimensions, at: value.span) ? dimensions : nil
    }

    fileprivate func reshaped(_ call: BuiltinCall) -> Value {
        let operand = call.terms[0]
        guard let element = operand.type.element, let own = operand.type.dimensions else {
            return fail(.notATensor(operand, call.role))
        }
        guard let dimensions = shape(call.arguments[1], call.role) else { return .unknown(at: call.span) }
        let (have, want) = (own.reduce(1) { $0 * $1.size }, dimensions.reduce(1) { $0 * $1.size })
        guard have == want else { return fail(.reshapeCount(operand, have, dimensions, want, at: call.span)) }
        return Value(operand.reshaped(to: SayType(element, relabelled(own, dimensions)), at: call.span))
    }

    /// Names of entries stay where the only dimension wider than 1 stays as wide.
    private func relabelled(
        _ own: [SayType.Tensor.Dimension], _ other: [SayType.Tensor.Dimension]
    ) -> [SayType.Tensor.Dimension] {
        let wide = own.filter { $0.size != 1 }
        guard wide.count == 1, let labels = wide[0].labels else { return other }
        return other.map { $0.size == wide[0].size ? .init(size: $0.size, labels: labels) : $0 }
    }

    fileprivate func flattened(_ call: BuiltinCall) -> Value {
        guard let tensor = tensor(call.terms[0], call) else { return .unknown(at: call.span) }
        let dimensions = relabelled(tensor.dimensions, [.init(tensor.count)])
        return Value(call.terms[0].reshaped(to: SayType(tensor.element, dimensions), at: call.span))
    }

    /// Repeats entries to fill a larger shape, as addition would.
    fileprivate func broadcasted(_ call: BuiltinCall) -> Value {
        let operand = call.terms[0]
        guard let element = operand.type.element, let own = operand.type.dimensions else {
            return fail(.notATensor(operand, call.role))
        }
        guard operand.type.isNumeric else { return fail(.notANumber(operand, call.role)) }
        guard let dimensions = shape(call.arguments[1], call.role), canBeWritten(dimensions, at: call.span) else {
            return .unknown(at: call.span)
        }
        let zeros = Term(
            .constant([Double](repeating: 0, count: dimensions.reduce(1) { $0 * $1.size })),
            SayType(element, dimensions),
            at: call.arguments[1].span)
        guard let joined = broadcastDimensions(own, dimensions), joined.map(\.size) == dimensions.map(\.size) else {
            return fail(.shapeMismatch(operand, zeros, at: call.span))
        }
        return Value(.folded(.arithmetic(.add, operand, zeros), SayType(element, joined), at: call.span))
    }

    fileprivate func concatenated(_ call: BuiltinCall) -> Value {
        guard let first = tensor(call.terms[0], call) else { return .unknown(at: call.span) }
        let axis = call.options["axis"].map { self.axis($0, of: first.dimensions, call.role) } ?? 0
        guard let axis else { return .unknown(at: call.span) }
        var size = 0
        for term in call.terms {
            guard let other = tensor(term, call) else { return .unknown(at: call.span) }
            guard fits(other, first, along: axis) else { return fail(.concatMismatch(term, call.terms[0], axis)) }
            size += other.dimensions[axis].size
        }
        var dimensions = first.dimensions
        if call.terms.count > 1 { dimensions[axis] = .init(size) }
        guard hasLegalSize(dimensions, at: call.span) else { return .unknown(at: call.span) }
        let isReal = call.terms.contains { $0.type.element == .real }
        let type = SayType(isReal ? .real : first.element, dimensions)
        return Value(Term(.concat(call.terms, axis: axis), type, at: call.span))
    }

    private func fits(_ own: SayType.Tensor, _ other: SayType.Tensor, along axis: Int) -> Bool {
        guard own.dimensions.count == other.dimensions.count else { return false }
        let areNumbers = SayType.tensor(own).isNumeric && SayType.tensor(other).isNumeric
        guard own.element == other.element || areNumbers else { return false }
        return own.dimensions.indices.allSatisfy { $0 == axis || own.dimensions[$0].agrees(with: other.dimensions[$0]) }
    }

    /// Reverses the dimensions, or puts them in the order given.
    fileprivate func transposed(_ call: BuiltinCall) -> Value {
        guard let tensor = tensor(call.terms[0], call) else { return .unknown(at: call.span) }
        let rank = tensor.dimensions.count
        var order = Array((0..<rank).reversed())
        if let option = call.options["order"] {
            guard let constants = option.term.constants else {
                reportNotConstant(option.term, "an order of dimensions")
                return .unknown(at: call.span)
            }
            order = constants.compactMap { Int(exactly: $0) }
            guard order.sorted() == Array(0..<rank) else { return fail(.notAnOrder(option.term, rank)) }
        }
        let type = SayType(tensor.element, order.map { tensor.dimensions[$0] })
        return Value(Term(.apply(.transpose(order), call.terms), type, at: call.span))
    }

    /// Along the last axis unless one is given.
    func softmax(_ call: BuiltinCall, _ function: (Int) -> Term.Function) -> Value {
        guard let tensor = tensor(call.terms[0], call) else { return .unknown(at: call.span) }
        guard call.terms[0].type.isNumeric else { return fail(.notANumber(call.terms[0], call.role)) }
        let last = tensor.dimensions.count - 1
        guard let axis = call.options["axis"].map({ axis($0, of: tensor.dimensions, call.role) }) ?? last else {
            return .unknown(at: call.span)
        }
        return Value(Term(.apply(function(axis), call.terms), SayType(.real, tensor.dimensions), at: call.span))
    }

    /// As in NumPy for one or two dimensions; with more, the leading ones agree.
    fileprivate func multiplied(_ call: BuiltinCall) -> Value {
        guard let a = tensor(call.terms[0], call), let b = tensor(call.terms[1], call) else {
            return .unknown(at: call.span)
        }
        for term in call.terms where !term.type.isNumeric { return fail(.notANumber(term, call.role)) }
        let (rows, columns) = (a.dimensions.dropLast(), b.dimensions)
        let inner = columns.count == 1 ? columns[0] : columns[columns.count - 2]
        let isVector = a.dimensions.count == 1 || columns.count == 1
        let batch = isVector ? [] : broadcastDimensions(Array(rows.dropLast()), Array(columns.dropLast(2)))
        guard a.dimensions.last?.size == inner.size, let batch, !isVector || max(a.dimensions.count, columns.count) <= 2
        else {
            return fail(.productMismatch(call.terms[0], call.terms[1], at: call.span))
        }
        let result = batch + rows.suffix(1) + (columns.count == 1 ? [] : [columns[columns.count - 1]])
        guard hasLegalSize(result, at: call.span) else { return .unknown(at: call.span) }
        return Value(Term(.apply(.matmul, call.terms), SayType(.real, result), at: call.span))
    }

    fileprivate func dot(_ call: BuiltinCall) -> Value {
        let product = arithmetic(.multiply, call.terms[0], call.terms[1], at: call.span, call.role)
        guard !product.isUnknown else { return product }
        let whole = BuiltinCall(name: call.name, span: call.span, arguments: [product], options: [:])
        return reduction(whole).map { Value(sum(of: $0)) } ?? .unknown(at: call.span)
    }

    /// `before` and `after` entries of `value` (0 if not given) around each dimension.
    fileprivate func padded(_ call: BuiltinCall) -> Value {
        guard let tensor = tensor(call.terms[0], call) else { return .unknown(at: call.span) }
        guard call.terms[0].type.isNumeric else { return fail(.notANumber(call.terms[0], call.role)) }
        var widths: [[Int]] = []
        for value in call.arguments.dropFirst() {
            guard let constants = value.term.constants else {
                reportNotConstant(value.term, "padding")
                return .unknown(at: call.span)
            }
            let integers = constants.compactMap { Int(exactly: $0) }
            guard integers.count == tensor.dimensions.count, integers.allSatisfy({ $0 >= 0 && $0 < 1 << 28 }) else {
                return fail(.paddingCount(value.term, tensor))
            }
            widths.append(integers)
        }
        let fill = call.options["value"]?.term ?? .real(0, at: call.span)
        guard fill.type.isNumeric, !fill.type.isTensor else { return fail(.notANumber(fill, call.role)) }
        return pad(call.terms[0], tensor, widths[0], widths[1], fill, at: call.span)
    }

    private func pad(
        _ term: Term, _ tensor: SayType.Tensor, _ before: [Int], _ after: [Int], _ fill: Term, at span: Span
    ) -> Value {
        var result = term
        var dimensions = tensor.dimensions
        for axis in dimensions.indices where before[axis] + after[axis] > 0 {
            func block(_ size: Int) -> Term? {
                guard size > 0 else { return nil }
                var shape = dimensions
                shape[axis] = .init(size)
                guard canBeWritten(shape, at: span) else { return nil }
                let zeros = [Double](repeating: 0, count: shape.reduce(1) { $0 * $1.size })
                let type = SayType(.real, shape)
                return .folded(.arithmetic(.add, Term(.constant(zeros), type, at: span), fill), type, at: span)
            }
            let parts = [block(before[axis]), result, block(after[axis])].compactMap { $0 }
            dimensions[axis] = .init(before[axis] + dimensions[axis].size + after[axis])
            guard hasLegalSize(dimensions, at: span) else { return .unknown(at: span) }
            result = Term(.concat(parts, axis: axis), SayType(.real, dimensions), at: span)
        }
        return Value(result)
    }
}

extension Diagnostic {
    fileprivate static func notAShape(_ term: Term) -> Diagnostic {
        Diagnostic(
            .notAShape, "expected a shape, found \(term.type.withArticle)", at: term.span,
            hints: [Hint("a shape is a list of sizes of at least 1: `[1, 8, 8]`")])
    }

    fileprivate static func reshapeCount(
        _ term: Term, _ have: Int, _ dimensions: [SayType.Tensor.Dimension], _ want: Int, at span: Span
    ) -> Diagnostic {
        let shape = dimensions.map { "\($0.size)" }.joined(separator: ", ")
        return Diagnostic(
            .reshapeCount, "\(term.type) has \(have) elements, the shape [\(shape)] has \(want)", at: span,
            labels: [Label("this is \(term.type)", at: term.span)])
    }

    fileprivate static func concatMismatch(_ term: Term, _ first: Term, _ axis: Int) -> Diagnostic {
        Diagnostic(
            .concatMismatch,
            "\(first.type) and \(term.type) differ in more than axis \(axis), along which they are joined",
            at: term.span, labels: [Label("this is \(first.type)", at: first.span)])
    }

    fileprivate static func notAnOrder(_ term: Term, _ rank: Int) -> Diagnostic {
        let example = (0..<rank).reversed().map { "\($0)" }.joined(separator: ", ")
        return Diagnostic(
            .axisOutside, "an order of \(rank) dimensions names each of them once", at: term.span,
            hints: [Hint("for example `[\(example)]`")])
    }

    fileprivate static func productMismatch(_ a: Term, _ b: Term, at span: Span) -> Diagnostic {
        Diagnostic(
            .productMismatch, "no matrix product of \(a.type) and \(b.type): the inner dimensions must agree", at: span,
            labels: [Label("this is \(a.type)", at: a.span), Label("this is \(b.type)", at: b.span)])
    }

    fileprivate static func paddingCount(_ term: Term, _ tensor: SayType.Tensor) -> Diagnostic {
        Diagnostic(
            .notAShape, "expected \(tensor.dimensions.count) widths of at least 0, one per dimension of \(tensor)",
            at: term.span)
    }
}
