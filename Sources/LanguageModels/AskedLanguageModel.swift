import ChatTemplates
import Synchronization
import Texts
import Tokenizers

/// A language model as specs ask it: texts go through its tokenizer, special tokens by their names among them.
///
/// What follows a text is tokenized for itself: between a context and a target there is always a border of tokens.
package final class AskedLanguageModel: AskedModel {
    package let name: String
    package let model: LanguageModel
    package let longestToken: Int
    private let plain: PlainTokens
    private let template: Result<ChatTemplate, TemplateError>?
    /// What the tokenizer puts before texts, as a template may write it too.
    private let beginning: [UInt32]
    private let calls = Atomic<Int>(0)
    private let failed = Mutex<String?>(nil)

    /// Margins below it may be rounding's: other sums of the same products differ by about so much.
    package static let rounding: Float = 1e-3

    package init(_ name: String, _ model: LanguageModel) {
        (self.name, self.model) = (name, model)
        plain = PlainTokens(model.tokenizer)
        let tokenizer = model.tokenizer
        template = model.chat.map { source in
            Result { () throws(TemplateError) in try source.template() }
        }
        beginning = CodePoints.of(String(decoding: tokenizer.decode(tokenizer.prefix), as: UTF8.self))
        longestToken =
            (0..<Int32(tokenizer.count)).map { id in tokenizer.decode([id]).count(where: { $0 & 0xC0 != 0x80 }) }
            .max() ?? 1
    }

    package var plainTokenCount: Int { plain.ids.count }
    package var longestPlainToken: Int { plain.longestText }
    package var closeCalls: Int { calls.load(ordering: .relaxed) }
    package var embeddingWidth: Int { model.configuration.width }
    package var predicts: Bool { !model.configuration.seesBothWays }

    /// Why a question was not answered that could have been: then answers are worth nothing. nil where all were.
    package var failure: String? { failed.withLock { $0 } }

    /// nil where there is not the memory for it.
    private func answer<Answer>(_ body: () throws(LanguageModelError) -> Answer) -> Answer? {
        do throws(LanguageModelError) { return try body() } catch {
            failed.withLock { $0 = $0 ?? "language model `\(name)`: \(error)" }
            return nil
        }
    }

    private func encoded(_ text: [UInt32], _ frame: Tokenizer.Frame) -> [Int32]? {
        try? model.tokenizer.encode(CodePoints.text(text), frame)
    }

    /// The tokens before a target: with the frame's beginning, without its end.
    private func context(_ text: [UInt32]) -> [Int32]? {
        encoded(text, .bare).map { model.tokenizer.prefix + $0 }
    }

    package func logProbabilities(_ questions: [(target: [UInt32], context: [UInt32])]) -> [Double] {
        ask(
            questions.map { question in
                guard let context = context(question.context), let target = encoded(question.target, .bare) else {
                    return nil
                }
                return LanguageModel.Continuation(context: context, target: target)
            })
    }

    package func perplexities(_ texts: [[UInt32]]) -> [Double] {
        let continuations = texts.map { text -> LanguageModel.Continuation? in
            guard let tokens = context(text) else { return nil }
            let start = max(model.tokenizer.prefix.count, 1)
            guard tokens.count > start else { return nil }
            return .init(context: Array(tokens.prefix(start)), target: Array(tokens.dropFirst(start)))
        }
        return zip(ask(continuations), continuations).map { sum, continuation in
            exponential(-sum / Double(continuation?.target.count ?? 1))
        }
    }

    /// NaN where there is no question, or it does not fit.
    private func ask(_ continuations: [LanguageModel.Continuation?]) -> [Double] {
        let sound = continuations.indices.filter { index in
            guard let one = continuations[index], !one.context.isEmpty, !one.target.isEmpty else { return false }
            return model.fits(one.context.count + one.target.count)
        }
        var answers = Array(repeating: Double.nan, count: continuations.count)
        let found = answer { () throws(LanguageModelError) in
            try model.logProbabilities(sound.map { continuations[$0]! })
        }
        for (index, answer) in zip(sound, found ?? []) { answers[index] = answer }
        return answers
    }

    package func chat(user: [UInt32], system: [UInt32]?) throws -> [UInt32] {
        guard let template else { throw LanguageModelError("its files have no chat template") }
        var messages = [ChatTemplate.Message(role: "user", content: user)]
        if let system { messages.insert(.init(role: "system", content: system), at: 0) }
        let text = try template.get().rendered(messages)
        // What the tokenizer puts there again when the text is asked about.
        return !beginning.isEmpty && text.starts(with: beginning) ? Array(text.dropFirst(beginning.count)) : text
    }

    package func embeddings(_ texts: [[UInt32]]) -> [[Double]?] {
        let frame: Tokenizer.Frame = predicts ? .bare : .framed
        let tokens = texts.map { text in encoded(text, frame).map { predicts ? model.tokenizer.prefix + $0 : $0 } }
        let sound = tokens.indices.filter { model.fits(tokens[$0]?.count ?? 0) }
        let found = answer { () throws(LanguageModelError) in try model.embeddings(sound.map { tokens[$0] ?? [] }) }
        var answers = [[Double]?](repeating: nil, count: texts.count)
        for (index, numbers) in zip(sound, found ?? []) { answers[index] = numbers.map(Double.init) }
        return answers
    }

    package func next(_ texts: [[UInt32]]) -> [[UInt32]?] {
        let contexts = texts.map { context($0) }
        let sound = contexts.indices.filter { model.fits(contexts[$0]?.count ?? 0) }
        var answers = [[UInt32]?](repeating: nil, count: texts.count)
        let found = answer { () throws(LanguageModelError) in try model.next(sound.map { contexts[$0] ?? [] }) }
        for (index, answer) in zip(sound, found ?? []) {
            note(answer.margin)
            answers[index] = text([answer.token])
        }
        return answers
    }

    package func reply(to text: [UInt32], tokens: Int) -> (text: [UInt32], margin: Double)? {
        guard let prompt = context(text), model.fits(prompt.count),
            let reply = answer({ () throws(LanguageModelError) in try model.reply(to: prompt, tokens: tokens) })
        else { return nil }
        note(reply.smallestMargin)
        return (self.text(reply.tokens), Double(reply.smallestMargin))
    }

    private func note(_ margin: Float) {
        if margin < Self.rounding { calls.add(1, ordering: .relaxed) }
    }

    /// Bytes that are no UTF-8 become replacement characters.
    private func text(_ ids: [Int32]) -> [UInt32] {
        CodePoints.of(String(decoding: model.tokenizer.decode(ids), as: UTF8.self))
    }

    // MARK: plain tokens

    package func text(ofTokens places: [Int]) -> [UInt32]? {
        let ids = places.map { plain.ids[$0] }
        guard let text = model.tokenizer.text(ids) else { return nil }
        let codePoints = CodePoints.of(text)
        return encoded(codePoints, .bare) == ids ? codePoints : nil
    }

    package func tokens(of text: [UInt32]) -> [Int]? {
        guard let ids = encoded(text, .bare) else { return nil }
        let places = ids.map { Int(plain.places[Int($0)]) }
        return places.contains(-1) ? nil : places
    }

    package func identifiers(of places: [Int]) -> [Int] { places.map { Int(plain.ids[$0]) } }

    package var hasSlopes: Bool { model.hasGradient }

    package func continuations(of places: [Int], behind text: [UInt32]) -> [Float]? {
        guard let before = context(text) else { return nil }
        let tokens = before + places.map { plain.ids[$0] }
        guard model.fits(tokens.count) else { return nil }
        let logits = answer { () throws(LanguageModelError) in try model.logits(behind: tokens) }
        return logits.map { logits in plain.ids.map { logits[Int($0)] } }
    }

    package func slopes(
        of places: [Int], between texts: (before: [UInt32], after: [UInt32]), target: [UInt32]
    ) -> [Float]? {
        guard let before = context(texts.before), let after = encoded(texts.after, .bare),
            let target = encoded(target, .bare), !places.isEmpty, !target.isEmpty, !(before.isEmpty && places.isEmpty)
        else { return nil }
        let ids = places.map { plain.ids[$0] }
        let continuation = LanguageModel.Continuation(context: before + ids + after, target: target)
        guard model.fits(continuation.context.count + target.count),
            let slopes = try? model.slopes(of: continuation, watched: before.count..<before.count + ids.count)
        else { return nil }
        let vocabulary = model.configuration.vocabulary
        var result: [Float] = []
        result.reserveCapacity(places.count * plain.ids.count)
        for row in places.indices {
            let own = slopes.scores[row * vocabulary + Int(ids[row])]
            for id in plain.ids { result.append(slopes.scores[row * vocabulary + Int(id)] - own) }
        }
        return result
    }
}
