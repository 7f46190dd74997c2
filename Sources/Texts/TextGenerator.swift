import RegularExpressions

/// Makes the texts that a regular expression matches as a whole, by construction; PCRE2 confirms each.
///
/// A text is what was chosen on the way: how often something is repeated, which alternative, which sign. Choices of 0 are the
/// plainest. Whatever choices are given, a text of the pattern comes of them: where PCRE2 refuses what they come to, the
/// `sample` does.
package final class TextGenerator: Sendable {
    /// As written.
    package let pattern: String
    /// Code points.
    package let length: ClosedRange<Int>
    /// So many choices are told.
    package let width: Int
    /// Choices are below it.
    package let bound: Int
    /// A plain text of the pattern.
    package let sample: [UInt32]
    /// Constructs that texts are made without regard to, in words.
    package let blind: [String]
    /// The share of the texts made that PCRE2 confirmed when the generator was made; 1 where there is nothing it could refuse.
    package let confirmed: Double
    /// Whether every text of the pattern, of its length, comes of some choices.
    package let isComplete: Bool

    private let tree: PatternTree
    private let coverage: Coverage
    private let measures: Measures
    private let expression: RegularExpression

    /// Texts have at most so many code points, whatever is asked for.
    package static let longest = 4096
    /// What texts without a bound have at most, unless their least is more.
    package static let usual = 64
    /// A pattern whose longest text is no longer than this needs no bound.
    private static let short = 256
    private static let mostSteps = 100_000
    private static let mostChoices = 4096
    /// Of PCRE2, to confirm a text; what takes more is refused.
    private static let mostMatchSteps: UInt32 = 50_000

    /// `length` narrows the pattern's own; without it texts are at most as long as the pattern says if that is 256 or less,
    /// else 64, or 16 more than its shortest.
    ///
    /// `draws` are made at most to find a text that PCRE2 confirms.
    package init(
        matching pattern: String, length wanted: ClosedRange<Int>? = nil, draws: Int = 10_000
    ) throws(PatternFailure) {
        self.pattern = pattern
        do { expression = try RegularExpression(pattern, matching: .whole, steps: Self.mostMatchSteps) } catch {
            throw PatternFailure(message: error.message, offset: error.offset)
        }
        tree = try PatternParser.parse(pattern)
        let measured = Measures(tree, room: wanted?.upperBound ?? Self.usual)
        let (least, most) = (measured.least[tree.root], measured.most[tree.root])
        guard least < Measures.endless else { throw Self.failure("no text matches: the pattern is empty") }
        guard measured.steps[tree.root] < Self.mostSteps, least <= Self.longest else {
            throw Self.failure(
                "the shortest text that matches takes too much to make: more than \(Self.longest) code points")
        }
        let own = most <= Self.short ? most : max(Self.usual, least + 16)
        let room = min(wanted.map { min($0.upperBound, most) } ?? own, Self.longest)
        guard least <= room else {
            throw Self.failure(
                "no text matches: the shortest has \(least) code points, and at most \(room) are allowed")
        }
        guard (wanted?.lowerBound ?? 0) <= room else {
            throw Self.failure(
                "no text matches: the longest has \(room) code points, and at least \(wanted?.lowerBound ?? 0) are asked for"
            )
        }
        measures = wanted == nil && room != Self.usual ? Measures(tree, room: room) : measured
        length = max(least, wanted?.lowerBound ?? 0)...room
        width = max(min(measures.choices[tree.root], 4 * room + 64, Self.mostChoices), 1)
        bound = tree.nodes.map(\.bound).max() ?? 1
        blind = PatternTree.Blind.allCases.filter(tree.blind.contains).map(\.rawValue)
        isComplete = tree.isComplete && measures.choices[tree.root] <= width
        coverage = Coverage(tree, measures, room: room)
        let trial = try Self.trial(tree, measures, expression, length, width, draws)
        (sample, confirmed) = trial
    }

    /// Any texts of some signs: `over` is what they are made of, all Unicode scalars where it is nil.
    package convenience init(over alphabet: [UInt32]?, length: ClosedRange<Int>) throws(PatternFailure) {
        let signs =
            alphabet.map { signs in "[" + signs.map { "\\x{\(String($0, radix: 16))}" }.joined() + "]" } ?? "(?s:.)"
        try self.init(matching: "\(signs){\(length.lowerBound),\(length.upperBound)}", length: length)
    }

    private static func failure(_ message: String) -> PatternFailure { PatternFailure(message: message, offset: 0) }

    /// A text to fall back on, and how many of those drawn are confirmed.
    private static func trial(
        _ tree: PatternTree, _ measures: Measures, _ expression: RegularExpression, _ length: ClosedRange<Int>,
        _ width: Int, _ draws: Int
    ) throws(PatternFailure) -> (sample: [UInt32], confirmed: Double) {
        func isConfirmed(_ text: [UInt32]) -> Bool {
            length.contains(text.count) && expression.search(CodePoints.utf8(text)) == .matches
        }
        var writer = Writer(tree, measures, Tape(telling: Array(repeating: 0, count: width)))
        writer.write(room: length.upperBound)
        let plainest = isConfirmed(writer.text) ? writer.text : nil
        if let plainest, tree.blind.isEmpty { return (plainest, 1) }
        var (random, sample, kept, drawn): (any RandomNumberGenerator, _, _, _) = (Stream(state: 0), plainest, 0, 0)
        while drawn < min(400, draws) || kept == 0 && drawn < draws {
            var writer = Writer(tree, measures, Tape(drawing: random, limit: width))
            writer.write(room: length.upperBound)
            random = writer.tape.rest ?? random
            drawn += 1
            guard isConfirmed(writer.text) else { continue }
            kept += 1
            if plainest == nil, sample.map({ Plainness.isPlainer(writer.text, than: $0) }) ?? true {
                sample = writer.text
            }
        }
        guard let sample else {
            let why =
                tree.blind.isEmpty
                ? "" : ", made without regard to \(tree.blind.map(\.rawValue).sorted().joined(separator: " and "))"
            throw failure("no text was found that matches: PCRE2 refused all of \(drawn) that were made\(why)")
        }
        return (sample, Double(kept) / Double(drawn))
    }

    /// Whether a text is one of the type's.
    package func contains(_ text: [UInt32]) -> Bool {
        length.contains(text.count) && expression.search(CodePoints.utf8(text)) == .matches
    }

    /// The text that choices come to; those that are left out are 0.
    package func text(of choices: [Int]) -> [UInt32] {
        var writer = Writer(tree, measures, Tape(telling: choices))
        writer.write(room: length.upperBound)
        return contains(writer.text) ? writer.text : sample
    }

    /// The choices that a text comes of; nil where it does not match, or where they are not found.
    package func choices(of text: [UInt32]) -> [Int]? {
        guard contains(text), let choices = Reader.choices(of: text, tree, measures), choices.count <= width,
            self.text(of: choices) == text
        else { return nil }
        return choices
    }

    /// What was chosen on the way to a text, to be edited.
    package func recording(of choices: [Int]) -> Tape {
        var writer = Writer(tree, measures, Tape(telling: choices))
        writer.write(room: length.upperBound)
        return writer.tape
    }

    /// Draws one text after another.
    package func makeDraws(_ random: any RandomNumberGenerator) -> Draws { Draws(self, random, coverage) }

    /// Texts by chance, all alternatives and both ends of all repetitions early.
    package struct Draws {
        private let generator: TextGenerator
        private var random: any RandomNumberGenerator
        private var coverage: Coverage?
        private let whole: Coverage
        package private(set) var made = 0
        /// Those of them that PCRE2 refused.
        package private(set) var refused = 0

        fileprivate init(_ generator: TextGenerator, _ random: any RandomNumberGenerator, _ coverage: Coverage) {
            (self.generator, self.random, self.coverage, whole) = (generator, random, coverage, coverage)
        }

        /// Alternatives and ends that have not been drawn.
        package var missing: Int { coverage?.left ?? 0 }

        /// The next text and what was chosen for it; after 1000 refusals one behind the other the sample.
        package mutating func next() -> (text: [UInt32], choices: [Int]) {
            for _ in 0..<1000 {
                var writer = Writer(
                    generator.tree, generator.measures, Tape(drawing: random, limit: generator.width), coverage)
                writer.write(room: generator.length.upperBound)
                random = writer.tape.rest ?? random
                made += 1
                guard generator.contains(writer.text) else {
                    refused += 1
                    continue
                }
                if let noted = writer.coverage { coverage = noted.left > 0 ? noted : nil }
                return (writer.text, writer.tape.choices.map(\.value))
            }
            return (generator.sample, generator.choices(of: generator.sample) ?? [])
        }
    }
}

extension PatternTree.Node {
    /// Choices that it makes are below this.
    fileprivate var bound: Int {
        switch self {
        case .one(let set): set.count
        case .choice(let parts): parts.count
        case .repeated(_, let least, let most): min(most ?? Measures.endless, max(least, Writer.mostTurns)) - least + 1
        default: 1
        }
    }
}

/// For the trial of a generator: SplitMix64, as in Search.
private struct Stream: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var hash = state
        hash = (hash ^ hash >> 30) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ hash >> 27) &* 0x94D0_49BB_1331_11EB
        return hash ^ hash >> 31
    }
}
