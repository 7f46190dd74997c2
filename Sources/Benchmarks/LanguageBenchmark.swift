import ChatTemplates
import Foundation
import LanguageModels
import Tokenizers

/// Asks a language model, for measurements and for scripts that hold its answers against others'.
///
///     engine-benchmark language MODEL.gguf THREADS speed
///     engine-benchmark language MODEL.gguf THREADS logits OUT ID ...
///     engine-benchmark language MODEL.gguf THREADS embed OUT ID ...
///     engine-benchmark language MODEL.gguf THREADS reply COUNT ID ...
///     engine-benchmark language MODEL.gguf THREADS slopes OUT WATCHED TARGETS ID ...
///     engine-benchmark language MODEL.gguf THREADS tokens
///     engine-benchmark language TOKENIZER.json THREADS tokens
///     engine-benchmark language TEMPLATE THREADS chat
///
/// MODEL.gguf may be a folder with config.json, tokenizer.json and model.safetensors, too. `logits` writes float32 numbers, [ids][vocabulary]; `slopes` those by the one-hot tokens of the WATCHED ids before the last TARGETS,
/// and prints the logarithm and the seconds of one more call. `tokens` reads JSON texts, one a line, and prints ids. `chat` reads
/// messages and special tokens, a JSON object a line, and prints what the template makes of them.
enum LanguageBenchmark {
    static func run(_ arguments: [String]) throws {
        guard arguments.count >= 3, let threads = Int(arguments[1]) else { throw Usage() }
        let rest = Array(arguments.dropFirst(3))
        if arguments[2] == "chat" { return try chat(arguments[0]) }
        if arguments[0].hasSuffix(".json") {
            return try tokens(try bytes(arguments[0]).withUnsafeBytes { try TokenizerFile($0).tokenizer() })
        }
        let clock = ContinuousClock.now
        let model = try load(arguments[0], threads)
        let loading = ContinuousClock.now - clock
        let ids = rest.dropFirst().compactMap { Int32($0) }
        switch arguments[2] {
        case "tokens": try tokens(model.tokenizer)
        case "logits":
            let logits = try model.logits(ids)
            try logits.withUnsafeBytes { try Data($0).write(to: URL(fileURLWithPath: rest[0])) }
        case "reply":
            let reply = try model.reply(to: ids, tokens: Int(rest[0]) ?? 1)
            print(reply.tokens.map(String.init).joined(separator: " "), reply.smallestMargin)
        case "slopes":
            guard ids.count > 2, rest.count > 3 else { throw Usage() }
            let (watched, targets) = (Int(ids[0]), Int(ids[1]))
            let tokens = Array(ids.dropFirst(2))
            let context = Array(tokens.dropLast(targets))
            let continuation = LanguageModel.Continuation(context: context, target: Array(tokens.suffix(targets)))
            let range = context.count - watched..<context.count
            guard let slopes = try model.slopes(of: continuation, watched: range) else { throw Usage() }
            try slopes.scores.withUnsafeBytes { try Data($0).write(to: URL(fileURLWithPath: rest[0])) }
            print(slopes.logProbability, best(5) { _ = try? model.slopes(of: continuation, watched: range) })
        case "embed":
            let numbers = try model.embeddings([ids]).flatMap { $0 }
            try numbers.withUnsafeBytes { try Data($0).write(to: URL(fileURLWithPath: rest[0])) }
        case "speed":
            print("load \(loading)")
            speed(model)
        default: throw Usage()
        }
    }

    private struct Usage: Error {}

    private static func bytes(_ path: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
    }

    private static func load(_ path: String, _ threads: Int) throws -> LanguageModel {
        if path.hasSuffix(".gguf") {
            return try bytes(path).withUnsafeBytes { try LanguageModelFile(gguf: $0).load(threads: threads) }
        }
        let files = try ["config.json", "tokenizer.json", "model.safetensors"].map { try bytes("\(path)/\($0)") }
        return try files[0].withUnsafeBytes { config in
            try files[1].withUnsafeBytes { vocabulary in
                try files[2].withUnsafeBytes { weights in
                    try LanguageModelFile(
                        ModelFolder(
                            config: config, vocabulary: vocabulary, weights: [("model.safetensors", weights)])
                    ).load(threads: threads)
                }
            }
        }
    }

    private static func tokens(_ tokenizer: Tokenizer) throws {
        var output = ""
        while let line = readLine() {
            let text = try JSONDecoder().decode(String.self, from: Data(line.utf8))
            output += try tokenizer.encode(text, .bare).map(String.init).joined(separator: " ") + "\n"
        }
        print(output, terminator: "")
    }

    private struct Conversation: Decodable {
        struct Message: Decodable { let role, content: String }
        let messages: [Message]
        let signs: [String: String]
    }

    private static func chat(_ path: String) throws {
        let text = String(decoding: try bytes(path), as: UTF8.self)
        while let line = readLine() {
            let asked = try JSONDecoder().decode(Conversation.self, from: Data(line.utf8))
            let messages = asked.messages.map {
                ChatTemplate.Message(role: $0.role, content: $0.content.unicodeScalars.map(\.value))
            }
            var answer: [String: String]
            do {
                var scalars = String.UnicodeScalarView()
                for code in try ChatTemplate(text, signs: asked.signs).rendered(messages) {
                    scalars.append(Unicode.Scalar(code) ?? "?")
                }
                answer = ["text": String(scalars)]
            } catch { answer = ["error": "\(error)"] }
            print(String(decoding: try JSONEncoder().encode(answer), as: UTF8.self))
        }
    }

    private static func speed(_ model: LanguageModel) {
        func ids(_ count: Int, _ seed: Int) -> [Int32] { (0..<count).map { Int32(($0 * 7919 + seed) % 40000 + 100) } }
        for round in 0..<5 {
            let prompt = best(1) { _ = try? model.next([ids(512, round * 17)]) }
            print("prompt", 512 / prompt)
            let begin = ids(16, round)
            let short = best(1) { _ = try? model.reply(to: begin, tokens: 1) }
            var count = 0
            let long = best(1) { count = (try? model.reply(to: begin, tokens: 128).tokens.count) ?? 0 }
            print("generation", Double(count - 1) / (long - short), count)
            let prefix = ids(64, round)
            _ = try? model.next([prefix + [1, 2], prefix + [2, 3]])
            let candidates = (0..<256).map {
                LanguageModel.Continuation(context: prefix + ids(8, 1000 * $0 + round), target: [5])
            }
            print("candidates", 256 / best(1) { _ = try? model.logProbabilities(candidates) })
        }
        var usage = rusage()
        getrusage(Int32(RUSAGE_SELF.rawValue), &usage)
        print("memory MB", usage.ru_maxrss / 1024)
    }

    private static func best(_ times: Int, _ body: () -> Void) -> Double {
        (0..<times).map { _ in
            let start = ContinuousClock.now
            body()
            let time = ContinuousClock.now - start
            return Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
        }.min()!
    }
}
