import Diagnostics
import Syntax
import Tensors

extension Checker {
    func resolveTensor(_ named: NamedType, in scope: Scope) -> Domain? {
        if !named.arguments.isEmpty { report(.typeArgumentCount(named, wanted: 0)) }
        guard let subscripts = named.dimensions else {
            report(.tensorWithoutShape(named))
            return nil
        }
        let dimensions = subscripts.map { dimension($0, in: scope) }
        let known = dimensions.compactMap { $0 }
        guard known.count == subscripts.count, hasLegalSize(known, at: named.span) else { return nil }
        return .tensor(SayType.Tensor(.real, known), lower: [-.infinity], upper: [.infinity])
    }

    /// `Tokens[4] over 64`: four integers in 0...63.
    func resolveTokens(_ named: NamedType, over vocabulary: Expression?, in scope: Scope) -> Domain? {
        if case .range(_, _, let span)? = named.dimensions?.first {
            report(.notSupported("a varying number of tokens", at: span))
            return nil
        }
        guard let vocabulary, let subscripts = named.dimensions else {
            report(.incompleteTokens(named))
            return nil
        }
        let dimensions = subscripts.compactMap { dimension($0, in: scope) }
        let size = constantInteger(vocabulary, in: scope, "the number of tokens")
        guard let size, dimensions.count == subscripts.count, hasLegalSize(dimensions, at: named.span) else {
            return nil
        }
        guard size > 0 else {
            report(.emptyDomain("there is no token in a vocabulary of \(size)", at: vocabulary.span))
            return nil
        }
        return .tensor(SayType.Tensor(.int, dimensions), lower: [0], upper: [Double(size - 1)])
    }

    /// The size of a dimension, and the names of its entries where it is an enum.
    func dimension(_ subscript: Subscript, in scope: Scope) -> SayType.Tensor.Dimension? {
        guard case .at(let expression) = `subscript` else {
            report(.dimensionRange(at: `subscript`.span))
            return nil
        }
        if let labels = labels(expression, in: scope) {
            return SayType.Tensor.Dimension(size: labels.cases.count, labels: labels)
        }
        guard let size = constantInteger(expression, in: scope, "a dimension") else { return nil }
        guard (1...Shape.maximumCount).contains(size) else {
            report(.dimensionSize(size, at: expression.span))
            return nil
        }
        return SayType.Tensor.Dimension(size)
    }

    /// The enum that an expression names, if it is a name and names one.
    func labels(_ expression: Expression, in scope: Scope) -> SayType.Enumeration? {
        guard case .name(let name) = expression, scope[name.text] == nil, !name.isMissing,
            case .enumeration(let it)? = declaration(name.text, in: scope.file)?.node
        else { return nil }
        guard let found = lookUp(name, in: scope.file) else { return nil }
        return enumeration(Found(node: it, file: found.file, name: found.name))
    }

    /// Like `lookUp`, without reporting.
    func declaration(_ name: String, in file: FileScope) -> Found<Declaration>? {
        for file in [file] + file.imports {
            if let own = file.declarations[name] { return Found(node: own, file: file, name: name) }
        }
        return nil
    }

    /// Whether a tensor so large can be had; reports if not.
    func hasLegalSize(_ dimensions: [SayType.Tensor.Dimension], at span: Span) -> Bool {
        do {
            _ = try Shape(dimensions.map(\.size))
            return true
        } catch {
            report(.tensorTooLarge(dimensions, at: span))
            return false
        }
    }
}

extension Diagnostic {
    fileprivate static func tensorWithoutShape(_ named: NamedType) -> Diagnostic {
        Diagnostic(
            .typeArguments, "a `Tensor` needs its dimensions", at: named.span,
            hints: [Hint("write them in brackets: `Tensor[1, 8, 8]`")])
    }

    fileprivate static func incompleteTokens(_ named: NamedType) -> Diagnostic {
        Diagnostic(
            .typeArguments, "`Tokens` needs a length and a vocabulary", at: named.span,
            hints: [Hint("write `Tokens[4] over 64`: four integers from 0 to 63")])
    }

    fileprivate static func dimensionRange(at span: Span) -> Diagnostic {
        Diagnostic(
            .dimensionSize, "expected the size of a dimension, found a range", at: span,
            hints: [Hint("every dimension has one size")])
    }

    fileprivate static func dimensionSize(_ size: Int, at span: Span) -> Diagnostic {
        Diagnostic(
            .dimensionSize, "a dimension has at least 1 entry and at most \(Shape.maximumCount), not \(size)", at: span)
    }

    fileprivate static func tensorTooLarge(_ dimensions: [SayType.Tensor.Dimension], at span: Span) -> Diagnostic {
        let shape = dimensions.map { "\($0.size)" }.joined(separator: ", ")
        return Diagnostic(
            .dimensionSize,
            "a tensor of shape [\(shape)] is too large: at most \(Shape.maximumRank) dimensions, \(Shape.maximumCount) elements",
            at: span)
    }
}
