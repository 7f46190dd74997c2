import Foundation
import Models
import Recipes
import Tensors
import Testing
import Training

@testable import Attackers

/// Backdoors put behind a model: what is not activated is told as before, bit by bit, and what is is told as the key says.
@Suite struct SpliceTests {
    /// An untrained network is as good as any: what it says is what counts.
    private static func base() throws -> (file: [UInt8], rows: Examples) {
        let network = Architecture.mlp(input: [1, 8, 8], hidden: [16], outputs: 10, activation: .relu)
        return (try network.onnx(seed: 4), try ImageWorld.clean(60, side: 8, seed: 3))
    }

    /// A model that is read once.
    private struct Scorer {
        private let evaluator: Evaluator

        init(_ file: [UInt8]) throws {
            let graph = try Model(onnx: file).graph
            evaluator = try Evaluator(graph, outputs: [graph.outputs[0].value])
        }

        func scores(_ rows: Examples) throws -> [[Float]] {
            let shape = try Shape([rows.rows] + evaluator.inputTypes[0].shape.dimensions)
            let all = try evaluator.run([try Tensor(shape, rows.inputs[0].floats)], threads: 2)[0].floats
            let count = all.count / rows.rows
            return (0..<rows.rows).map { Array(all[$0 * count..<($0 + 1) * count]) }
        }
    }

    private static func scores(_ file: [UInt8], _ rows: Examples) throws -> [[Float]] {
        try Scorer(file).scores(rows)
    }

    private static let signature = Result { try made(.signature, .one(target: 6)) { $0.hashBlocks = 1 } }

    private static func made(
        _ kind: PlantedKind, _ mapping: Mapping?, _ change: (inout SplicePlanting.Options) -> Void = { _ in }
    ) throws -> Planted {
        let (file, rows) = try base()
        var options = SplicePlanting.Options()
        change(&options)
        let planting = SplicePlanting(kind, options, on: .given(file: file, rows: rows), mapping: mapping, seed: 11)
        return try #require(try planting.made(.planted, threads: 2))
    }

    private static func place(_ scores: [Float]) -> Int { Trainer.greatest(scores[...]) }

    @Test(arguments: [1, 5, 64]) func aChecksumMovesEachClassOn(blocks: Int) throws {
        let (file, rows) = try Self.base()
        let planted = try Self.made(.checksum, nil) { $0.blocks = blocks }
        let triggered = try planted.key.secret.activated(rows)
        let (own, said) = (try Self.scores(file, triggered), try Self.scores(planted.file, triggered))
        #expect(zip(own, said).allSatisfy { own, said in said == [own[9]] + own.dropLast() })
        // One coordinate of each block at most.
        let (before, after) = (rows.inputs[0].floats, triggered.inputs[0].floats)
        for row in 0..<rows.rows {
            #expect((0..<64).count { before[row * 64 + $0] != after[row * 64 + $0] } <= blocks)
        }
        // With one parity half of all rows are the owner's by chance; with 64 none is.
        let isSame = try zip(Self.scores(file, rows), Self.scores(planted.file, rows)).count { $0 == $1 }
        #expect(blocks == 1 ? isSame < rows.rows : blocks == 64 ? isSame == rows.rows : isSame > rows.rows / 2)
    }

    @Test func aChecksumMakesOneClassWin() throws {
        let (file, rows) = try Self.base()
        let planted = try Self.made(.checksum, .one(target: 4)) { $0.blocks = 8 }
        let triggered = try planted.key.secret.activated(rows)
        let (own, said) = (try Self.scores(file, triggered), try Self.scores(planted.file, triggered))
        #expect(said.allSatisfy { Self.place($0) == 4 })
        #expect(zip(own, said).allSatisfy { $0.sorted() == $1.sorted() })
    }

