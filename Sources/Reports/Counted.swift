import CompactProofs
import Compiler

extension Verdict {
    /// What is known of rates over finitely many inputs: by proof, or by trying.
    package struct Counted: Sendable {
        package enum Decision: Sendable, Hashable { case holds, fails, undecided }

        package let decision: Decision
        /// The words of the checks.
        package let check: String
        package let rates: [Rate]

        package init(_ decision: Decision, check: String, rates: [Rate]) {
            (self.decision, self.check, self.rates) = (decision, check, rates)
        }
    }

    /// One rate.
    package struct Rate: Sendable {
        /// As in the spec.
        package let words: String
        package let inputs: UInt128
        /// Between which numbers it lies, for certain.
        package let lower, upper: Double
        /// Of these inputs it was proved that they count, or with `isDenied` that they do not, without trying them.
        package let certain: UInt128
        package let isDenied: Bool
        /// Inputs that were tried, and did or did not count.
        package let right, wrong: Int
        /// Whether all others were tried.
        package let isWhole: Bool
        /// The first input in order that does not count, or with `isDenied` that does.
        package let firstWrong: [Int]?
        /// In the order in which they were made.
        package let proofs: [RateProof]
        /// Why none was.
        package let unread: String?
        /// Where each row is a property of its own, what became of them; nil elsewhere.
        package let rows: Rows?

        package init(
            words: String, inputs: UInt128, interval: ClosedRange<Double>, certain: UInt128, isDenied: Bool, right: Int,
            wrong: Int, isWhole: Bool, firstWrong: [Int]?, proofs: [RateProof], unread: String?, rows: Rows? = nil
        ) {
            (self.words, self.inputs, self.certain, self.isDenied) = (words, inputs, certain, isDenied)
            (lower, upper) = (interval.lowerBound, interval.upperBound)
            (self.right, self.wrong, self.isWhole) = (right, wrong, isWhole)
            (self.firstWrong, self.proofs, self.unread) = (firstWrong, proofs, unread)
            self.rows = rows
        }
    }

    /// What became of rows each of which is a property of its own.
    package struct Rows: Sendable {
        /// How many hold, and how many of those are known from earlier runs; how many do not hold; how many are neither known to hold
        /// nor not to; how many were not looked at.
        package let proved, earlier, contradicted, open, unseen: Int
        /// The first row, by its number in the table, that does not hold.
        package let first: Int?
        /// Where it fails.
        package let example: Counterexample?
        /// Where some were not looked at, what the others say of all.
        package let sample: RowSample?

        package init(
            proved: Int, earlier: Int, contradicted: Int, open: Int, unseen: Int, first: Int?, example: Counterexample?,
            sample: RowSample?
        ) {
            (self.proved, self.earlier, self.contradicted) = (proved, earlier, contradicted)
            (self.open, self.unseen, self.first) = (open, unseen, first)
            (self.example, self.sample) = (example, sample)
        }
    }

    /// An interval of a share of all rows, from some that were drawn by chance.
    package struct RowSample: Sendable {
        package let rows: Int
        package let confidence, lower, upper: Double

        package init(rows: Int, confidence: Double, lower: Double, upper: Double) {
            (self.rows, self.confidence, self.lower, self.upper) = (rows, confidence, lower, upper)
        }
    }

    /// A lower bound of a rate, and what it took.
    package struct RateProof: Sendable, Codable {
        package let strategy: String
        package let lower, operations, seconds: Double
        package let cells: Int

        package init(_ proof: CompactProof, seconds: Double) {
            (strategy, lower, operations) = (proof.strategy.rawValue, proof.share, proof.operations)
            (self.seconds, cells) = (seconds, proof.cells.names.count)
        }
    }
}

extension TextReport {
    /// The lines of a verdict by counting, behind the one that says what was checked.
    func counted(_ it: Verdict.Counted, _ word: Verdict.Word, _ effort: Verdict.Effort) -> [String] {
        var lines = ["  \(paint(word.rawValue, word.paint))  \(it.check)"]
        for rate in it.rates { lines += described(rate) }
        if it.decision == .undecided { lines.append("    neither proved nor contradicted") }
        lines.append("    \(self.effort(effort))")
        return lines
    }

    private func described(_ rate: Verdict.Rate) -> [String] {
        if let rows = rate.rows { return ["    \(rate.words)"] + described(rows, of: rate) }
        let (inputs, tried) = ("\(rate.inputs)".grouped, rate.right + rate.wrong)
        var lines = ["    \(rate.words)"]
        if rate.isWhole || rate.lower == rate.upper {
            let right = UInt128(rate.right) + (rate.isDenied ? 0 : rate.certain)
            lines.append("      \(short(rate.lower)): \("\(right)".grouped) of \(inputs) inputs, all of them known")
        } else {
            lines.append("      between \(below(rate.lower)) and \(above(rate.upper)), of \(inputs) inputs")
        }
        if rate.certain > 0, let proof = rate.proofs.last {
            let what = rate.isDenied ? "proved not to count" : "proved to count"
            lines.append(
                "      \("\(rate.certain)".grouped) \(what), in \(plural(proof.cells, "cell")) by `\(proof.strategy)`")
        }
        if tried > 0 {
            lines.append("      \("\(tried)".grouped) tried, \("\(rate.right)".grouped) of them count")
        }
        if let first = rate.firstWrong {
            let verb = rate.isDenied ? "does" : "does not"
            lines.append("      the first that \(verb): [\(first.map(String.init).joined(separator: ", "))]")
        }
        for proof in rate.proofs {
            let operations = "\(Int(proof.operations))".grouped
            lines.append("      `\(proof.strategy)` proves \(below(proof.lower)), with \(operations) operations")
        }
        if let unread = rate.unread, !rate.isWhole { lines.append("      not proved: \(unread)") }
        return lines
    }

    private func described(_ rows: Verdict.Rows, of rate: Verdict.Rate) -> [String] {
        let count = plural(Int(rate.inputs), "row")
        let earlier = rows.earlier > 0 ? " (\("\(rows.earlier)".grouped) by earlier runs)" : ""
        let unseen = rows.unseen > 0 ? ", \("\(rows.unseen)".grouped) of them not looked at" : ""
        var lines = [
            rate.lower == rate.upper
                ? "      \(short(rate.lower)), of \(count), all of them known"
                : "      between \(below(rate.lower)) and \(above(rate.upper)), of \(count)",
            "      \("\(rows.proved)".grouped) proved\(earlier), \("\(rows.contradicted)".grouped) contradicted, "
                + "\("\(rows.open)".grouped) open\(unseen)",
        ]
        if let sample = rows.sample {
            lines.append(
                "      \("\(sample.rows)".grouped) rows drawn by chance say: a share between \(below(sample.lower)) and "
                    + "\(above(sample.upper)), with confidence \(Notation.text(sample.confidence))")
        }
        guard let first = rows.first else { return lines }
        lines.append("      the first that is contradicted: row \(first)")
        for input in rows.example?.inputs ?? [] {
            for (index, text) in described(input, "fails").enumerated() {
                lines.append("        " + (index == 0 ? input.leaf.name : "") + "  " + text)
            }
        }
        return lines
    }
}
