import Compiler
import Proof
import Search
import Tensors
import Terminal

/// Tries to show that a trial holds in its whole domain, and searches what resists.
package struct Proving {
    package enum Decision: Sendable {
        /// No point of the trial's space violates it; how many regions were bounded.
        case proved(regions: Int)
        /// A point that violates it: to be confirmed like any other.
        case point([Double])
        /// Neither, for the reason given.
        case undecided(String)
    }

    package var seed: UInt64
    package var threads: Int
    /// On the scale of `Clock.seconds()`.
    package var deadline: Double
    package var regionLimit = Int.max
    package var progress: @Sendable (Prover.Effort) -> Void = { _ in }
    /// Where proofs are written down; nil where no certificate is wanted.
    package var certification: Certification?

    package init(
        seed: UInt64, threads: Int, deadline: Double, progress: @escaping @Sendable (Prover.Effort) -> Void = { _ in },
        certification: Certification? = nil
    ) {
        self.seed = seed
        self.threads = threads
        self.deadline = deadline
        self.progress = progress
        self.certification = certification
    }

    package enum Reach {
        /// By bounds of the whole domain, or not at all.
        case atOnce
        /// By the cells of decision trees, where the claim is about those alone.
        case byCells
        case byRegions
    }

    /// Within some boxes of the trial's space, if they are given.
    package func decide(_ trial: Trial, within boxes: [Box]? = nil) -> Decision {
        do { return decide(trial, by: try prover(of: trial, within: boxes)) } catch { return .undecided("\(error)") }
    }

    /// Throws where no bounds are known, or where they would take too much memory, or longer than there is time for.
    package func prover(of trial: Trial, within boxes: [Box]? = nil) throws(ShapeError) -> Prover {
        let objective = Part(trial.objective, boxes ?? trial.space.boxes)
        // What is planned in no time is planned in any case.
        let end = max(deadline, Clock.seconds() + 0.02)
        var prover = try Prover(objective, graph: trial.objective.graph, margin: trial.objective.margin) {
            Clock.seconds() >= end || Interrupt.isRequested
        }
        prover.clock = { Clock.seconds() }
        prover.threads = threads
        prover.regionLimit = regionLimit
        prover.isCancelled = { Interrupt.isRequested }
        prover.progress = progress
        let (seed, threads) = (seed, threads)
        prover.search = { seeds, seconds in
            var portfolio = Portfolio()
            portfolio.seed = seed
            portfolio.workers = threads
            portfolio.known = seeds
            portfolio.budget = Budget(tries: .max, seconds: seconds, clock: { Clock.seconds() })
            portfolio.isCancelled = { Interrupt.isRequested }
            guard case .found(let findings, _) = portfolio.search(objective) else { return nil }
            return findings.first?.point
        }
        return prover
    }

    package func decide(_ trial: Trial, by prover: Prover, _ reach: Reach = .byRegions) -> Decision {
        var prover = prover
        prover.seconds = max(0, deadline - Clock.seconds())
        var tree = certification?.tree(for: trial)
        let outcome =
            switch reach {
            case .atOnce: prover.proveAtOnce(recording: &tree)
            case .byCells: prover.proveTrees(recording: &tree)
            case .byRegions: prover.prove(recording: &tree)
            }
        switch outcome {
        case .proved(let effort):
            certification?.add(trial, tree)
            return .proved(regions: effort.regions)
        case .found(let point, _): return .point(point)
        case .undecided(let reason, let effort):
            Log.debug(
                "\(trial.name): not proved: \(reason); \(effort.regions) regions bounded, \(effort.open) open, "
                    + "least bound \(effort.bound)")
            return .undecided(reason)
        }
    }
}

/// An objective over some boxes of its space only.
private struct Part: Objective {
    private let whole: GraphObjective
    let space: Space

    init(_ whole: GraphObjective, _ boxes: [Box]) {
        self.whole = whole
        let space = whole.space
        // The reference lies in the first box, where that holds it.
        let reference = space.reference.indices.map { space.snapped(space.reference[$0], at: $0, in: boxes[0]) }
        self.space = Space(
            kinds: space.kinds, boxes: boxes, reference: reference, variables: space.variables,
            dependence: space.dependence)
    }

    var hasGradient: Bool { whole.hasGradient }
    var isOver: Bool { whole.isOver }
    var keyCount: Int { whole.keyCount }
    var outputCount: Int { whole.outputCount }
    func evaluate(_ tile: Tile, _ reading: Reading) { whole.evaluate(tile, reading) }
}
