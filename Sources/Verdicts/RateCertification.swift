import Certificates
import CompactProofs
import Compiler
import Search
import Terminal

/// Follows what a certificate says of rates: cells by bounds of its own, tried inputs by trying them again, and then the claim
/// for all numbers between the bounds.
package struct RateCertification {
    package let counting: Counting
    package let threads: Int

    package init(counting: Counting, threads: Int) {
        self.counting = counting
        self.threads = threads
    }

    package func verdict(_ certified: [CertifiedRate]) -> CertificateCheck.Verdict {
        var account = CertificateCheck.Account()
        do {
            guard certified.count == counting.rates.count else {
                throw Refusal("it is about \(certified.count) rates, not \(counting.rates.count)")
            }
            var intervals: [ClosedRange<Double>] = []
            for (certified, rate) in zip(certified, counting.rates) {
                intervals.append(try interval(certified, rate, &account))
            }
            return try claim(intervals, account)
        } catch let refusal as Refusal {
            return Interrupt.isRequested ? .unfinished("interrupted") : .refused(refusal)
        } catch { return .unfinished("\(error)") }
    }

    private func interval(
        _ certified: CertifiedRate, _ rate: CountedRate, _ account: inout CertificateCheck.Account
    ) throws -> ClosedRange<Double> {
        var known = KnownRate(rate)
        if certified.hasCells {
            guard let tables = rate.named?.tables else { throw Refusal("no cells are known of such a claim") }
            let certain = try CellCheck(tables).certain(certified) { Interrupt.isRequested }
            known.take(certified.cells(of: tables), certain: certain)
            account.certain += certain
        }
        while known.next < certified.tried {
            guard UInt128(certified.tried) <= rate.inputs else { throw Refusal("there are fewer inputs than it tried") }
            if Interrupt.isRequested { throw Refusal("interrupted") }
            try known.countChunk(below: certified.tried, Crew(size: threads))
        }
        account.tried += known.tried
        return known.interval
    }

    /// The claim as a circuit over the rates, bounded as a whole.
    private func claim(
        _ intervals: [ClosedRange<Double>], _ account: CertificateCheck.Account
    ) throws -> CertificateCheck.Verdict {
        let objective = try counting.claims.objective(.holds, at: [], intervals)
        let circuit = try Circuit(objective.graph, margin: objective.margin, space: objective.space)
        var tree = ProofTree(boxes: 1)
        tree.partCount = circuit.partCount
        tree.settle(0, parts: Array(0..<circuit.partCount))
        var writer = CertificateWriter(tool: "", sources: [])
        writer.add("claim", circuit, objective.space, tree)
        let check = CertificateCheck(try Certificate(writer.bytes()).sections[0], objective.space)
        guard case .accepted = check.verdict(circuit) else {
            throw Refusal("what it shows of the rates is not enough for the claim")
        }
        return .accepted(account)
    }
}
