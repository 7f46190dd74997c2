/// A language model of random weights, small enough for tests, as the bytes of a GGUF file.
///
/// Its tokens are the 256 bytes, a few merges and two signs; the same seed gives the same bytes.
package struct TinyLanguageModel {
    package var architecture = "llama"
    package var layers = 2
    package var width = 32
    package var heads = 4
    package var keyHeads = 2
    package var feedForward = 96
    package var context = 256
    package var isTied = false
    /// Of the matrices of the layers: 0 is F32, 3 is Q4_1.
    package var format: UInt32 = 0
    package var seed: UInt64 = 1
    /// Added to one row of the embeddings, by its number.
    package var nudge: (row: Int, by: [Float])?

    package static let merges = ["t h", "i n", "e r", "Ġ t", "th e", "Ġ a", "o u", "Ġ the", "Ġ w", "Ġ n", "o n"]
    package static let signs = ["<|start|>", "<|end|>"]

    package init() {}

    package var vocabulary: Int { 256 + Self.merges.count + Self.signs.count }

    /// The letters of the alphabet of bytes.
    static let letters: [String] = {
        var next: UInt32 = 256
        return (0..<256).map { (byte: Int) -> String in
            let isPlain = (33...126).contains(byte) || (161...172).contains(byte) || (174...255).contains(byte)
            if isPlain { return String(Unicode.Scalar(UInt32(byte))!) }
            defer { next += 1 }
            return String(Unicode.Scalar(next)!)
        }
    }()

    package var bytes: [UInt8] {
        var entries = Entries()
        entries.text("general.architecture", architecture)
        entries.text("general.name", "tiny")
        for (name, number) in [
            ("block_count", layers), ("embedding_length", width), ("attention.head_count", heads),
            ("attention.head_count_kv", keyHeads), ("feed_forward_length", feedForward), ("context_length", context),
        ] { entries.integer("\(architecture).\(name)", UInt32(number)) }
        entries.real("\(architecture).attention.layer_norm_rms_epsilon", 1e-5)
        entries.text("tokenizer.ggml.model", "gpt2")
        entries.text("tokenizer.ggml.pre", "smollm")
        let merged = Self.merges.map { $0.filter { $0 != " " } }
        entries.texts("tokenizer.ggml.tokens", Self.letters + merged + Self.signs)
        entries.integers(
            "tokenizer.ggml.token_type", Array(repeating: 1, count: 256 + merged.count) + [3, 3])
        entries.texts("tokenizer.ggml.merges", Self.merges)
        entries.integer("tokenizer.ggml.eos_token_id", UInt32(vocabulary - 1))
        return file(entries)
    }

    private func file(_ entries: Entries) -> [UInt8] {
        var (described, data, random) = (Bytes(), Bytes(), Random(state: seed))
        let tensors = tensors
        for (name, rows, columns) in tensors {
            described.text(name)
            described.number(UInt32(rows == 0 ? 1 : 2))
            described.number(UInt64(columns))
            if rows > 0 { described.number(UInt64(rows)) }
            let isPlain = format == 0 || rows == 0 || columns % 32 != 0 || !name.hasPrefix("blk")
            described.number(isPlain ? 0 : format)
            described.number(UInt64(data.bytes.count))
            if isPlain {
                for number in numbers(of: (name, rows, columns), &random) { data.number(number.bitPattern) }
            } else {
                for _ in 0..<rows * columns / 32 {
                    data.number(Float16(0.05).bitPattern)
                    data.number(Float16(-0.375).bitPattern)
                    for _ in 0..<16 { data.bytes.append(UInt8(truncatingIfNeeded: random.bits() >> 20)) }
                }
            }
            while data.bytes.count % 32 != 0 { data.bytes.append(0) }
        }
        var all = Bytes()
        all.bytes = Array("GGUF".utf8)
        all.number(UInt32(3))
        all.number(UInt64(tensors.count))
        all.number(UInt64(entries.count))
        all.bytes += entries.bytes.bytes + described.bytes
        while all.bytes.count % 32 != 0 { all.bytes.append(0) }
        return all.bytes + data.bytes
    }

    private func numbers(of tensor: (name: String, rows: Int, columns: Int), _ random: inout Random) -> [Float] {
        let (name, rows, columns) = tensor
        return (0..<max(rows, 1) * columns).map { place in
            var number = rows == 0 ? 1 + random.next(0.1) : random.next(1.5 / Float(columns).squareRoot())
            if name == "token_embd.weight", let nudge, place / columns == nudge.row {
                number += nudge.by[place % columns]
            }
            return number
        }
    }

    /// The same weights as plain numbers, in the order of the file.
    package var weights: [(name: String, shape: [Int], numbers: [Float])] {
        var random = Random(state: seed)
        return tensors.map { tensor in
            let shape = tensor.rows == 0 ? [tensor.columns] : [tensor.rows, tensor.columns]
            return (tensor.name, shape, numbers(of: tensor, &random))
        }
    }

    /// Rows are 0 for vectors.
    private var tensors: [(name: String, rows: Int, columns: Int)] {
        let shared = width / heads * keyHeads
        var all = [("token_embd.weight", vocabulary, width), ("output_norm.weight", 0, width)]
        if !isTied { all.append(("output.weight", vocabulary, width)) }
        for layer in 0..<layers {
            let parts = [
                ("attn_norm", 0, width), ("attn_q", width, width), ("attn_k", shared, width), ("attn_v", shared, width),
                ("attn_output", width, width), ("ffn_norm", 0, width), ("ffn_gate", feedForward, width),
                ("ffn_up", feedForward, width), ("ffn_down", width, feedForward),
            ]
            all += parts.map { ("blk.\(layer).\($0.0).weight", $0.1, $0.2) }
        }
        return all
    }
}

private struct Bytes {
    var bytes: [UInt8] = []

    mutating func number<Number: FixedWidthInteger>(_ number: Number) {
        withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
    }

    mutating func text(_ text: String) {
        number(UInt64(text.utf8.count))
        bytes += text.utf8
    }
}

private struct Entries {
    var bytes = Bytes()
    var count = 0

    private mutating func start(_ name: String, _ type: UInt32) {
        bytes.text(name)
        bytes.number(type)
        count += 1
    }

    mutating func text(_ name: String, _ value: String) {
        start(name, 8)
        bytes.text(value)
    }

    mutating func integer(_ name: String, _ value: UInt32) {
        start(name, 4)
        bytes.number(value)
    }

    mutating func real(_ name: String, _ value: Float) {
        start(name, 6)
        bytes.number(value.bitPattern)
    }

    mutating func texts(_ name: String, _ values: [String]) {
        start(name, 9)
        bytes.number(UInt32(8))
        bytes.number(UInt64(values.count))
        for value in values { bytes.text(value) }
    }

    mutating func integers(_ name: String, _ values: [Int32]) {
        start(name, 9)
        bytes.number(UInt32(5))
        bytes.number(UInt64(values.count))
        for value in values { bytes.number(value) }
    }
}

struct Random {
    var state: UInt64

    mutating func bits() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ state >> 33
    }

    /// Between -size and size.
    mutating func next(_ size: Float) -> Float { (Float(bits() >> 40) / 8_388_608 - 1) * size }
}
