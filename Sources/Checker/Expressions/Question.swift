import Diagnostics
import Syntax
import Texts

/// What a language model can be asked, its first argument the model's name.
struct LanguageQuestion: Sendable {
    /// Behind the model.
    let parameters: [String]
    /// Whether the last parameter is a constant number of tokens.
    var countsTokens = false
    /// Whether it is about what follows a text.
    var predicts = true
    let kind: @Sendable (Int) -> TextQuestion.Kind
}

/// All questions by their names.
let languageQuestions: [String: LanguageQuestion] = [
    "logprob": LanguageQuestion(parameters: ["text", "after"]) { _ in .logProbability },
    "perplexity": LanguageQuestion(parameters: ["text"]) { _ in .perplexity },
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
        guard let asked = languageModel(model, in: scope),
            let expressions = order(rest, names: question.parameters, of: name)
        else { return .unknown(at: call.span) }
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
        case .reply: return made(function, texts, most: count * asked.longestToken, at: call.span)
        case .embedding:
            let type = SayType.tensor(.init(shape: [asked.embeddingWidth]))
            return Value(.text(function, texts, type, at: call.span))
        default: return Value(.text(function, texts, .real, at: call.span))
        }
    }
}

extension Diagnostic {
    fileprivate static func notPredicting(_ model: Name, _ question: Name) -> Diagnostic {
        Diagnostic(
            .notALanguageModel, "`\(model.text)` is an encoder: it says nothing of what follows a text", at: question.span,
            hints: [Hint("what it can be asked is `embed(\(model.text), text)`")])
    }

    fileprivate static func replyLength(_ tokens: Int, at span: Span) -> Diagnostic {
        Diagnostic(.dimensionSize, "a reply has 1 to 1024 tokens, not \(tokens)", at: span)
    }
}
