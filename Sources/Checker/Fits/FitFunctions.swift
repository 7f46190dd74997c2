import Diagnostics
import Statistics
import Syntax

/// What a fit is asked: `usual.distance(x)`, `usual.quantile(0.99)`, `flag.margin(x)`, `usual.mean`.
extension Checker {
    /// `arguments` are nil where none are written, no parentheses either.
    func ask(_ fit: Fitted, _ member: Name, _ arguments: [Argument]?, at span: Span, in scope: Scope) -> Value {
        guard !member.isMissing else { return .unknown(at: span) }
        guard fit.method.members.contains(member.text) else {
            for argument in arguments ?? [] { _ = check(argument.value, in: scope) }
            return fail(.unknownMember(member, of: fit))
        }
        let isNumber = member.text == "mean" || member.text == "covariance"
        guard isNumber == (arguments == nil) else { return fail(.memberForm(member, of: fit, isNumber: isNumber)) }
        if isNumber { return parameter(member.text, of: fit, at: span) }
        let name = member.text == "quantile" ? "share" : "x"
        guard let given = order(arguments ?? [], names: [name], of: member)?.first else { return .unknown(at: span) }
        let value = check(given, in: scope)
        guard !value.isUnknown else { return .unknown(at: span) }
        if member.text == "quantile" { return quantile(of: fit, value.term, at: span) }
        let label = Label("fitted here", at: fit.name.span)
        guard let x = self.fit(value.term, to: fit.features.withReals, "`x`", label: label) else {
            return .unknown(at: span)
        }
        return answer(member.text, of: fit, x, at: span)
    }

    private func parameter(_ member: String, of fit: Fitted, at span: Span) -> Value {
        guard case .gaussian(let it)? = fit.model else { return .unknown(at: span) }
        let term = member == "mean" ? it.mean.reshaped(to: fit.features.withReals, at: span) : it.covariance
        return Value(term.moved(to: span))
    }

    /// Of the distances of the rows that it was fitted to.
    private func quantile(of fit: Fitted, _ share: Term, at span: Span) -> Value {
        guard let number = share.constant else {
            reportNotConstant(share, "a share")
            return .unknown(at: span)
        }
        guard isInside(share, .real(lower: 0, upper: 1), "a share"), case .gaussian(let it)? = fit.model else {
            return .unknown(at: span)
        }
        return Value(.real(Statistics.quantile(ofSorted: it.distances, number), at: span))
    }

    private func answer(_ member: String, of fit: Fitted, _ x: Term, at span: Span) -> Value {
        let column = x.reshaped(to: SayType(.real, [.init(fit.width), .init(1)]), at: span)
        switch fit.model {
        case nil: return .unknown(at: span)
        case .gaussian(let it)?:
            let mean = it.mean.reshaped(to: column.type, at: it.mean.span)
            let centred = Term(.arithmetic(.subtract, column, mean), column.type, at: span)
            let whitened = Term(.apply(.matmul, [it.whitening, centred]), column.type, at: span)
            return Value(Term(.apply(.l2, [whitened]), .real, at: span))
        case .probe(let it)?:
            let row = it.weights.reshaped(to: SayType(.real, [.init(1), .init(fit.width)]), at: it.weights.span)
            let product = Term(.apply(.matmul, [row, column]), SayType(.real, [.init(1), .init(1)]), at: span)
            let score = Term(.arithmetic(.add, product.reshaped(to: .real, at: span), it.bias), .real, at: span)
            return Value(member == "margin" ? score : Term(.apply(.sigmoid, [score]), .real, at: span))
        case .centroids(let it)?:
            let line = x.reshaped(to: SayType(.real, [.init(fit.width)]), at: span)
            let distances = it.means.map { mean in
                Term(.apply(.l2, [Term(.arithmetic(.subtract, line, mean), line.type, at: span)]), .real, at: span)
            }
            return member == "nearest"
                ? nearest(it.classes, distances, fit.target ?? .int, at: span)
                : Value(Term(.apply(.min, distances), .real, at: span))
        }
    }

    /// The class of the least distance. Where all cases of an enum occur it is an argmin of the enum's dimension.
    private func nearest(_ classes: [Int], _ distances: [Term], _ type: SayType, at span: Span) -> Value {
        let vector = Term(.stack(distances), SayType(.real, [.init(classes.count)]), at: span)
        let place = Term(.apply(.argmin, [vector]), .int, at: span)
        if classes == Array(classes.indices), type.isWhole(of: classes.count) {
            return Value(Term(.apply(.argmin, [vector]), type, at: span))
        }
        let table = Term(
            .constant(classes.map(Double.init)), SayType(type.element ?? .int, [.init(classes.count)]), at: span)
        return Value(Term(.index(table, [.at(place)]), type, at: span))
    }
}

extension SayType {
    /// Whether it is an Int, or an enum of so many cases.
    fileprivate func isWhole(of count: Int) -> Bool {
        switch self {
        case .int: true
        case .enumeration(let it): it.cases.count == count
        default: false
        }
    }

    /// The same with numbers of type Real.
    fileprivate var withReals: SayType {
        guard case .tensor(var tensor) = self else { return .real }
        tensor.element = .real
        return .tensor(tensor)
    }
}

extension Diagnostic {
    fileprivate static func unknownMember(_ member: Name, of fit: Fitted) -> Diagnostic {
        let members = fit.method.members
        let hints: [Hint] = .spelling(member, members)
        let list = members.map { "`\($0)`" }.joined(separator: ", ")
        return Diagnostic(
            .unknownField, "`\(fit.name.text)`, a `\(fit.method.rawValue)`, has no `\(member.text)`", at: member.span,
            labels: [Label("fitted here", at: fit.name.span)],
            hints: hints.isEmpty ? [Hint("it has \(list)")] : hints)
    }

    fileprivate static func memberForm(_ member: Name, of fit: Fitted, isNumber: Bool) -> Diagnostic {
        let argument = member.text == "quantile" ? "0.99" : "x"
        let form = "\(fit.name.text).\(member.text)" + (isNumber ? "" : "(\(argument))")
        return Diagnostic(
            .notCallable, "`\(member.text)` is \(isNumber ? "no function" : "a function")", at: member.span,
            hints: [Hint("write it as in `\(form)`")])
    }
}
