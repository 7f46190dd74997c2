/// Searches over sequences of tokens, one for each way to look: from the best points, or from texts by chance.
///
/// Where slopes are known they alone are followed, beside texts at random: evaluations that other searchers had took longer.
package struct TokenSearches: Strategy {
    package let name: String
    private let slopes: Slopes
    private let searcher: @Sendable ([JudgedTokens]) -> any TokenSearcher

    /// Where a search has something to do.
    private enum Slopes { case known, unknown }

    static let all = [
        TokenSearches(name: "swaps of tokens by slopes", where: .known) { CoordinateGradient(from: $0) },
        TokenSearches(name: "runs of tokens", where: .unknown) { _ in SpanSearch() },
        TokenSearches(name: "beam of the model's own tokens", where: .unknown) { _ in SampledBeam() },
    ]

    private init(
        name: String, where slopes: Slopes, searcher: @escaping @Sendable ([JudgedTokens]) -> any TokenSearcher
    ) {
        (self.name, self.slopes, self.searcher) = (name, slopes, searcher)
    }

    package func start(_ outset: Outset, _ random: inout Random) -> (any Run)? {
        let texts = outset.space.texts.filter { text in
            text.wording.tokens.map { $0.hasSlopes == (slopes == .known) } ?? false
        }
        guard !texts.isEmpty else { return nil }
        return TokenRun(outset, texts[outset.turn % texts.count], searcher, &random)
    }
}

private final class TokenRun: Run {
    let frame: Frame
    private let text: TextVariable
    private let point: [Double]
    private let pool = TokenPool(capacity: 16)
    private let searcher: any TokenSearcher
    private var field: (any TokenField)?
    private var proposals: [[Int]] = []
    private var remaining: Int

    init?(
        _ outset: Outset, _ text: TextVariable, _ searcher: ([JudgedTokens]) -> any TokenSearcher,
        _ random: inout Random
    ) {
        guard let coding = text.wording.tokens else { return nil }
        self.text = text
        remaining = outset.length(from: 8, upTo: 64)
        if let best = outset.elites.first, outset.turn % 3 < 2 {
            point = best.point
            frame = outset.frame(Array(repeating: best.box, count: outset.space.lanes))
            // Of points that differ elsewhere the losses say nothing here.
            for elite in outset.elites where Self.isLike(elite.point, best.point, outside: text.coordinates) {
                pool.take(JudgedTokens(coding.tokens(of: Array(elite.point[text.coordinates])), loss: elite.margin))
            }
        } else {
            frame = outset.frame(outset.boxes)
            var point = outset.space.reference
            for text in outset.space.texts {
                guard let drawn = text.wording.drawn(1, &random).first else { continue }
                point.replaceSubrange(text.coordinates, with: drawn)
            }
            self.point = point
        }
        self.searcher = searcher(pool.best)
    }

    private static func isLike(_ point: [Double], _ other: [Double], outside text: Range<Int>) -> Bool {
        point[..<text.lowerBound] == other[..<text.lowerBound] && point[text.upperBound...] == other[text.upperBound...]
    }

    func next(_ tile: Tile, _ random: inout Random) -> Reading? {
        guard remaining > 0, let coding = text.wording.tokens else { return nil }
        remaining -= 1
        let field = field ?? coding.field(at: point)
        self.field = field
        proposals = searcher.propose(tile.count, pool, in: field, &random)
        guard !proposals.isEmpty else { return nil }
        tile.count = proposals.count
        for (lane, tokens) in proposals.enumerated() {
            var proposal = point
            proposal.replaceSubrange(text.coordinates, with: coding.choices(ofTokens: tokens) ?? [])
            tile.set(proposal, lane: lane)
        }
        tile.fillIdleLanes()
        return .margins
    }

    func observe(_ tile: Tile) {
        let judged = (0..<tile.count).map { JudgedTokens(proposals[$0], loss: tile.margins[$0]) }
        for one in judged { pool.take(one) }
        searcher.learn(judged)
    }
}
