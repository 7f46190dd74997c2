import Diagnostics
import Syntax

/// Functions of classes: what is said of scores, labels and distributions.
let classificationBuiltins: [String: Builtin] = [
    "one_hot": Builtin("i", "n?") { $0.oneHot($1) },
    "accuracy": Builtin("scores", "labels") { $0.accuracy($1) },
    "confusion": Builtin("predicted", "actual", "n?") { $0.confusion($1) },
    "log_softmax": Builtin("x", "axis?") { $0.softmax($1) { .logSoftmax(axis: $0) } },
    "cross_entropy": Builtin("scores", "label") { $0.crossEntropy($1) },
    "kl": Builtin("p", "q") { $0.divergence($1) },
]

extension Checker {
    fileprivate func oneHot(_ call: BuiltinCall) -> Value {
        guard let classes = classes(of: call.terms[0], call) else { return .unknown(at: call.span) }
        return oneHot(call.terms[0], classes, call).map { Value($0) } ?? .unknown(at: call.span)
    }

    /// How many classes there are, and their names where an enum has them.
    private func classes(of term: Term, _ call: BuiltinCall) -> SayType.Tensor.Dimension? {
        let labels: SayType.Enumeration?
        switch term.type.element {
        case .int?: labels = nil
        case .enumeration(let it)?: labels = it
        default:
            report(.notClasses(term, call.role))
            return nil
        }
        guard let option = call.options["n"] else {
            guard let labels else {
                report(.classCount(term, call.name, at: call.span))
                return nil
            }
            return .init(size: labels.cases.count, labels: labels)
        }
        guard let size = wholeConstant(option, in: max(labels?.cases.count ?? 1, 1)...Bounds.writing, "`n`") else {
            return nil
        }
        return .init(size: size, labels: labels?.cases.count == size ? labels : nil)
    }

    /// A last dimension more: 1 in the place of the class, else 0. A class that is none has only zeros.
    private func oneHot(_ term: Term, _ classes: SayType.Tensor.Dimension, _ call: BuiltinCall) -> Term? {
        let own = term.type.dimensions ?? []
        guard canBeWritten([classes], at: call.span), hasLegalSize(own + [classes], at: call.span) else { return nil }
        let whole =
            term.type.element == .int
            ? term : Term.folded(.apply(.convert, [term]), SayType(.int, own), at: term.span)
        let column = own.isEmpty ? whole : whole.reshaped(to: SayType(.int, own + [.init(1)]), at: term.span)
        let places = (0..<classes.size).map(Double.init)
        let row = Term(.constant(places), SayType(.int, [classes]), at: call.span)
        return numbers(compare(.equal, column, row, at: call.span).term)
    }

    /// The share of the rows whose greatest score, the first of equal ones, is that of their label.
    fileprivate func accuracy(_ call: BuiltinCall) -> Value {
        let (scores, labels) = (call.terms[0], call.terms[1])
        guard case .tensor(let matrix) = scores.type, case .tensor(let vector) = labels.type,
            matrix.dimensions.count == 2, vector.sizes == [matrix.sizes[0]]
        else { return fail(.notScores(scores, labels, at: call.span)) }
        guard matrix.sizes[0] <= Bounds.listed else { return fail(.tooManyScores(matrix.sizes[0], at: call.span)) }
        var entries: [Term.Listed.Entry] = []
        for row in 0..<matrix.sizes[0] {
            let place = Term.int(row, at: call.span)
            let own = Value(scores.entry(at: place, at: scores.span))
            let answer = extremum(
                .argmax, BuiltinCall(name: call.name, span: scores.span, arguments: [own], options: [:]))
            guard !answer.isUnknown else { return answer }
            let isRight = compare(.equal, answer.term, labels.entry(at: place, at: labels.span), at: call.span)
            guard !isRight.isUnknown else { return isRight }
            entries.append(.init(condition: nil, value: isRight.term))
        }
        return Value(.folded(.listed(.init(kind: .rate, entries: entries)), .real, at: call.span))
    }

    /// A row for each actual class, a column for each predicted one: how often the two meet.
    fileprivate func confusion(_ call: BuiltinCall) -> Value {
        let (predicted, actual) = (call.terms[0], call.terms[1])
        guard case .tensor(let first) = predicted.type, case .tensor(let second) = actual.type,
            first.dimensions.count == 1, first.sizes == second.sizes
        else { return fail(.notPairs(predicted, actual, at: call.span)) }
        guard let columns = classes(of: predicted, call), let rows = classes(of: actual, call) else {
            return .unknown(at: call.span)
        }
        guard columns == rows else { return fail(.shapeMismatch(predicted, actual, at: call.span)) }
        guard let seen = oneHot(predicted, columns, call), let known = oneHot(actual, rows, call),
            hasLegalSize([rows, columns], at: call.span)
        else { return .unknown(at: call.span) }
        let turned = Term(
            .apply(.transpose([1, 0]), [known]), SayType(.int, [rows] + second.dimensions), at: call.span)
        return Value(Term(.apply(.matmul, [turned, seen]), SayType(.int, [rows, columns]), at: call.span))
    }