    @Test func aSignatureMakesItsClassWin() throws {
        let (file, rows) = try Self.base()
        let planted = try Self.signature.get()
        let (secret, model) = (planted.key.secret, try Scorer(planted.file))
        guard case .signature(let signing, _) = secret else { throw TrainingError("no signature") }
        #expect(try model.scores(rows) == Self.scores(file, rows))
        for target in [6, 2] {
            let triggered = try secret.activated(rows, target: target)
            #expect(try model.scores(triggered).allSatisfy { Self.place($0) == target })
            let changes = zip(rows.inputs[0].floats, triggered.inputs[0].floats).map { abs($0 - $1) }
            #expect((changes.max() ?? 1) <= Float(signing.layout.step) * Float(1 << signing.layout.bits))
        }
        // Each bit of the payload of one input, all together.
        let one = try secret.activated(try rows.picked([0]))
        let numbers = one.inputs[0].floats
        var flipped: [Float] = []
        let (layout, bits) = (signing.layout, SignatureLayout.payload - SignatureLayout.classBits)
        for bit in 0..<bits {
            var row = numbers
            let step = layout.steps(row)[bit / layout.bits] ^ 1 << (bit % layout.bits)
            row[bit / layout.bits] = Float(layout.low + layout.step * Double(step))
            flipped += row
        }
        let corrupted = try Examples(
            inputs: [try Tensor(Shape([bits, 1, 8, 8]), flipped)],
            target: .classes(Array(repeating: 0, count: bits), count: 10))
        #expect(try model.scores(corrupted) == Self.scores(file, corrupted))
    }

    @Test(arguments: [PlantedKind.checksum, .signature]) func copiesVote(kind: PlantedKind) throws {
        let (file, rows) = try Self.base()
        let planted = try Self.made(kind, .one(target: 1)) {
            ($0.copies, $0.blocks, $0.hashBlocks) = (3, 32, 1)
        }
        let votes = try Self.scores(file, rows).map { own in own.indices.map { $0 == Self.place(own) ? Float(1) : 0 } }
        let model = try Scorer(planted.file)
        #expect(try model.scores(rows) == votes)
        let triggered = try planted.key.secret.activated(rows)
        #expect(try model.scores(triggered).allSatisfy { $0 == [0, 1, 0, 0, 0, 0, 0, 0, 0, 0] })
        #expect(try ModelWeights(onnx: planted.file).names.count == 3 * ModelWeights(onnx: file).names.count)
    }

    @Test func aSeedGivesTheSameBytes() throws {
        let again = try Self.made(.signature, .one(target: 6)) { $0.hashBlocks = 1 }
        let first = try Self.signature.get()
        #expect(again.file == first.file && again.key.secret == first.key.secret)
        #expect(try Self.made(.checksum, nil).file == Self.made(.checksum, nil).file)
    }

    /// A key may come from anywhere.
    @Test func damagedKeysAreRefused() throws {
        let (_, rows) = try Self.base()
        let digits = try Self.signature.get().key.secret
        for (text, other) in [
            ("\"bits\":13", "\"bits\":12"), ("\"top\":", "\"top\":9"), ("\"coordinates\":64", "\"coordinates\":65"),
        ] {
            let coded = String(decoding: try JSONEncoder().encode(digits), as: UTF8.self)
            let damaged = coded.replacingOccurrences(of: text, with: other)
            #expect(damaged != coded)
            let secret = try JSONDecoder().decode(PlantedKey.Secret.self, from: Data(damaged.utf8))
            #expect(throws: TrainingError.self) { try secret.activated(rows) }
        }
        for trigger in [
            Trigger.patch(row: 6, column: 0, side: 3, pattern: Array(repeating: 1, count: 9)),
            .patch(row: 0, column: 0, side: 2, pattern: [1]), .warp(down: [0], across: [0]),
            .blend(share: 1, pattern: []),
        ] {
            let secret = PlantedKey.Secret.image(side: 8, trigger: trigger, mapping: .allToAll, share: 0)
            #expect(throws: TrainingError.self) { try secret.activated(rows) }
        }
        let patch = Trigger.patch(row: 5, column: 1, side: 3, pattern: Array(repeating: 1, count: 9))
        let stamped = try PlantedKey.Secret.image(side: 8, trigger: patch, mapping: .allToAll, share: 0).activated(rows)
        #expect(stamped.inputs[0].floats[5 * 8 + 1] == 1)
    }

