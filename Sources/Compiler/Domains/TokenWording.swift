import Search
import Texts

/// The texts of tokens, for the search and for shrinking: fewest tokens first, then fewest that are not the plainest one, then
/// plainest.
final class TokenWording: Wording, TokenCoding {
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

    var tokens: (any TokenCoding)? { self }
    var hasSlopes: Bool { !hopes.isEmpty && texts.model.hasSlopes }

    func tokens(of choices: [Double]) -> [Int] { texts.tokens(of: choices.map { Int($0) }) }

    func choices(ofTokens tokens: [Int]) -> [Double]? { texts.choices(ofTokens: tokens)?.map(Double.init) }

    func field(at point: [Double]) -> any TokenField {
        TokenTextField(texts, hopes.map { $0.placed(leaf, leaves, at: point) })
    }

    func canonical(_ choices: [Double]) -> [Double] { self.choices(ofTokens: tokens(of: choices)) ?? choices }

    func isPlainer(_ choices: [Double], than other: [Double]) -> Bool {
        let (one, two) = (tokens(of: choices), tokens(of: other))
        if one.count != two.count { return one.count < two.count }
        func order(_ tokens: [Int]) -> (matter: Int, sum: Int) { (tokens.count { $0 > 0 }, tokens.reduce(0, +)) }
        let (first, second) = (order(one), order(two))
        return first != second ? first < second : one.lexicographicallyPrecedes(two)
    }

    // MARK: - By chance

    func drawn(_ count: Int, _ random: inout Random) -> [[Double]] {
        (0..<count).map { _ in
            for _ in 0..<32 {
                let length = texts.count.lowerBound + random.below(texts.count.count)
                if let found = choices(ofTokens: (0..<length).map { _ in token(&random) }) { return found }
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
        let (own, others) = (tokens(of: choices), tokens(of: other))
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
            if next != own, let found = self.choices(ofTokens: next) { return found }
        }
        return canonical(choices)
    }

    // MARK: - Shrinking

    func steps(from choices: [Double], _ step: WordingStep, _ scope: WordingScope) -> AnySequence<[Double]> {
        let own = tokens(of: choices)
        var proposals: [[Int]] = []
        switch step {
        case .shorter:
            for length in [own.count / 2, own.count / 4, 1] where length > 0 {
                for start in stride(from: 0, to: own.count, by: length) {
                    proposals.append(Array(own[..<start] + own[min(start + length, own.count)...]))
                }
            }
            proposals += withoutLetters(own)
        case .alternative:
            // Those that matter stay, the others are the plainest.
            for length in [own.count, own.count / 2, own.count / 4, 1] where length > 0 {
                for start in stride(from: 0, to: own.count, by: length) {
                    var next = own
                    for place in start..<min(start + length, own.count) { next[place] = 0 }
                    proposals.append(next)
                }
            }
        case .alike:
            for token in Set(own).sorted() where own.count(where: { $0 == token }) > 1 {
                proposals += plainer(than: token).map { plainer in own.map { $0 == token ? plainer : $0 } }
            }
        case .letter:
            for place in own.indices {
                for token in plainer(than: own[place]) {
                    var next = own
                    next[place] = token
                    proposals.append(next)
                }
            }
        case .order:
            proposals = [own.sorted()]
            for first in own.indices {
                for second in own.indices where second > first && own[second] < own[first] {
                    var next = own
                    next.swapAt(first, second)
                    proposals.append(next)
                }
            }
        }
        return AnySequence(
            proposals.lazy.filter { $0 != own }.compactMap { self.choices(ofTokens: $0) }
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

    /// The plainest tokens, then half of the way to them, a quarter and so on.
    private func plainer(than token: Int) -> [Int] {
        var (step, found) = (token / 2, Array(0..<min(token, 16)))
        while step > 0 {
            found.append(token - step)
            step /= 2
        }
        return found
    }

    func variants(of choices: [Double], _ random: inout Random) -> [(place: Int, choices: [[Double]])] { [] }
}
