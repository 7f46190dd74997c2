/// A lower bound of the share of sequences whose greatest token a model names, and what it took.
package struct CompactProof: Sendable {
    package let strategy: Strategy
    package let cells: Cells
    /// Besides those that made the tables, which every strategy starts from.
    package let operations: Double

    package var share: Double { cells.share }

    /// Nil where the strategy does not apply to the model, or was cancelled.
    package init?(_ strategy: Strategy, _ tables: AttentionTables, isCancelled: () -> Bool = { false }) {
        let found: (cells: Cells, operations: Double)?
        guard (tables.neurons != nil) == (strategy == .neurons) else { return nil }
        switch strategy {
        case .neurons: found = NeuronBound(tables)?.cells(isCancelled)
        case .eachOutput: found = MixtureBound(tables, .each).cells(isCancelled)
        case .cubic: found = MixtureBound(tables, .groups(8)).cells(isCancelled)
        case .gap: found = GapBound(tables, .init(exact: tables), .init(exact: tables)).cells(isCancelled)
        case .lowRankScores: found = GapBound(tables, .init(lowRank: tables), .init(exact: tables)).cells(isCancelled)
        case .lowRankBase, .lowRank:
            guard let base = BaseSpread(lowRank: tables) else { return nil }
            let gaps: ScoreGaps = strategy == .lowRank ? .init(lowRank: tables) : .init(exact: tables)
            found = GapBound(tables, gaps, base).cells(isCancelled)
        }
        guard let found else { return nil }
        (self.strategy, cells, operations) = (strategy, found.cells, found.operations)
    }
}

extension CompactProof {
    /// A way to find cells, by what it costs; the longer the proof, the more it shows.
    package enum Strategy: String, Sendable, CaseIterable {
        /// Scores of rank one, and a base that is never made.
        case lowRank = "low rank"
        case lowRankBase = "low-rank base"
        case lowRankScores = "low-rank scores"
        /// One gap for each query and greatest token.
        case gap
        /// One token at a time, outputs in a few groups.
        case cubic
        /// One token and one output at a time.
        case eachOutput = "each output"
        /// The same behind neurons, each between two lines.
        case neurons

        /// About how many operations it takes.
        package func cost(_ tables: AttentionTables) -> Double {
            let (v, k) = (Double(tables.vocabulary), Double(tables.positions))
            return switch self {
            case .lowRank, .lowRankBase, .lowRankScores, .gap: 20 * v * v * k * 6
            case .cubic: v * v * v * k
            case .eachOutput: v * v * v * v * k
            case .neurons: v * v * v * v * k * Double(tables.neurons?.count ?? 0)
            }
        }
    }
}
