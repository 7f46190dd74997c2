import Models
import Recipes
import Search
import Tensors
import Testing
import Training

@testable import Certificates
@testable import CompactProofs

/// Cells against trying every sequence.
struct CellTests {
    @Test(arguments: [(3, 0), (4, 0), (3, 12)]) func cellsHoldNoWrongSequence(_ length: Int, _ hidden: Int) throws {
        for steps in [150, 500] {
            let subject = try Subject(tokens: 10, length: length, hidden: hidden, steps: steps, seed: UInt64(steps))
            let right = try subject.right()
            for proof in subject.proofs {
                var certain: UInt128 = 0
                for (sequence, isRight) in right where proof.cells.contains(sequence) {
                    #expect(isRight, "\(proof.strategy) says \(sequence)")
                    certain += 1
                }
                #expect(proof.cells.certain == certain)
                #expect(proof.share <= Double(right.count { $0.isRight }) / Double(right.count))
            }
            #expect(
                subject.proofs.map(\.strategy)
                    == (hidden > 0 ? [.neurons] : Array(CompactProof.Strategy.allCases.dropLast())))
        }
    }

    /// The longer the proof, the more it shows; what was trained well is shown well.
    @Test func moreWorkShowsMore() throws {
        let shares = try Subject(tokens: 12, length: 4, hidden: 0, steps: 1500, seed: 3).proofs.map(\.share)
        let (gap, cubic, each) = (shares[3], shares[4], shares[5])
        #expect(gap <= cubic && cubic <= each && each > 0.9)
        #expect(shares[0] <= shares[1] + 1e-9 && shares[2] <= gap + 1e-9)
    }

    /// Weights that were never trained: hardly a sequence is right, and none is said to be that is not.
    @Test(arguments: 1...12) func nothingIsSaidOfRandomWeights(_ seed: UInt64) throws {
        let subject = try Subject(tokens: 5, length: 3, hidden: seed % 2 == 0 ? 8 : 0, steps: 0, seed: seed)
        for (sequence, isRight) in try subject.right() where !isRight {
            for proof in subject.proofs { #expect(!proof.cells.contains(sequence)) }
        }
    }

    @Test func theCheckerFollowsAndRefuses() throws {
        let subject = try Subject(tokens: 10, length: 4, hidden: 0, steps: 500, seed: 5)
        let check = CellCheck(subject.tables)
        for proof in subject.proofs {
            #expect(try check.certain(CertifiedRate(proof.cells, tried: 0)) { false } == proof.cells.certain)
        }
        // Whatever sequence the model gets wrong: a cell that holds it is not accepted.
        let whole = try #require(subject.proofs.last)
        var refused = 0
        for (sequence, isRight) in try subject.right() where !isRight {
            let (greatest, query) = (sequence.max() ?? 0, sequence[3])
            let others = sequence.dropLast().filter { $0 != greatest }
            var cells = whole.cells
            if others.isEmpty { cells.insertAlone(query: query, greatest: greatest) }
            for token in others {
                cells.insert(token, in: .init(query: query, greatest: greatest, others: others.count))
            }
            #expect(cells.contains(sequence))
            #expect(throws: Refusal.self) { try check.certain(CertifiedRate(cells, tried: 0)) { false } }
            refused += 1
            if refused == 20 { break }
        }
        #expect(refused > 0)
    }

    @Test func sequencesAreCountedOnce() throws {
        let subject = try Subject(tokens: 4, length: 3, hidden: 0, steps: 0, seed: 1)
        var cells = Cells(subject.tables)
        for query in 0..<4 {
            for greatest in query..<4 {
                cells.insertAlone(query: query, greatest: greatest)
                for others in 1...max(1, cells.mostOthers(query: query, greatest: greatest))
                where others <= cells.mostOthers(query: query, greatest: greatest) {
                    for token in 0..<greatest {
                        cells.insert(token, in: .init(query: query, greatest: greatest, others: others))
                    }
                }
            }
        }
        #expect(cells.certain == cells.inputs && cells.inputs == 64 && cells.share == 1)
        for (sequence, _) in try subject.right() { #expect(cells.contains(sequence)) }
    }
}

/// A small transformer that has learnt to name the greatest of its tokens, more or less.
private struct Subject {
    let graph: Graph
    let tables: AttentionTables
    private let tokens, length: Int

    init(tokens: Int, length: Int, hidden: Int, steps: Int, seed: UInt64) throws {
        (self.tokens, self.length) = (tokens, length)
        let architecture = Architecture.transformer(
            .init(
                .tokens(tokens), length: length, width: 16, heads: 1, layers: 1, hidden: hidden, outputs: tokens,
                hasBiases: seed % 3 != 0))
        var options = Trainer.Options(
            loss: .crossEntropy, optimiser: .adamW(beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decay: 0.01), rate: 0.005)
        (options.batch, options.seed, options.threads) = (64, seed, 2)
        let run = try TrainingRun(onnx: try architecture.onnx(seed: seed), options, width: tokens)
        if steps > 0 {
            var random = Random(seed: seed, stream: 9)
            let rows = (0..<(64 * steps)).map { _ in (0..<length).map { _ in random.below(tokens) } }
            let examples = try Examples(
                inputs: [try Tensor(Shape([rows.count, length]), rows.flatMap { $0.map(Int64.init) })],
                target: .classes(rows.map { Int32($0.max() ?? 0) }, count: tokens))
            _ = try run.trainer.run(try run.trainer.prepare(examples), steps: steps, report: { _, _ in true })
        }
        graph = try Model(onnx: try run.file()).graph
        tables = try AttentionTables(
            graph, logits: graph.outputs[0].value, input: graph.inputs[0].value, vocabulary: tokens)
    }

    var proofs: [CompactProof] { CompactProof.Strategy.allCases.compactMap { CompactProof($0, tables) } }

    /// Every sequence, and whether its greatest token is named.
    func right() throws -> [(sequence: [Int], isRight: Bool)] {
        let count = (0..<length).reduce(1) { product, _ in product * tokens }
        let all = (0..<count).map { number in
            (0..<length).reversed().map { number / (0..<$0).reduce(1) { product, _ in product * tokens } % tokens }
        }
        let evaluator = try Evaluator(graph, outputs: [graph.outputs[0].value])
        let input = try Tensor(Shape([count, 1, length]), all.flatMap { $0.map(Int64.init) })
        let scores = try evaluator.run([input])[0].doubles
        return all.indices.map { index in
            let own = scores[(index * tokens)..<((index + 1) * tokens)]
            return (all[index], own.firstIndex(of: own.max() ?? 0) == own.startIndex + (all[index].max() ?? 0))
        }
    }
}
