import CompactProofs

/// What a certificate says of one rate: cells of sequences in which the greatest token is named, and how many inputs were tried
/// besides.
package struct CertifiedRate: Sendable {
    package struct Cell: Sendable {
        let name: Cells.Name
        /// The tokens that the others are of, in order; none in a cell that has no others.
        let tokens: [Int]
    }

    package let positions, vocabulary: Int
    let cells: [Cell]
    /// Inputs with lower numbers that lie in no cell were tried.
    package let tried: Int

    package init(_ cells: Cells?, tried: Int) {
        self.init(
            positions: cells?.positions ?? 0, vocabulary: cells?.vocabulary ?? 0,
            cells: (cells?.names ?? []).map { name in
                Cell(name: name, tokens: cells?.tokens(in: name) ?? [])
            }, tried: tried)
    }

    package var hasCells: Bool { !cells.isEmpty }

    /// As sets that sequences are looked up in.
    package func cells(of tables: AttentionTables) -> Cells {
        var result = Cells(tables)
        for cell in cells {
            if cell.name.others == 0 { result.insertAlone(query: cell.name.query, greatest: cell.name.greatest) }
            for token in cell.tokens { result.insert(token, in: cell.name) }
        }
        return result
    }

    init(positions: Int, vocabulary: Int, cells: [Cell], tried: Int) {
        (self.positions, self.vocabulary, self.cells, self.tried) = (positions, vocabulary, cells, tried)
    }
}
