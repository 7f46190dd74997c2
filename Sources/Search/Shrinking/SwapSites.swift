extension PointShrinker {
    /// Two sites out, one in or one further out: what two do, a third, or one of them alone, may do at its bound.
    mutating func swapSites() {
        let start = saturated(best, along: nil)
        let searched = start.sites.filter { scope.contains($0) && !context.contains($0) }
        guard searched.count > 1, searched.count <= 24 else { return }
        let corners = searched.flatMap(moves(of:))
        _ = take(
            searched.flatMap { gone in
                corners.filter { $0.site != gone }.map { start.without([gone]).adding([$0]) }
            })
        swapPairs(of: start, searched)
    }

    private mutating func swapPairs(of start: Edits, _ searched: [Int]) {
        let pairs = searched.indices.flatMap { first in
            searched[(first + 1)...].map { [searched[first], $0] }
        }
        let rests = pairs.prefix(64).map { start.without(Set($0)) }
        guard let rest = rests.first, best.count == start.count else { return }
        let others = newcomers(for: rest, limit: max(Self.mostSwaps / rests.count, 16))
        _ = take(rests.flatMap { rest in others.map { rest.adding([$0]) } }.filter { $0.count < start.count })
    }

    /// Moves of sites that are not changed, those first that make the margin of `rest` worst by its gradient.
    private mutating func newcomers(for rest: Edits, limit: Int) -> [Move] {
        let moves = scope.filter { !context.contains($0) && !rest.sites.contains($0) }.flatMap(moves(of:))
        guard moves.count > limit else { return moves }
        guard let slopes = gradient(at: rest) else { return Array(moves.prefix(limit)) }
        let gains = moves.map { slopes[$0.site] * ($0.value - sites.reference[$0.site]) }
        return moves.indices.sorted { (gains[$0], $0) < (gains[$1], $1) }.prefix(limit).map { moves[$0] }
    }

    private static var mostSwaps: Int { 2048 }
}
