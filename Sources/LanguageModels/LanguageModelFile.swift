import Datasets
import Kernels
import Tensors
import Tokenizers

/// A language model's files: read as far as to say what they hold.
package struct LanguageModelFile {
    package let configuration: Configuration
    package let tokenizer: Tokenizer
    /// The tensors by how their numbers are stored.
    package let formats: [(format: WeightFormat, tensors: Int, numbers: Int)]
    package let name: String?
    /// How the model is asked, where its files say so.
    let chat: ChatSource?
    package let parameters: Int
    /// The bytes that the weights take as they are laid out for the kernels.
    package let packedBytes: Int
    private let source: WeightSource

    /// A GGUF file. Valid while its bytes are.
    package init(gguf bytes: UnsafeRawBufferPointer) throws(LanguageModelError) {
        let file = try GGUFFile(bytes)
        try self.init(
            Configuration(file), Tokenizer(file), WeightSource(tensors: file.tensors), name: file.text("general.name"),
            ChatSource(file))
    }

    /// A folder's files. Valid while their bytes are.
    package init(_ folder: ModelFolder) throws(LanguageModelError) {
        let config = try ConfigFile(try JsonValue(named: "config.json", folder.config))
        var configuration = try config.configuration()
        if let pooling = folder.pooling {
            configuration.pooling = try Configuration.Pooling(try JsonValue(named: "the file of pooling", pooling))
        }
        var tensors: [String: StoredTensor] = [:]
        for (name, bytes) in folder.weights {
            let file: SafetensorsFile
            do throws(LanguageModelError) { file = try SafetensorsFile(bytes) } catch {
                throw LanguageModelError("\(name): \(error)")
            }
            for (key, tensor) in file.tensors where tensors.updateValue(tensor, forKey: key) != nil {
                throw LanguageModelError("two tensors `\(key)`")
            }
        }
        let names = TensorNames.of(config.architecture)
        try self.init(
            configuration, folder.tokenizer(config),
            names.source(tensors, layers: configuration.layers, isTied: config.isTied), name: nil, folder.chat())
    }

    private init(
        _ configuration: Configuration, _ tokenizer: Tokenizer, _ source: WeightSource, name: String?,
        _ chat: ChatSource?
    ) throws(LanguageModelError) {
        self.configuration = configuration
        self.tokenizer = tokenizer
        self.source = source
        self.name = name
        self.chat = chat
        guard tokenizer.count <= configuration.vocabulary else {
            throw LanguageModelError("\(tokenizer.count) tokens, but embeddings of \(configuration.vocabulary)")
        }
        var (counts, numbers): ([WeightFormat: Int], [WeightFormat: Int]) = ([:], [:])
        var packed = 0
        for tensor in source.tensors.values {
            counts[tensor.format, default: 0] += 1
            numbers[tensor.format, default: 0] += tensor.count
            packed += WeightMatrix.panels(tensor.rows) * gs_panel_bytes(tensor.format.kernel, tensor.columns)
        }
        formats = WeightFormat.allCases.compactMap { format in
            counts[format].map { (format, $0, numbers[format] ?? 0) }
        }
        parameters = source.tensors.values.reduce(0) { $0 + $1.count }
        packedBytes = packed
    }

    /// Whether slopes by tokens are known.
    package var hasGradient: Bool { Backward.isKnown(configuration) }

    /// Whether the files say how the model is asked.
    package var hasChatTemplate: Bool { chat != nil }

    /// The model, with its weights in memory: the bytes are needed no more. Throws before memory is taken that is not there.
    package func load(threads: Int) throws(LanguageModelError) -> LanguageModel {
        guard packedBytes <= MemoryLimit.bytes else {
            let needed = MemoryLimit.text(packedBytes)
            throw LanguageModelError(
                "its weights take \(needed), more than the limit of \(MemoryLimit.text(MemoryLimit.bytes))")
        }
        let team = Team(threads: threads)
        let loading = TransformerLoading(source: source, configuration: configuration, team: team)
        return LanguageModel(try loading.transformer(), tokenizer, chat, weightBytes: packedBytes, team)
    }
}
