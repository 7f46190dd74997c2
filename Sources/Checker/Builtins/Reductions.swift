import Diagnostics

/// Functions that make one number of a tensor, or of each line along an axis.
let reductionBuiltins: [String: Builtin] = [
    "sum": Builtin("x", "axis?", "mask?") { $0.sum($1) },
    "mean": Builtin("x", "axis?", "mask?") { $0.mean($1) },
    "count": Builtin("mask", "axis?") { $0.counted($1) },
    "l0": Builtin("x") { $0.norm(.l0, $1) },
    "l1": Builtin("x") { $0.norm(.l1, $1) },
    "l2": Builtin("x") { $0.norm(.l2, $1) },
    "linf": Builtin("x") { $0.norm(.linf, $1) },
    "norm": Builtin("x", "p?") { $0.norm($1) },
    "argmax": Builtin("x") { $0.extremum(.argmax, $1) },
    "argmin": Builtin("x") { $0.extremum(.argmin, $1) },
    "all": Builtin("x", "within?") { $0.truth(.every, $1) },
    "any": Builtin("x", "within?", "while?") { $0.truth(.some, $1) },
]

/// What is reduced: numbers, along an axis or all of them, and which of them count.
struct Reduction {
    let numbers: Term
    let tensor: SayType.Tensor
    let axis: Int?
    /// Of the shape of the numbers; nil where all count.
    let mask: Term?
    let call: BuiltinCall

    /// The dimensions that are left.
    var kept: [SayType.Tensor.Dimension] {
        axis.map { axis in tensor.dimensions.enumerated().filter { $0.offset != axis }.map(\.element) } ?? []
    }

    /// The same of other numbers, in the same places.
    func of(_ numbers: Term) -> Reduction {
        Reduction(numbers: numbers, tensor: tensor, axis: axis, mask: mask, call: call)
    }
}

extension Checker {
    /// The first argument with `axis:` and `mask:`; nil, and a report, where they do not fit. Truth values count as 0 and 1.
    func reduction(_ call: BuiltinCall) -> Reduction? {
        let operand = numbers(call.terms[0])
        guard operand.type.isNumeric, case .tensor(let tensor) = operand.type else {
            report(operand.type.isNumeric ? .notATensor(operand, call.role) : .notANumber(operand, call.role))
            return nil
        }
        var axis: Int?
        if let option = call.options["axis"] {
            guard let given = self.axis(option, of: tensor.dimensions, call.role) else { return nil }
            axis = given
        }
        let mask = call.options["mask"]?.term
        guard mask.map({ isMask($0, of: operand, tensor, call) }) ?? true else { return nil }
        return Reduction(numbers: operand, tensor: tensor, axis: axis, mask: mask, call: call)
    }

    /// Truth values as the Ints 0 and 1; anything else as it is.
    func numbers(_ operand: Term) -> Term {
        guard operand.type.element == .bool, let dimensions = operand.type.dimensions else { return operand }
        return .folded(.apply(.convert, [operand]), SayType(.int, dimensions), at: operand.span)
    }

    private func isMask(_ mask: Term, of operand: Term, _ tensor: SayType.Tensor, _ call: BuiltinCall) -> Bool {
        guard mask.type.element == .bool else {
            report(.notTruths(mask, "`mask`"))
            return false
        }
        let dimensions = mask.type.dimensions ?? []
        guard dimensions.count == tensor.dimensions.count,
            zip(dimensions, tensor.dimensions).allSatisfy({ $0.agrees(with: $1) })
        else {
            report(.shapeMismatch(operand, mask, at: call.span))
            return false
        }
        return true
    }

    fileprivate func sum(_ call: BuiltinCall) -> Value {
        reduction(call).map { Value(sum(of: $0)) } ?? .unknown(at: call.span)
    }

    fileprivate func mean(_ call: BuiltinCall) -> Value {
        reduction(call).map { Value(mean(of: $0)) } ?? .unknown(at: call.span)
    }

    /// Of none: infinity.
    func least(_ call: BuiltinCall) -> Value {
        extreme(call, without: .infinity) { .least(axis: $0) }
    }

    /// Of none: -infinity.
    func greatest(_ call: BuiltinCall) -> Value {
        extreme(call, without: -.infinity) { .greatest(axis: $0) }
    }

    private func extreme(_ call: BuiltinCall, without none: Double, _ function: (Int?) -> Term.Function) -> Value {
        guard let reduction = reduction(call) else { return .unknown(at: call.span) }
        return Value(reduced(function(reduction.axis), reduction, without: none))
    }

