import Diagnostics
import Syntax
import Texts

extension Checker {
    /// `Tokens(lm)[1..8]`: texts that so many tokens of a language model make.
    func resolveTokenTexts(_ named: NamedType, _ type: TypeExpression, in scope: Scope) -> Domain? {
        for span in [
            type.range?.span, type.vocabulary?.span, type.pattern?.span, type.lines?.span, type.view?.name.span,
        ] {
            if let span { report(.narrowedTokens(at: span)) }
        }
        guard named.arguments.count == 1, named.arguments[0].label == nil,
            case .name(let name) = named.arguments[0].value
        else {
            report(.tokensOf(at: named.span))
            return nil
        }
        guard let model = languageModel(name, in: scope), let count = tokenCount(named, in: scope) else { return nil }
        guard model.plainTokenCount > 0 else {
            report(.emptyDomain("`\(name.text)` has no token that is a text of its own", at: name.span))
            return nil
        }
        let key = "\(name.text) \(count)"
        let texts = tokenTexts[key] ?? TokenTexts(model, count)
        tokenTexts[key] = texts
        guard texts.most <= TextGenerator.longest else {
            report(.textTooLong(texts.most, at: named.span))
            return nil
        }
        return .text(.tokens(texts))
    }

    private func tokenCount(_ named: NamedType, in scope: Scope) -> ClosedRange<Int>? {
        guard let dimensions = named.dimensions, dimensions.count == 1 else {
            report(.tokensOf(at: named.span))
            return nil
        }
        if case .range(let lower, let upper, let span) = dimensions[0], lower == nil || upper == nil {
            report(.tokenCount(at: span))
            return nil
        }
        let open = 1...TokenTexts.mostTokens
        guard let (least, most) = ends(of: dimensions[0], open: open, "a number of tokens", in: scope) else {
            return nil
        }
        guard 1 <= least, least <= most, most <= TokenTexts.mostTokens else {
            report(.tokenCount(at: dimensions[0].span))
            return nil
        }
        return least...most
    }

    /// The language model that a name stands for; reports where it is none, or has not been read.
    func languageModel(_ name: Name, in scope: Scope) -> (any AskedModel)? {
        guard let found = lookUp(name, in: scope.file), case .languageModel = found.node else {
            report(.notALanguageModel(at: name.span))
            return nil
        }
        guard let model = loaded.languageModels[found.name] else {
            if !loaded.unreadLanguageModels.contains(found.name) { report(.languageModelUnread(name)) }
            return nil
        }
        return model
    }
}

extension Diagnostic {
    static func notALanguageModel(at span: Span) -> Diagnostic {
        Diagnostic(
            .notALanguageModel, "expected the name of a language model", at: span,
            hints: [Hint("one is declared as in `language model lm from \"model.gguf\"`")])
    }

    fileprivate static func languageModelUnread(_ name: Name) -> Diagnostic {
        Diagnostic(
            .notALanguageModel, "the language model `\(name.text)` has not been read", at: name.span,
            hints: [Hint("its file has to be there: what can be asked of it depends on its tokens")])
    }

    static func languageModelCalled(_ name: Name) -> Diagnostic {
        Diagnostic(
            .notCallable, "`\(name.text)` is a language model, not a function", at: name.span,
            hints: [Hint("ask it, as in `reply(\(name.text), text, tokens: 32)`")])
    }

    fileprivate static func tokensOf(at span: Span) -> Diagnostic {
        Diagnostic(
            .typeArguments, "expected a language model and a number of tokens", at: span,
            hints: [Hint("as in `Tokens(lm)[8]`, or `Tokens(lm)[1..8]`")])
    }

    fileprivate static func narrowedTokens(at span: Span) -> Diagnostic {
        Diagnostic(
            .typeArguments, "texts of tokens are narrowed by nothing but how many they are", at: span,
            hints: [Hint("a condition stands behind `where`")])
    }

    fileprivate static func tokenCount(at span: Span) -> Diagnostic {
        Diagnostic(
            .dimensionSize, "a text has 1 to \(TokenTexts.mostTokens) tokens", at: span,
            hints: [Hint("both ends belong to the range: `1..8`")])
    }
}