    /// -log softmax(scores)[label].
    fileprivate func crossEntropy(_ call: BuiltinCall) -> Value {
        let (scores, label) = (call.terms[0], call.terms[1])
        guard case .tensor(let tensor) = scores.type, tensor.dimensions.count == 1, scores.type.isNumeric else {
            return fail(.notAVector(scores, call.role))
        }
        guard isPosition(label, in: tensor.dimensions[0]) else { return .unknown(at: call.span) }
        let logarithms = Term(.apply(.logSoftmax(axis: 0), [scores]), SayType(.real, tensor.dimensions), at: call.span)
        let own = Term(.index(logarithms, [.at(label)]), .real, at: call.span)
        return Value(Term(.apply(.negate, [own]), .real, at: call.span))
    }

    /// Σ p (log p - log q), where what has p = 0 is 0.
    fileprivate func divergence(_ call: BuiltinCall) -> Value {
        let (p, q) = (call.terms[0], call.terms[1])
        for term in call.terms {
            guard case .tensor = term.type, term.type.isNumeric else { return fail(.notATensor(term, call.role)) }
        }
        guard let dimensions = broadcast(call.terms, at: call.span) else { return .unknown(at: call.span) }
        guard p.type.dimensions?.map(\.size) == q.type.dimensions?.map(\.size) else {
            return fail(.shapeMismatch(p, q, at: call.span))
        }
        let type = SayType(.real, dimensions)
        let (zero, one) = (Term.real(0, at: call.span), Term.real(1, at: call.span))
        let isZero = Term.folded(.compare(.equal, p, zero), SayType(.bool, dimensions), at: call.span)
        func logarithm(_ x: Term) -> Term {
            .folded(.apply(.log, [.folded(.select(isZero, one, x), type, at: call.span)]), type, at: call.span)
        }
        let difference = arithmetic(.subtract, logarithm(p), logarithm(q), at: call.span, call.role).term
        let parts = arithmetic(.multiply, p, difference, at: call.span, call.role).term
        return Value(.folded(.apply(.sum(axis: nil), [parts]), .real, at: call.span))
    }
}

extension Diagnostic {
    fileprivate static func notClasses(_ term: Term, _ role: String) -> Diagnostic {
        Diagnostic(
            .notAnInteger, "expected classes for \(role), Ints or cases of an enum, found \(term.type.withArticle)",
            at: term.span)
    }

    fileprivate static func classCount(_ term: Term, _ name: Name, at span: Span) -> Diagnostic {
        Diagnostic(
            .argumentCount, "`\(name.text)` of \(term.type.withArticle) needs the number of classes", at: span,
            hints: [Hint("write it as `n: 10`; an enum has as many as it has cases")])
    }

    fileprivate static func notScores(_ scores: Term, _ labels: Term, at span: Span) -> Diagnostic {
        Diagnostic(
            .shapeMismatch, "expected a row of scores for each label, found \(scores.type) and \(labels.type)",
            at: span,
            labels: [
                Label("this is \(scores.type)", at: scores.span), Label("this is \(labels.type)", at: labels.span),
            ],
            hints: [Hint("for example Tensor[100, 10] and Int[100]")])
    }

    fileprivate static func tooManyScores(_ count: Int, at span: Span) -> Diagnostic {
        Diagnostic(
            .domainTooLarge, "\(count) rows of scores are too many: at most \(Bounds.listed)", at: span,
            hints: [Hint("of the rows of data: `rate(row in test : argmax(net(row.x)) == row.label)`")])
    }

    fileprivate static func notPairs(_ predicted: Term, _ actual: Term, at span: Span) -> Diagnostic {
        Diagnostic(
            .shapeMismatch, "expected as many predicted as actual classes, found \(predicted.type) and \(actual.type)",
            at: span,
            labels: [
                Label("this is \(predicted.type)", at: predicted.span),
                Label("this is \(actual.type)", at: actual.span),
            ])
    }

    static func notAVector(_ term: Term, _ role: String) -> Diagnostic {
        Diagnostic(
            .notATensor, "expected a vector of numbers for \(role), found \(term.type.withArticle)", at: term.span,
            hints: term.type.isTensor ? [Hint("`flatten(...)` makes one")] : [])
    }
}