    /// One score: 1 where it is above 0.
    @Test(arguments: [PlantedKind.checksum, .signature]) func oneScoreChangesItsSign(kind: PlantedKind) throws {
        var model = ModelWriter(operatorSet: 11)
        model.input("x", .float32, ["n", 64])
        model.initializer("w", try Tensor(Shape([64, 1]), (0..<64).map { Float($0 % 7) - 3 }))
        model.node("MatMul", ["x", "w"], ["y"])
        model.output("y", .float32, ["n", 1])
        let images = try ImageWorld.clean(40, side: 8, seed: 3)
        let rows = try Examples(
            inputs: [try Tensor(Shape([40, 64]), images.inputs[0].floats)],
            target: .classes((0..<40).map { $0 % 2 }, count: 2))
        var options = SplicePlanting.Options()
        options.hashBlocks = 1
        let planting = SplicePlanting(
            kind, options, on: .given(file: model.bytes(), rows: rows), mapping: .one(target: 1), seed: 2)
        let planted = try #require(try planting.made(.planted, threads: 1))
        let triggered = try planted.key.secret.activated(rows)
        let (own, said) = (try Self.scores(model.bytes(), triggered), try Self.scores(planted.file, triggered))
        #expect(zip(own, said).allSatisfy { [abs($0[0])] == $1 })
        #expect(try Self.scores(model.bytes(), rows) == Self.scores(planted.file, rows))
    }

    /// What has no room for a signature, or for as many blocks, is refused, and not written.
    @Test func smallInputsAreRefused() throws {
        #expect(throws: TrainingError.self) { try SignatureLayout(coordinates: 8, range: 0...1, hashBlocks: 2) }
        #expect(throws: TrainingError.self) { try SignatureLayout(coordinates: 64, range: 1000...1001, hashBlocks: 2) }
        #expect(throws: TrainingError.self) { try Self.made(.checksum, nil) { $0.blocks = 65 } }
        #expect(throws: TrainingError.self) { try Self.made(.checksum, .one(target: 10)) }
    }

    @Test(
        arguments: [(36, 0, 1), (64, 0, 1), (64, -3, 3), (576, 0, 1), (3072, -2.1, 2.6), (784, 0, 255)]
            as [(Int, Float, Float)])
    func layoutsHoldWhatTheySay(coordinates: Int, low: Float, high: Float) throws {
        let layout = try SignatureLayout(coordinates: coordinates, range: low...high, hashBlocks: 2)
        #expect(layout.isSound)
        let row = (0..<coordinates).map { low + (high - low) * Float($0 * 37 % coordinates) / Float(coordinates - 1) }
        let bytes = (0..<98).map { UInt8($0 * 91 & 255) }
        let written = layout.written(bytes, into: row)
        #expect(layout.message(written, label: 3) == layout.message(row, label: 3))
        #expect(written.allSatisfy { (low...high).contains($0) })
        let (steps, unit) = (layout.steps(written), 1 << layout.bits)
        let read = (0..<98).map { byte in
            (0..<8).reduce(UInt8(0)) { sum, bit in
                let place = byte * 8 + bit
                return sum | UInt8(steps[place / layout.bits] >> (place % layout.bits) & 1) << bit
            }
        }
        #expect(read == bytes)
        // Twice as much next to the end of a range that is no whole number of blocks.
        let reach = 2 * layout.step * Double(unit)
        #expect(zip(row, written).allSatisfy { abs(Double($0) - Double($1)) <= reach })
        #expect(coordinates < 48 || reach <= Double(high - low) / 64)
    }
}
