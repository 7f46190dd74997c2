import CompactProofs

/// Checks cells of sequences against the tables of a model, in arithmetic that rounds outward.
///
/// In a cell the logit of an output o exceeds that of the greatest token m by a weighted mean of what tokens add, up to errors
/// that the tables state. The sum of e^score times what is added, over all positions, is linear in which token stands at
/// each position of the others, and in the sum of those positions' weights. So it is bounded with one token at all of them, for
/// the least and the greatest such sum.
package struct CellCheck {
    private let tables: AttentionTables

    package init(_ tables: AttentionTables) { self.tables = tables }

    /// How many sequences the cells hold. Throws where one is not shown, or named twice.
    package func certain(_ rate: CertifiedRate, _ isCancelled: () -> Bool) throws(Refusal) -> UInt128 {
        guard rate.positions == tables.positions, rate.vocabulary == tables.vocabulary else {
            throw Refusal("its cells are of other sequences than those of the model")
        }
        guard tables.neurons == nil else { throw Refusal("cells of a model with neurons are not checked") }
        var (last, certain): ([Int], UInt128) = ([-1, 0, 0], 0)
        var askers: [Int: Asker] = [:]
        for cell in rate.cells {
            let (q, m, count) = (cell.name.query, cell.name.greatest, cell.name.others)
            // In order, so that no cell stands there twice.
            guard last.lexicographicallyPrecedes([q, m, count]) else { throw Refusal("its cells are not in order") }
            last = [q, m, count]
            guard q <= m, m < tables.vocabulary, count <= (q == m ? tables.positions - 1 : tables.positions - 2),
                (count == 0) == cell.tokens.isEmpty, cell.tokens.allSatisfy({ $0 < m }),
                zip(cell.tokens, cell.tokens.dropFirst()).allSatisfy({ $0 < $1 })
            else { throw Refusal("cell \(q) \(m) \(count) is of no sequences") }
            if isCancelled() { throw Refusal("interrupted") }
            let asker = askers[q] ?? Asker(tables, q)
            askers[q] = asker
            guard holds(cell, asker) else { throw Refusal("cell \(q) \(m) \(count) is not shown") }
            certain += choices(count, of: tables.positions - 1) * power(cell.tokens.count, count)
        }
        return certain
    }

    private func holds(_ cell: CertifiedRate.Cell, _ asker: Asker) -> Bool {
        let (v, q, m) = (tables.vocabulary, cell.name.query, cell.name.greatest)
        let ends = asker.ends(cell.name.others)
        return (0..<v).allSatisfy { o in
            guard o != m else { return true }
            var fixed = Enclosure(tables.base[q * v + o]) - Enclosure(tables.base[q * v + m])
            fixed = fixed + Enclosure(tables.outputErrors[o]) + Enclosure(tables.outputErrors[m])
            let placed = (0..<tables.positions).map {
                Enclosure(tables.placeValues[$0 * v + o]) - Enclosure(tables.placeValues[$0 * v + m])
            }
            fixed = fixed + Enclosure(placed.map(\.upper).max() ?? 0)
            func added(_ token: Int) -> Enclosure {
                fixed + (Enclosure(tables.values[token * v + o]) - Enclosure(tables.values[token * v + m]))
            }
            let asking = asker.own * added(q)
            let greatest = asker.tokens[m] * added(m)
            guard !cell.tokens.isEmpty else { return (asking + ends[0].left * greatest).upper < 0 }
            return cell.tokens.allSatisfy { token in
                let other = asker.tokens[token] * added(token)
                return ends.allSatisfy { (asking + $0.left * greatest + $0.others * other).upper < 0 }
            }
        }
    }

    private func power(_ base: Int, _ exponent: Int) -> UInt128 {
        (0..<exponent).reduce(1) { product, _ in product * UInt128(base) }
    }

    private func choices(_ count: Int, of all: Int) -> UInt128 {
        (0..<count).reduce(1) { $0 * UInt128(all - $1) / UInt128($1 + 1) }
    }
}

/// What a query gives to tokens and positions: e^score, but for a factor that all have.
private struct Asker {
    /// Of what stands at the query itself, and of each token elsewhere.
    let own: Enclosure
    let tokens: [Enclosure]
    private let places: [Enclosure]

    init(_ tables: AttentionTables, _ q: Int) {
        let (v, others) = (tables.vocabulary, tables.positions - 1)
        let scores = tables.content[(q * v)..<((q + 1) * v)]
        let middle = scores.max() ?? 0
        let error = tables.scoreErrors[q]
        func weight(_ score: Enclosure) -> Enclosure {
            let around = score.widened(by: error)
            return Enclosure(Exponential.value(at: around.lower).lower, Exponential.value(at: around.upper).upper)
        }
        own = weight(Enclosure(tables.own[q]) - Enclosure(middle))
        tokens = scores.map { weight(Enclosure($0) - Enclosure(middle)) }
        places = tables.places[(q * others)..<((q + 1) * others)].map { Exponential.value(at: $0) }
    }

    /// The weights of so many positions together, the least and the greatest that there are, and of those that are left.
    func ends(_ count: Int) -> [(others: Enclosure, left: Enclosure)] {
        let sorted = places.sorted { $0.middle < $1.middle }
        func sum(_ part: ArraySlice<Enclosure>) -> Enclosure { part.reduce(Enclosure(0)) { $0 + $1 } }
        let least = (sum(sorted.prefix(count)), sum(sorted.dropFirst(count)))
        let greatest = (sum(sorted.suffix(count)), sum(sorted.dropLast(count)))
        return [least, greatest]
    }
}
