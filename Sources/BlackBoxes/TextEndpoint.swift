import FoundationEssentials
import Glibc
import Tensors
import Texts

/// An address of a language model in the form that OpenAI gave it and most servers speak: `.../chat/completions`, or
/// `.../completions` without turns. A prompt is one input of code points, the reply an output of them; both end before the
/// first negative number. A Real beside the reply is the sum of its tokens' log-probabilities, where the server gives them.
struct TextEndpoint {
    private enum Kind { case chat, plain }

    private let kind: Kind
    /// The server's name of the model, which stands behind the `#` of the address; nil where it has one alone.
    private let model: String?

    /// nil for an address of another kind.
    init?(_ url: URL) {
        guard url.path.hasSuffix("/completions") else { return nil }
        kind = url.path.hasSuffix("/chat/completions") ? .chat : .plain
        model = url.fragment(percentEncoded: false)
    }

    /// Throws where a declaration is none for a language model.
    func check(_ signature: Signature) throws(BoxError) {
        let texts = (signature.inputs + signature.outputs.prefix(1)).allSatisfy {
            $0.type.element == .int64 && $0.type.shape.rank == 1 && $0.texts == nil
        }
        let rest = signature.outputs.dropFirst()
        guard texts, signature.inputs.count == 1, rest.count <= 1,
            rest.allSatisfy({ $0.type.element == .float64 && $0.type.shape.rank == 0 })
        else {
            throw BoxError(
                .unfit,
                "an address of a language model is declared as `(prompt: Text[0..200]) -> (reply: Text[0..400])`, with `logprob: Real` "
                    + "behind the reply where it is wanted")
        }
    }

    /// The most bytes that an answer may have: every code point and every token may be told of twice, with words around it.
    func answerLimit(_ signature: Signature) -> Int { (1 << 18) + 1024 * signature.outputs[0].type.shape.count }

    /// What is posted for one question. Throws where it holds what is no code point.
    func request(_ question: [Double], _ signature: Signature) throws(BoxError) -> [UInt8] {
        var prompt = String.UnicodeScalarView()
        for number in question.prefix(while: { $0 >= 0 }) {
            guard let code = UInt32(exactly: number), let scalar = Unicode.Scalar(code) else {
                throw BoxError(.refused, "\(number) in a prompt is no code point")
            }
            prompt.append(scalar)
        }
        let quoted = String(decoding: Message.quoted(String(prompt)), as: UTF8.self)
        var members = model.map { ["\"model\":" + String(decoding: Message.quoted($0), as: UTF8.self)] } ?? []
        members.append(
            kind == .chat ? "\"messages\":[{\"role\":\"user\",\"content\":\(quoted)}]" : "\"prompt\":\(quoted)")
        members += ["\"max_tokens\":\(signature.outputs[0].type.shape.count)", "\"temperature\":0", "\"stream\":false"]
        if signature.outputs.count > 1 { members.append("\"logprobs\":" + (kind == .chat ? "true" : "1")) }
        return Array("{\(members.joined(separator: ","))}".utf8)
    }

    /// The numbers of all outputs.
    func answer(_ body: [UInt8], _ signature: Signature) throws(BoxError) -> [Double] {
        var (reply, total, isComplete): (String?, Double?, Bool) = (nil, nil, false)
        var scanner = JSONScanner(body)
        try scanner.object { (name, scanner) throws(BoxError) in
            guard name == "choices" else { return try scanner.skip() }
            try scanner.array { (scanner) throws(BoxError) in
                guard !isComplete else { return try scanner.skip() }
                try scanner.object { (name, scanner) throws(BoxError) in
                    switch name {
                    case "text": reply = try scanner.string()
                    case "message": reply = try content(&scanner)
                    case "logprobs": total = try logProbability(&scanner)
                    default: try scanner.skip()
                    }
                }
                isComplete = true
            }
        }
        try scanner.expectEnd()
        guard let reply else { throw .rubbish("it has no reply", in: body) }
        let (codes, room) = (CodePoints.of(reply), signature.outputs[0].type.shape.count)
        guard codes.count <= room else {
            throw BoxError(
                .refused, "a reply has \(codes.count) code points, and Int[\(room)] is declared: declare a longer one")
        }
        let padded = CodePoints.numbers(codes, count: room)
        guard signature.outputs.count > 1 else { return padded }
        guard let total else { throw BoxError(.unfit, "it gives no log-probabilities: leave `logprob` out") }
        return padded + [total]
    }

    private func content(_ scanner: inout JSONScanner) throws(BoxError) -> String? {
        var text: String?
        try scanner.object { (name, scanner) throws(BoxError) in
            if name == "content", scanner.peek() == UInt8(ascii: "\"") {
                text = try scanner.string()
            } else {
                try scanner.skip()
            }
        }
        return text
    }

    /// `{"content":[{"logprob":-0.5},...]}` of chats, `{"token_logprobs":[-0.5,...]}` of others; nil where it is neither.
    private func logProbability(_ scanner: inout JSONScanner) throws(BoxError) -> Double? {
        guard scanner.peek() == UInt8(ascii: "{") else {
            try scanner.skip()
            return nil
        }
        var total: Double?
        try scanner.object { (name, scanner) throws(BoxError) in
            guard name == "content" || name == "token_logprobs", scanner.peek() == UInt8(ascii: "[") else {
                return try scanner.skip()
            }
            var sum = 0.0
            try scanner.array { (scanner) throws(BoxError) in
                guard name == "content" else {
                    sum += try scanner.number()
                    return
                }
                try scanner.object { (name, scanner) throws(BoxError) in
                    if name == "logprob" { sum += try scanner.number() } else { try scanner.skip() }
                }
            }
            total = sum
        }
        return total
    }
}
