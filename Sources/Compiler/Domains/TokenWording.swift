import Search
import Texts

/// The texts of tokens, for the search and for shrinking: fewest tokens first, then plainest.
final class TokenWording: Wording {
    private let texts: TokenTexts
    private let hopes: [Hope]
    /// The text's own coordinates.
    private let leaf: Int
    private let leaves: [Leaf]

    init(_ texts: TokenTexts, hopes: [Hope], leaf: Int, of leaves: [Leaf]) {
        (self.texts, self.leaf, self.leaves) = (texts, leaf, leaves)
        self.hopes = hopes.filter { $0.place(of: leaf) != nil }
    }

    var isComplete: Bool { true }

    private func tokens(_ choices: [Double]) -> [Int] { texts.tokens(of: choices.map { Int($0) }) }

    private func choices(_ tokens: [Int]) -> [Double]? { texts.choices(ofTokens: tokens)?.map(Double.init) }

    func canonical(_ choices: [Double]) -> [Double] { self.choices(tokens(choices)) ?? choices }

    func isPlainer(_ choices: [Double], than other: [Double]) -> Bool {
        let (one, two) = (tokens(choices), tokens(other))
        if one.count != two.count { return one.count < two.count }
        let (first, second) = (one.reduce(0, +), two.reduce(0, +))
        return first != second ? first < second : one.lexicographicallyPrecedes(two)
    }

    // MARK: - By chance

    func drawn(_ count: Int, _ random: inout Random) -> [[Double]] {
        (0..<count).map { _ in
            for _ in 0..<32 {
                let length = texts.count.lowerBound + random.below(texts.count.count)
                if let found = choices((0..<length).map { _ in token(&random) }) { return found }
            }
            return canonical(Array(repeating: 0, count: texts.width))
        }
    }

    /// Plain ones more often.
    private func token(_ random: inout Random) -> Int {
        let all = texts.model.plainTokenCount
        return random.below(random.below(2) == 0 ? all : max(1, all / 4))
    }

    func changed(_ choices: [Double], _ other: [Double], _ random: inout Random) -> [Double] {
        let (own, others) = (tokens(choices), tokens(other))
        for _ in 0..<16 {
            var next = own
            let place = random.below(next.count + 1)
            switch random.below(6) {
            case 0 where place < next.count: next.remove(at: place)
            case 1: next.insert(token(&random), at: place)
            case 2 where place < next.count: next.swapAt(place, random.below(next.count))
            case 3 where place < next.count && !others.isEmpty: next[place] = others[random.below(others.count)]
            default: if place < next.count { next[place] = token(&random) }
            }
            if next != own, let found = self.choices(next) { return found }
        }
        return canonical(choices)
    }

    // MARK: - By slopes

    var hasSlopes: Bool { !hopes.isEmpty }

    /// Tokens of which one is drawn for each swap.
    private static let candidates = 128

    func swaps(_ choices: [Double], at point: [Double], count: Int, _ random: inout Random) -> [[Double]] {
        let own = tokens(choices)
        let hope = hopes[random.below(hopes.count)]
        guard !own.isEmpty, let slopes = hope.slopes(of: own, leaf: leaf, leaves, at: point, texts.model) else {
            return []
        }
        let all = texts.model.plainTokenCount
        let best = own.indices.map { place in
            Array(
                (0..<all).sorted { hope.sign * slopes[place * all + $0] > hope.sign * slopes[place * all + $1] }
                    .prefix(Self.candidates))
        }
        var found: [[Double]] = []
        for _ in 0..<4 * count where found.count < count {
            var next = own
            // Where there is room, sometimes one more token.
            if next.count < texts.count.upperBound, random.below(4) == 0 {
                next.insert(
                    best[random.below(own.count)][random.below(Self.candidates)], at: random.below(next.count + 1))
            } else {
                let place = random.below(own.count)
                next[place] = best[place][random.below(best[place].count)]
            }
            if next != own, let choices = self.choices(next) { found.append(choices) }
        }
        return found
    }

    // MARK: - Shrinking

    func steps(from choices: [Double], _ step: WordingStep, _ scope: WordingScope) -> AnySequence<[Double]> {
        let own = tokens(choices)
        var proposals: [[Int]] = []
        switch step {
        case .shorter:
            for length in [own.count / 2, own.count / 4, 1] where length > 0 {
                for start in stride(from: 0, to: own.count, by: length) {
                    proposals.append(Array(own[..<start] + own[min(start + length, own.count)...]))
                }
            }
            proposals += withoutLetters(own)
        case .letter:
            for place in own.indices {
                for token in plainer(than: own[place]) {
                    var next = own
                    next[place] = token
                    proposals.append(next)
                }
            }
        case .order: proposals = [own.sorted()]
        case .alternative, .alike: break
        }
        return AnySequence(
            proposals.lazy.filter { $0 != own }.compactMap { self.choices($0) }
                .filter { scope == .all || self.isPlainer($0, than: choices) })
    }

    /// The text with a few letters left out, which may be fewer tokens.
    private func withoutLetters(_ own: [Int]) -> [[Int]] {
        guard let text = texts.model.text(ofTokens: own) else { return [] }
        var found: [[Int]] = []
        for length in 1...4 where length < text.count {
            for start in 0...min(text.count - length, 64) {
                let rest = Array(text[..<start] + text[(start + length)...])
                if let tokens = texts.model.tokens(of: rest) { found.append(tokens) }
            }
        }
        return found
    }

    /// The plainest tokens, then between those and this one.
    private func plainer(than token: Int) -> [Int] {
        var found = Array(0..<min(token, 16))
        for share in 1..<8 { found.append(token * share / 8) }
        return found.filter { $0 < token }
    }

    func variants(of choices: [Double], _ random: inout Random) -> [(place: Int, choices: [[Double]])] { [] }
}

/// A logarithm of a probability that a violation wants larger, or smaller: what is looked for by slopes.
struct Hope {
    enum Part {
        case text([UInt32])
        /// The text of a leaf, by its place.
        case leaf(Int)
    }

    let target: [UInt32]
    let context: [Part]
    /// 1 where it should grow, else -1.
    let sign: Float

    func place(of leaf: Int) -> Int? {
        context.firstIndex { if case .leaf(let index) = $0 { index == leaf } else { false } }
    }

    func slopes(of tokens: [Int], leaf: Int, _ leaves: [Leaf], at point: [Double], _ model: any AskedModel) -> [Float]?
    {
        guard let place = place(of: leaf) else { return nil }
        func text(_ parts: ArraySlice<Part>) -> [UInt32] {
            parts.flatMap { part in
                switch part {
                case .text(let text): text
                case .leaf(let index): leaves[index].text(at: point).map(CodePoints.of) ?? []
                }
            }
        }
        return model.slopes(
            of: tokens, between: (text(context[..<place]), text(context[(place + 1)...])), target: target)
    }
}
