import LanguageModels
import Recipes
import Tensors
import Training

/// A small language model in training.
struct LanguageTraining {
    /// Tokens, and those among them that are to be predicted from what stands before.
    struct Sequence: Sendable {
        let tokens: [Int32]
        let wanted: Range<Int>
    }

    let network: LanguageNetwork
    let lexicon: Lexicon
    private let run: TrainingRun

    /// `onnx` nil begins with random weights.
    init(
        _ network: LanguageNetwork, _ lexicon: Lexicon, onnx: [UInt8]? = nil, rate: Double, steps: Int, batch: Int,
        seed: UInt64, threads: Int
    ) throws {
        (self.network, self.lexicon) = (network, lexicon)
        var options = Trainer.Options(
            loss: .crossEntropy, optimiser: .adamW(beta1: 0.9, beta2: 0.98, epsilon: 1e-8, decay: 0.01), rate: rate)
        options.schedule = Schedule(.cosine, warmUp: max(1, steps / 20))
        (options.batch, options.seed, options.threads) = (batch, seed, threads)
        run = try TrainingRun(
            onnx: onnx ?? network.onnx(seed: seed), options, width: network.length * network.tokens,
            positions: network.length)
    }

    /// False where `goOn`, asked after every step, said no.
    func take(_ steps: Int, over sequences: [Sequence], goOn: () -> Bool) throws -> Bool {
        let rows = try run.trainer.prepare(try examples(sequences))
        return try run.trainer.run(rows, steps: steps, report: { _, _ in goOn() })
    }

    func onnx() throws -> [UInt8] { try run.file() }

    private func examples(_ sequences: [Sequence]) throws -> Examples {
        var (tokens, classes) = ([Int64](), [Int32]())
        for sequence in sequences {
            for place in 0..<network.length {
                tokens.append(place < sequence.tokens.count ? Int64(sequence.tokens[place]) : 0)
                classes.append(sequence.wanted.contains(place + 1) ? sequence.tokens[place + 1] : -1)
            }
        }
        return try Examples(
            inputs: [try Tensor(Shape([sequences.count, network.length]), tokens)],
            target: .sequences(classes, positions: network.length, count: network.tokens))
    }

    /// The model as a GGUF file of the architecture llama.
    func gguf(name: String) throws -> [UInt8] {
        var file = GGUFWriter()
        file.text("general.architecture", "llama")
        file.text("general.name", name)
        for (key, number) in [
            ("block_count", network.layers), ("embedding_length", network.width),
            ("attention.head_count", network.heads), ("attention.head_count_kv", network.heads),
            ("feed_forward_length", network.hidden), ("context_length", network.length),
            ("vocab_size", network.tokens), ("rope.dimension_count", network.width / network.heads),
        ] { file.integer("llama." + key, number) }
        file.real("llama.attention.layer_norm_rms_epsilon", network.epsilon)
        file.real("llama.rope.freq_base", Float(network.base))
        lexicon.write(to: &file)
        for (name, tensor) in try run.named().sorted(by: { $0.key < $1.key }) where network.weights.contains(name) {
            let isTable = name == "token_embd.weight"
            if tensor.shape.dimensions.count == 2 && !isTable {
                file.tensor(name, tensor.shape.dimensions.reversed(), tensor.transposed)
            } else {
                file.tensor(name, tensor.shape.dimensions, tensor.floats)
            }
        }
        return file.bytes()
    }
}

extension Tensor {
    /// The numbers of a matrix, column after column.
    fileprivate var transposed: [Float] {
        let (rows, columns, numbers) = (shape.dimensions[0], shape.dimensions[1], floats)
        return (0..<columns).flatMap { column in (0..<rows).map { numbers[$0 * columns + column] } }
    }
}
