import Diagnostics
import Syntax

extension Checker {
    /// The values that a type as written has, bounds included; nil, and a report, where it has no meaning.
    func resolve(_ type: TypeExpression, in scope: Scope) -> Domain? {
        if case .named(let named) = type.base, named.name.text == "Text" { return resolveText(named, type, in: scope) }
        if case .named(let named) = type.base, named.name.text == "Tokens", !named.arguments.isEmpty {
            return resolveTokenTexts(named, type, in: scope)
        }
        if let pattern = type.pattern { report(.misplacedText("`matching`", at: pattern.span)) }
        if let lines = type.lines { report(.misplacedText("`lines`", at: lines.span)) }
        var domain = resolveBase(type, in: scope)
        switch type.range {
        case .interval(let interval)?: domain = present(domain) { narrow($0, to: interval, in: scope) }
        case .set(let set)?: domain = present(domain) { narrow($0, to: set, in: scope) }
        case nil: break
        }
        if let view = type.view, let found = domain { domain = view.isMissing ? found : viewed(found, as: view) }
        return domain
    }

    private func resolveBase(_ type: TypeExpression, in scope: Scope) -> Domain? {
        switch type.base {
        case .missing: return nil
        case .record(let fields):
            refuseVocabulary(of: type)
            return resolveRecord(fields, in: scope)
        case .named(let named) where named.name.text == "Tokens":
            return resolveTokens(named, over: type.vocabulary, in: scope)
        case .named(let named):
            refuseVocabulary(of: type)
            return resolve(named, in: scope)
        }
    }

    private func refuseVocabulary(of type: TypeExpression) {
        guard let vocabulary = type.vocabulary else { return }
        report(.misplacedOver(at: vocabulary.span))
    }

    private func resolve(_ named: NamedType, in scope: Scope) -> Domain? {
        let domain = resolvePresent(named, in: scope)
        guard named.isOptional, let domain else { return domain }
        guard case .real = domain else {
            report(.notOptional(domain.type, at: named.span))
            return domain
        }
        return .optional(domain)
    }

    private func resolvePresent(_ named: NamedType, in scope: Scope) -> Domain? {
        guard !named.name.isMissing else { return nil }
        switch named.name.text {
        case "Bool", "Int", "Real":
            guard let scalar = resolveScalar(named) else { return nil }
            return named.dimensions.map { arrayed(scalar, by: $0, of: named, in: scope) } ?? scalar
        case "Tensor": return resolveTensor(named, in: scope)
        default: return resolveDeclared(named, in: scope)
        }
    }

    private func resolveScalar(_ named: NamedType) -> Domain? {
        if !named.arguments.isEmpty { report(.scalarWithArguments(named)) }
        switch named.name.text {
        case "Bool": return .bool
        case "Int": return .integer(lower: -Bounds.integer, upper: Bounds.integer)
        default: return .real(lower: -.infinity, upper: .infinity)
        }
    }

    private func viewed(_ domain: Domain, as view: Name) -> Domain? {
        guard case .tensor(var tensor, let lower, let upper) = domain else {
            report(.imageType(domain.type, at: view.span))
            return domain
        }
        let sizes = tensor.sizes.drop { $0 == 1 }
        guard (1...3).contains(tensor.sizes.count), sizes.count <= 3, sizes.count < 3 || [3, 4].contains(sizes.first),
            tensor.sizes.count > 1
        else {
            report(.imageType(domain.type, at: view.span))
            return domain
        }
        tensor.isImage = true
        return .tensor(tensor, lower: lower, upper: upper)
    }
}

/// The names of types that no declaration makes.
let builtInTypes = ["Bool", "Int", "Real", "Tensor", "Tokens", "Text"]

extension Diagnostic {
    static func notSupported(_ construct: String, at span: Span) -> Diagnostic {
        Diagnostic(.notSupported, "\(construct) is not supported in this version yet", at: span)
    }

    fileprivate static func misplacedOver(at span: Span) -> Diagnostic {
        Diagnostic(
            .typeArguments, "`over` belongs to `Tokens`", at: span,
            hints: [Hint("write `Tokens[4] over 64`, or `Int in [0, 63]`")])
    }

    fileprivate static func scalarWithArguments(_ named: NamedType) -> Diagnostic {
        Diagnostic(
            .typeArguments, "`\(named.name.text)` takes no arguments", at: named.span,
            hints: [Hint("bounds stand behind it: `\(named.name.text) in [0, 1]`")])
    }

    fileprivate static func notOptional(_ type: SayType, at span: Span) -> Diagnostic {
        Diagnostic(
            .typeArguments, "\(type.withArticle) cannot be missing, only a Real can", at: span,
            hints: [Hint("write `Real?`; an enum may have a case for what is missing, as in `unknown \"\"`")])
    }

    fileprivate static func imageType(_ type: SayType, at span: Span) -> Diagnostic {
        Diagnostic(
            .imageShape, "\(type) cannot be shown as an image", at: span,
            hints: [
                Hint("an image is `Tensor[height, width]` or `Tensor[channels, height, width]` with 1, 3 or 4 channels")
            ])
    }
}
