import CompactProofs
import Compiler
import Reports
import Search
import Tensors
import Terminal

/// What is known so far of a rate over finitely many inputs.
package struct KnownRate {
    package let rate: CountedRate
    package private(set) var cells: Cells?
    private var proofs: [Verdict.RateProof] = []
    /// Inputs in cells: all of them count, or where the claim is that a model is wrong, none does.
    private var certain: UInt128 = 0
    private var right = 0
    private var wrong = 0
    /// The first that was tried at which the model is wrong.
    private var firstWrong: [Int]?
    /// The number of the next input to be tried.
    package private(set) var next = 0

    package init(_ rate: CountedRate) { self.rate = rate }

    package var tried: Int { right + wrong }
    package var isDenied: Bool { rate.named?.isDenied ?? false }
    package var isWhole: Bool { UInt128(next) >= rate.inputs }

    /// Between which numbers the rate, or the count, lies.
    package var interval: ClosedRange<Double> {
        let sure = UInt128(right) + (isDenied ? 0 : certain)
        let out = UInt128(wrong) + (isDenied ? certain : 0)
        return rate.measure.interval(sure: sure, out: isWhole ? rate.inputs - sure : out, of: rate.inputs)
    }

    package mutating func prove(_ strategy: CompactProof.Strategy, _ tables: AttentionTables, _ isCancelled: () -> Bool)
    {
        let start = Clock.seconds()
        guard let proof = CompactProof(strategy, tables, isCancelled: isCancelled) else { return }
        proofs.append(Verdict.RateProof(proof, seconds: Clock.seconds() - start))
        guard proof.cells.certain > certain else { return }
        (cells, certain) = (proof.cells, proof.cells.certain)
    }

    /// Cells that were shown elsewhere.
    package mutating func take(_ cells: Cells, certain: UInt128) { (self.cells, self.certain) = (cells, certain) }

    /// Inputs that are looked at in one go.
    private static let chunk = 1 << 16

    /// Tries inputs in order, but for those that are proved.
    package mutating func count(until end: Double, _ threads: Int) throws(ShapeError) {
        let crew = Crew(size: threads)
        while !isWhole, Clock.seconds() < end { try countChunk(below: .max, crew) }
    }

    /// Some inputs more, those with numbers below `limit`.
    package mutating func countChunk(below limit: Int, _ crew: Crew) throws(ShapeError) {
        let last = min(limit, Int(min(rate.inputs, UInt128(next + Self.chunk))))
        let open = rate.estimate.inputs(next..<last) { input in cells?.contains(input) != true }
        for (input, value) in zip(open, try rate.estimate.values(of: open, crew)) {
            if value != 0 { right += 1 } else { wrong += 1 }
            if firstWrong == nil, (value != 0) == isDenied { firstWrong = input }
        }
        next = last
    }

    package func told(as words: String) -> Verdict.Rate {
        Verdict.Rate(
            words: words, inputs: rate.inputs, interval: interval, certain: certain, isDenied: isDenied, right: right,
            wrong: wrong, isWhole: isWhole, firstWrong: firstWrong, proofs: proofs, unread: rate.unread)
    }
}
