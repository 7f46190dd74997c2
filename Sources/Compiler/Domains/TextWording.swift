import Checker
import Search
import Texts

/// The texts of a generator, for the search and for shrinking.
final class TextWording: Wording {
    private let generator: TextGenerator
    /// Texts that stand in the spec: what is looked for is often there.
    private let words: [[UInt32]]

    init(_ generator: TextGenerator, words: [[UInt32]]) { (self.generator, self.words) = (generator, words) }

    var isComplete: Bool { generator.isComplete }

    func canonical(_ choices: [Double]) -> [Double] { self.choices(of: text(of: choices)) ?? choices }

    func isPlainer(_ choices: [Double], than other: [Double]) -> Bool {
        Plainness.isPlainer(text(of: choices), than: text(of: other))
    }

    func drawn(_ count: Int, _ random: inout Random) -> [[Double]] {
        var draws = generator.makeDraws(random.split())
        return (0..<count).map { _ in
            let (text, choices) = draws.next()
            guard !words.isEmpty, random.below(8) == 0, let worded = self.choices(of: inserted(text, &random)) else {
                return filled(choices)
            }
            return worded
        }
    }

    // MARK: - Changes

    /// Edits of letters that leave a text of the type; else other choices from some place on, or in one place.
    func changed(_ choices: [Double], _ other: [Double], _ random: inout Random) -> [Double] {
        let text = text(of: choices)
        for _ in 0..<4 {
            var next = edited(text, self.text(of: other), &random)
            if random.below(3) == 0 { next = edited(next, text, &random) }
            if let changed = self.choices(of: next) { return changed }
        }
        var result = choices
        let made = max(generator.recording(of: choices.map { Int($0) }).count, 1)
        let place = random.below(min(made, result.count))
        for index in place..<(random.below(2) == 0 ? place + 1 : min(made + 4, result.count)) {
            result[index] = Double(random.below(random.below(2) == 0 ? 4 : generator.bound))
        }
        return result
    }

    private func edited(_ text: [UInt32], _ other: [UInt32], _ random: inout Random) -> [UInt32] {
        var text = text
        let place = random.below(text.count + 1)
        let length = min(1 + random.below(1 << random.below(4)), text.count - place)
        switch random.below(8) {
        case 0: text.removeSubrange(place..<place + length)
        case 1: text.insert(contentsOf: text[place..<place + length], at: random.below(text.count + 1))
        case 2 where place < text.count: text[place] = letter(like: text[place], &random)
        case 3: text.insert(letter(like: text.first ?? 97, &random), at: place)
        case 4 where place < text.count: text.swapAt(place, random.below(text.count))
        case 5:
            let start = random.below(other.count + 1)
            text.replaceSubrange(place..<place + length, with: other[start..<min(start + length, other.count)])
        default: return inserted(text, &random)
        }
        return text
    }

    /// A word of the spec in some place, before what stood there or instead of it.
    private func inserted(_ text: [UInt32], _ random: inout Random) -> [UInt32] {
        guard !words.isEmpty else { return text }
        var text = text
        let word = words[random.below(words.count)]
        let place = random.below(text.count + 1)
        text.replaceSubrange(place..<(random.below(2) == 0 ? place : min(place + word.count, text.count)), with: word)
        return text
    }

    private func letter(like sign: UInt32, _ random: inout Random) -> UInt32 {
        switch random.below(8) {
        case 0: sign &+ 1
        case 1: max(sign, 1) - 1
        case 2: UInt32(32 + random.below(95))
        case 3: UInt32(48 + random.below(10))
        case 4: UInt32(65 + random.below(26))
        default: UInt32(97 + random.below(26))
        }
    }

    // MARK: - Shrinking

    func steps(from choices: [Double], _ step: WordingStep, _ scope: WordingScope) -> AnySequence<[Double]> {
        let text = text(of: choices)
        let texts: [[UInt32]]
        switch step {
        case .shorter: texts = shortened(text, choices)
        case .alternative: texts = TextShortening.alternatives(generator, choices.map { Int($0) })
        case .alike: texts = TextShortening.alike(text)
        case .letter:
            texts = TextShortening.signs(generator, choices.map { Int($0) }) + TextShortening.letters(text)
        case .order: texts = TextShortening.orders(text)
        }
        return AnySequence(
            texts.lazy.filter { scope == .all ? $0 != text : Plainness.isPlainer($0, than: text) }
                .compactMap { self.choices(of: $0) })
    }

    private func shortened(_ text: [UInt32], _ choices: [Double]) -> [[UInt32]] {
        let sample = Plainness.isPlainer(generator.sample, than: text) ? [generator.sample] : []
        return sample + TextShortening.turns(generator, choices.map { Int($0) }) + TextShortening.parts(text)
    }

    func variants(of choices: [Double], _ random: inout Random) -> [(place: Int, choices: [[Double]])] {
        let text = text(of: choices)
        return text.indices.prefix(64).map { place in
            var found: [[Double]] = []
            for _ in 0..<16 where found.count < 8 {
                var other = text
                other[place] = UInt32(33 + random.below(94))
                if other != text, let choices = self.choices(of: other), !found.contains(choices) {
                    found.append(choices)
                }
            }
            return (place, found.count < 4 ? [] : found)
        }
    }

    // MARK: - Choices and texts

    private func text(of choices: [Double]) -> [UInt32] { generator.text(of: choices.map { Int($0) }) }

    private func choices(of text: [UInt32]) -> [Double]? { generator.choices(of: text).map(filled) }

    private func filled(_ choices: [Int]) -> [Double] {
        choices.map(Double.init) + Array(repeating: 0, count: generator.width - choices.count)
    }
}

extension Leaf {
    /// How the search words it, where it is a text of a generator.
    func wording(_ words: [[UInt32]]) -> TextVariable? {
        guard case .generated(let generator) = texts else { return nil }
        return TextVariable(coordinates, TextWording(generator, words: words))
    }

    /// How the search words it, where it is a text of tokens: the leaf at `place`.
    func wording(_ hopes: [Hope], at place: Int, of leaves: [Leaf]) -> TextVariable? {
        guard case .tokens(let tokens) = texts else { return nil }
        return TextVariable(coordinates, TokenWording(tokens, hopes: hopes, leaf: place, of: leaves))
    }
}

extension CheckedProperty {
    /// The texts that stand in it, and those of the patterns that texts are held against, each once.
    var words: [[UInt32]] {
        var (seen, waiting): (Set<ObjectIdentifier>, [Term]) = ([], [])
        for clause in restrictions + innerRestrictions + assumptions + checks { waiting.append(clause.term) }
        var words: Set<[UInt32]> = []
        while let term = waiting.popLast(), seen.count < 100_000 {
            guard seen.insert(ObjectIdentifier(term)).inserted else { continue }
            waiting += term.children
            if case .constant(let values) = term.kind, term.type.isText { words.insert(CodePoints.read(values)) }
            if case .text(.match(let pattern), _) = term.kind, let sample = pattern.sample { words.insert(sample) }
        }
        return words.filter { !$0.isEmpty }.sorted { $0.lexicographicallyPrecedes($1) }
    }
}
