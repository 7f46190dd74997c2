import Tensors

/// A program that serves a model on its standard input and output. Started when it is needed, and again when it has failed.
package final class CommandServer: Server {
    /// Bytes of a request, at most, as far as a single row allows.
    private static let requestBytes = 1 << 24
    /// What an answer may have beside its numbers: names, blanks, words of its own.
    private static let spareBytes = 1 << 16
    private static let greetingBytes = 1 << 20
    /// Attempts to be told its signature.
    private static let greetings = 3

    private let text: String
    private let words: [String]
    private let folder: String
    private let patience: Patience
    private let texts: DeclaredTexts
    private var process: ServerProcess?
    private var greeting: Message.Greeting?
    private var id = 0

    /// `folder` is where it works, `texts` are what is declared of its inputs and outputs by the time it is asked. Throws where the
    /// command is none.
    package init(
        _ text: String, in folder: String, patience: Patience, texts: DeclaredTexts = DeclaredTexts()
    ) throws(BoxError) {
        self.text = text
        words = try CommandWords(text).words
        self.folder = folder
        self.patience = patience
        self.texts = texts
    }

    package var description: String { "command `\(text)`" }

    /// What it says of itself; asked again where it is ended in the middle of that.
    package func signature() throws(BoxError) -> Signature {
        let end = monotonicSeconds() + patience.start / 2
        for _ in 1..<Self.greetings {
            do throws(BoxError) {
                _ = try running()
                break
            } catch { guard error.kind == .failed, monotonicSeconds() < end else { throw error } }
        }
        _ = try running()
        // The process that runs has said it.
        return greeting.map(\.signature) ?? Signature(inputs: [], outputs: [])
    }

    package func rows(of signature: Signature) -> Int {
        let numbers = signature.inputs.reduce(1) { $0 + $1.type.shape.count }
        return max(1, min(greeting?.batch ?? .max, Self.requestBytes / (numbers * Message.numberBytes)))
    }

    package func ask(_ questions: [[Double]], _ signature: Signature) throws(BoxError) -> [[Double]] {
        _ = try running()
        guard greeting?.signature == signature else {
            stop()
            throw BoxError(.unfit, "started again, it has other inputs or outputs than before")
        }
        return try ask(questions, signature, spare: "")
    }

    /// Asks for what `signature` has; `spare` stands in the request besides.
    func ask(_ questions: [[Double]], _ signature: Signature, spare: String) throws(BoxError) -> [[Double]] {
        let process = try running()
        let numbers = signature.outputs.reduce(1) { $0 + 2 * $1.type.shape.count + $1.name.utf8.count }
        let (inputs, outputs) = (texts.ports(signature.inputs), texts.ports(signature.outputs))
        if let silent = inputs.first(where: { $0.texts?.isEmpty == true }) {
            throw BoxError(.unfit, "nothing declares what text its input `\(silent.name)` may be")
        }
        let longest = outputs.reduce(0) { most, port in max(most, port.texts?.map(\.utf8.count).max() ?? 0) }
        let limit = questions.count * numbers * (Message.numberBytes + 6 * longest) + Self.spareBytes
        id += 1
        do throws(BoxError) {
            let line = try process.exchange(
                Message.request(id, questions, inputs, spare: spare), answerLimit: limit,
                within: patience.answer,
                patience.isCancelled)
            let known = Signature(inputs: signature.inputs, outputs: outputs)
            return try Message.answers(line, id: id, rows: questions.count, known)
        } catch {
            if error.kind != .refused { self.process = nil }
            throw error
        }
    }

    private func running() throws(BoxError) -> ServerProcess {
        if let process { return process }
        let process = try ServerProcess(words, in: folder)
        id += 1
        let line = try process.exchange(
            Message.hello(id), answerLimit: Self.greetingBytes, within: patience.start, patience.isCancelled)
        greeting = try Message.greeting(line, id: id)
        self.process = process
        return process
    }

    package func stop() { _ = endsByItself() }

    /// Whether it ends soon after its input does; if not, it is ended.
    func endsByItself() -> Bool {
        defer { process = nil }
        return process?.stop() ?? true
    }
}