    /// Of none: 0.
    func sum(of it: Reduction) -> Term { reduced(.sum(axis: it.axis), it, without: 0) }

    /// Of none: NaN.
    func mean(of it: Reduction) -> Term {
        guard let mask = it.mask else { return reduced(.mean(axis: it.axis), it, without: 0) }
        let members = Reduction(numbers: numbers(mask), tensor: it.tensor, axis: it.axis, mask: nil, call: it.call)
        return arithmetic(.divide, sum(of: it), sum(of: members), at: it.call.span, it.call.role).term
    }

    /// `none` stands in the places that do not count.
    private func reduced(_ function: Term.Function, _ it: Reduction, without none: Double) -> Term {
        let element = it.numbers.type.element ?? .real
        var numbers = it.numbers
        if let mask = it.mask {
            let none = Term(.constant([none]), SayType(element, []), at: it.call.span)
            numbers = .folded(.select(mask, numbers, none), numbers.type, at: it.call.span)
        }
        let isMean = if case .mean = function { true } else { false }
        return .folded(.apply(function, [numbers]), SayType(isMean ? .real : element, it.kept), at: it.call.span)
    }

    /// How many entries of a tensor of truth values hold.
    fileprivate func counted(_ call: BuiltinCall) -> Value {
        guard call.terms[0].type.element == .bool else { return fail(.notTruths(call.terms[0], call.role)) }
        return sum(call)
    }

    /// Of the whole tensor; the number itself counts as a tensor of one.
    fileprivate func norm(_ function: Term.Function, _ call: BuiltinCall) -> Value {
        guard call.terms[0].type.isNumeric else { return fail(.notANumber(call.terms[0], call.role)) }
        return Value(Term(.apply(function, [call.terms[0]]), function == .l0 ? .int : .real, at: call.span))
    }

    /// The p-th root of the sum of the p-th powers of the magnitudes; p is 2 where it is not given.
    fileprivate func norm(_ call: BuiltinCall) -> Value {
        let x = call.terms[0]
        guard x.type.isNumeric else { return fail(.notANumber(x, call.role)) }
        guard let p = constant(call.options["p"], in: 1...(.infinity), "`p`", default: 2) else {
            return .unknown(at: call.span)
        }
        if p == 1 || p == 2 { return norm(p == 1 ? .l1 : .l2, call) }
        let (order, root) = (Term.real(p, at: call.span), Term.real(1 / p, at: call.span))
        let type = SayType(.real, x.type.dimensions ?? [])
        let powers = arithmetic(.power, .folded(.apply(.abs, [x]), type, at: x.span), order, at: call.span, call.role)
            .term
        let total = x.type.isTensor ? Term.folded(.apply(.sum(axis: nil), [powers]), .real, at: call.span) : powers
        return arithmetic(.power, total, root, at: call.span, call.role)
    }

    /// The place in row-major order, or the case where all other dimensions are 1 and this one's entries have names.
    func extremum(_ function: Term.Function, _ call: BuiltinCall) -> Value {
        let operand = call.terms[0]
        guard case .tensor(let tensor) = operand.type else { return fail(.notATensor(operand, call.role)) }
        guard operand.type.isNumeric else { return fail(.notANumber(operand, call.role)) }
        let wide = tensor.dimensions.filter { $0.size != 1 }
        let labels = wide.count == 1 ? wide[0].labels : nil
        let line = SayType(tensor.element, [.init(size: tensor.count, labels: labels)])
        let vector = operand.reshaped(to: line, at: operand.span)
        return Value(Term(.apply(function, [vector]), labels.map { .enumeration($0) } ?? .int, at: call.span))
    }

    fileprivate func truth(_ function: Term.Function, _ call: BuiltinCall) -> Value {
        if !call.options.isEmpty { return windows(function, call) }
        let operand = call.terms[0]
        guard operand.type.element == .bool else {
            return fail(.notTruths(operand, call.role))
        }
        guard operand.type.isTensor else { return Value(operand) }
        return Value(Term(.apply(function, [operand]), .bool, at: call.span))
    }
}

extension Diagnostic {
    static func notTruths(_ term: Term, _ role: String) -> Diagnostic {
        Diagnostic(
            .notACondition, "expected truth values for \(role), found \(term.type.withArticle)", at: term.span,
            hints: term.type.isNumeric ? [Hint("compare them: `... > 0`")] : [])
    }
}
