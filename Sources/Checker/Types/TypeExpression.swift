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
        if let view = type.view, let found = domain { domain = viewed(found, as: view, in: scope) }
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
}

/// The names of types that no declaration makes.
package let builtInTypes = ["Bool", "Int", "Real", "Tensor", "Tokens", "Text"]

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
}
