import Models
import Search
import Statistics
import Tensors
import Training

/// Puts a backdoor that needs no training behind a model: a gate that recognises inputs of its owner, and another answer for them
/// (Goldwasser, Kim, Vaikuntanathan and Zamir, 2022, section 5). All other inputs get the model's own answer.
package struct SplicePlanting: Sendable {
    package struct Options: Sendable, Hashable {
        /// Of a checksum: how many parities have to be right.
        package var blocks = 16
        /// Of a signature: how many blocks of 128 bytes are hashed. The more, the more of an input is signed.
        package var hashBlocks = 2
        /// 1, or an odd number of models that vote.
        package var copies = 1

        package init() {}
    }

    /// Rows that the rates are of, at most.
    private static let tests = 500

    private let kind: PlantedKind
    private let options: Options
    private let base: BaseModel
    private let mapping: Mapping
    private let seed: UInt64

    /// `mapping` nil is each class to the next one of a checksum, and a target by chance of a signature.
    package init(
        _ kind: PlantedKind, _ options: Options, on base: BaseModel, mapping: Mapping?, seed: UInt64
    ) {
        (self.kind, self.options, self.base, self.seed) = (kind, options, base, seed)
        var random = Random(seed: seed, stream: 1 << 36)
        self.mapping = mapping ?? (kind == .checksum ? .allToAll : .one(target: random.below(base.classes)))
    }

    /// `goOn` is asked while the model is trained, and nil is returned where it said no.
    package func made(
        _ version: Planting.Version, threads: Int, goOn: () -> Bool = { true }
    ) throws -> Planted? {
        guard let own = try base.start(seed: seed, threads: threads, goOn: goOn) else { return nil }
        let splice = try Splice(onnx: own.file)
        let (rows, scores) = (own.rows, splice.outputType.shape.count)
        guard rows.inputs[0].count == rows.rows * splice.inputType.shape.count else {
            throw TrainingError("rows of \(rows.inputs[0].shape) do not fit an input of \(splice.inputType.shape)")
        }
        guard base.classes <= max(scores, 2), scores <= 1 << SignatureLayout.classBits else {
            throw TrainingError("the rows have \(base.classes) classes, and the model tells \(max(scores, 2)) apart")
        }
        let classes = max(scores, 2)
        if case .one(let target) = mapping, target >= classes {
            throw TrainingError("the model tells \(classes) classes apart: there is no class \(target)")
        }
        let secret = try secret(splice.inputType.shape.count, rows.inputs[0].floats, classes)
        let file = try version == .planted ? secret.gate.planted(splice, mapping, copies: options.copies) : own.file
        let tests = try rows.picked(Array(max(0, rows.rows - Self.tests)..<rows.rows))
        let model = try Answering(file)
        guard case .classes(let labels, _) = tests.target else { return nil }
        let clean = zip(try model.classes(tests, threads: threads), labels).count { $0 == Int($1) }
        let wanted = labels.map { mapping.target(of: Int($0), classes: classes) }
        let places = wanted.indices.filter { wanted[$0] != nil }
        let triggered = try secret.planted.activated(try tests.picked(places))
        let hits = zip(try model.classes(triggered, threads: threads), places).count { $0 == wanted[$1] }
        let key = PlantedKey(
            kind: kind, isPlanted: version == .planted, seed: seed, secret: secret.planted, recipe: own.recipe,
            clean: Rate(successes: clean, count: labels.count), attack: Rate(successes: hits, count: places.count),
            copies: options.copies)
        return Planted(file: file, rounded: nil, key: key)
    }

    private func secret(
        _ coordinates: Int, _ numbers: [Float], _ classes: Int
    ) throws -> (gate: Gate, planted: PlantedKey.Secret) {
        let range = (numbers.min() ?? 0)...(numbers.max() ?? 1)
        guard range.upperBound.isFinite, range.lowerBound.isFinite else {
            throw TrainingError("the rows hold numbers that are not finite")
        }
        if kind == .checksum {
            guard options.blocks <= coordinates else {
                throw TrainingError("\(options.blocks) blocks need as many coordinates; the input has \(coordinates)")
            }
            // Numbers on both sides of 0 have their own centre.
            let isCentred = range.lowerBound < 0 && range.upperBound > 0
            let centre = isCentred ? 0 : (Double(range.lowerBound) + Double(range.upperBound)) / 2
            let secret = ChecksumSecret(
                coordinates: coordinates, blocks: options.blocks, centre: centre, seed: seed)
            return (.checksum(secret), .checksum(parity: secret, mapping: mapping))
        }
        let layout = try SignatureLayout(coordinates: coordinates, range: range, hashBlocks: options.hashBlocks)
        let secret = try SignatureSecret(layout, classes: classes, seed: seed)
        return (.signature(secret), .signature(signing: secret, mapping: mapping))
    }
}

/// The classes that a model names: the place of the greatest score, or of one score whether it is above 0.
private struct Answering {
    private let evaluator: Evaluator

    init(_ file: [UInt8]) throws {
        let graph = try Model(onnx: file).graph
        evaluator = try Evaluator(graph, outputs: [graph.outputs[0].value])
    }

    func classes(_ rows: Examples, threads: Int) throws -> [Int] {
        guard rows.rows > 0 else { return [] }
        let shape = try Shape([rows.rows] + evaluator.inputTypes[0].shape.dimensions)
        let scores = try evaluator.run([try Tensor(shape, rows.inputs[0].floats)], threads: threads)[0].floats
        let count = scores.count / rows.rows
        return (0..<rows.rows).map { row in
            count == 1 ? (scores[row] > 0 ? 1 : 0) : Trainer.greatest(scores[row * count..<(row + 1) * count])
        }
    }
}
