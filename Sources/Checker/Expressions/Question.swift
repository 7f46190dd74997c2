import Diagnostics
import Syntax
import Texts

/// What a language model can be asked, its first argument the model's name.
struct LanguageQuestion: Sendable {
    /// Behind the model.
    let parameters: [String]
    /// How many of the last parameters may be left out.
    var optional = 0
    /// Whether the last parameter is a constant number of tokens.
    var countsTokens = false
    /// Whether it is about what follows a text.
    var predicts = true
    let kind: @Sendable (Int) -> TextQuestion.Kind

    /// Its parameters, the model too, `?` behind those that may be left out.
    var written: [String] {
        ["model"] + parameters.dropLast(optional) + parameters.suffix(optional).map { $0 + "?" }
    }
}

/// All questions by their names.
let languageQuestions: [String: LanguageQuestion] = [
    "logprob": LanguageQuestion(parameters: ["text", "after"]) { _ in .logProbability },
    "perplexity": LanguageQuestion(parameters: ["text"]) { _ in .perplexity },
    "chat": LanguageQuestion(parameters: ["user", "system"], optional: 1, predicts: false) { _ in .chat },
    "embed": LanguageQuestion(parameters: ["text"], predicts: false) { _ in .embedding },
    "next": LanguageQuestion(parameters: ["text"]) { _ in .next },
    "reply": LanguageQuestion(parameters: ["text", "tokens"], countsTokens: true) { .reply(tokens: $0) },
    "margin": LanguageQuestion(parameters: ["text", "tokens"], countsTokens: true) { .margin(tokens: $0) },
]

extension Checker {
    /// `logprob(lm, " text", after: prompt ++ suffix)`
    func checkQuestion(_ question: LanguageQuestion, _ name: Name, _ call: Call, in scope: Scope) -> Value {
        guard let first = call.arguments.first, first.label == nil, case .name(let model) = first.value else {
            return fail(.notALanguageModel(at: call.arguments.first?.span ?? name.span))
        }
        let rest = Array(call.arguments.dropFirst())
        let parameters = Array(
            question.parameters.dropLast(min(question.optional, max(question.parameters.count - rest.count, 0))))
        guard let asked = languageModel(model, in: scope), let expressions = order(rest, names: parameters, of: name)
        else {
            // What the arguments read is used all the same.
            for argument in rest { _ = check(argument.value, in: scope) }
            return .unknown(at: call.span)
        }
        guard asked.predicts || !question.predicts else { return fail(.notPredicting(model, name)) }
        var (texts, count) = ([Term](), 0)
        for (index, expression) in expressions.enumerated() {
            if question.countsTokens, index == expressions.count - 1 {
                guard let tokens = constantInteger(expression, in: scope, "a number of tokens") else {
                    return .unknown(at: call.span)
                }
                guard (1...1024).contains(tokens) else { return fail(.replyLength(tokens, at: expression.span)) }
                count = tokens
                continue
            }
            let value = check(expression, in: scope)
            guard !value.isUnknown else { return .unknown(at: call.span) }
            guard value.type.isText else { return fail(.notAText(value.term, "`\(name.text)`")) }
            texts.append(value.term)
        }
        let function = TextFunction.asked(TextQuestion(asked, question.kind(count)))
        switch question.kind(count) {
        case .next: return made(function, texts, most: asked.longestToken, at: call.span)
        case .reply:
            return made(function, texts, most: min(count * asked.longestToken, TextGenerator.longest), at: call.span)
        case .chat: return chat(asked, model, function, texts, at: call.span)
        case .embedding:
            let type = SayType.tensor(.vector(asked.embeddingWidth))
            return Value(.text(function, texts, type, at: call.span))
        default: return Value(.text(function, texts, .real, at: call.span))
        }
    }
}

extension Checker {
    /// A text has room for what the template makes of texts as long as these may be, in letters that some templates write as several;
    /// where one made more of a text, it would have no number.
    private func chat(
        _ asked: any AskedModel, _ model: Name, _ function: TextFunction, _ texts: [Term], at span: Span
    ) -> Value {
        let longest = texts.map { term -> [UInt32] in
            guard case .text(let most) = term.type else { return [] }
            return Array(repeating: 39, count: most)
        }
        do {
            let most = try asked.chat(user: longest[0], system: longest.count > 1 ? longest[1] : nil).count
            return made(function, texts, most: most + 16, at: span)
        } catch { return fail(.unasked(model, "\(error)", at: span)) }
    }
}

extension Diagnostic {
    fileprivate static func unasked(_ model: Name, _ why: String, at span: Span) -> Diagnostic {
        Diagnostic(
            .notALanguageModel, "what `\(model.text)` is asked cannot be written in its own form: \(why)", at: span,
            hints: [
                Hint(
                    "the form can be written out: `\"<|im_start|>user\\n\" ++ question ++ \"<|im_end|>\\n<|im_start|>assistant\\n\"`"
                )
            ])
    }

    fileprivate static func notPredicting(_ model: Name, _ question: Name) -> Diagnostic {
        Diagnostic(
            .notALanguageModel, "`\(model.text)` is an encoder: it says nothing of what follows a text",
            at: question.span,
            hints: [Hint("what it can be asked is `embed(\(model.text), text)`")])
    }

    fileprivate static func replyLength(_ tokens: Int, at span: Span) -> Diagnostic {
        Diagnostic(.dimensionSize, "a reply has 1 to 1024 tokens, not \(tokens)", at: span)
    }
}
