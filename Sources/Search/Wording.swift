/// What a run of coordinates is that together say a text: the choices of a generator.
///
/// Whatever the choices are, a text comes of them; several choices may say the same one.
package protocol Wording: AnyObject, Sendable {
    /// Whether all texts there are come of choices, so that trying all choices is trying all texts.
    var isComplete: Bool { get }
    /// Choices of texts by chance.
    func drawn(_ count: Int, _ random: inout Random) -> [[Double]]
    /// Choices of a text that is like one, or made of two.
    func changed(_ choices: [Double], _ other: [Double], _ random: inout Random) -> [Double]
    /// Choices of texts that are one step of a kind away, those that leave out most, or are plainest, first: of plainer ones, or
    /// of all. Made as they are asked for.
    func steps(from choices: [Double], _ step: WordingStep, _ scope: WordingScope) -> AnySequence<[Double]>
    /// Whether the text of the first choices is plainer than that of the others.
    func isPlainer(_ choices: [Double], than other: [Double]) -> Bool
    /// How the text's own choices are written.
    func canonical(_ choices: [Double]) -> [Double]
    /// What may stand in the place of each sign, and where that is: texts that differ from one in it, for each place several.
    func variants(of choices: [Double], _ random: inout Random) -> [(place: Int, choices: [[Double]])]
    /// How the text is a sequence of tokens; nil where it is none.
    var tokens: (any TokenCoding)? { get }
}

extension Wording {
    package var tokens: (any TokenCoding)? { nil }
}

/// Texts that are sequences of a language model's tokens.
package protocol TokenCoding: AnyObject, Sendable {
    func tokens(of choices: [Double]) -> [Int]
    /// nil where there are no such choices: too many tokens, or not those of a text.
    func choices(ofTokens tokens: [Int]) -> [Double]?
    /// Whether slopes may say what to exchange.
    var hasSlopes: Bool { get }
    /// What may be asked of the text, all else as at `point`.
    func field(at point: [Double]) -> any TokenField
}

/// Which texts are of use: where something else counts first, one that is not plainer may be.
package enum WordingScope: Sendable { case plainer, all }

/// A way to make a text plainer.
package enum WordingStep: Sendable, CaseIterable {
    /// Something is left out: turns of what is repeated, or letters.
    case shorter
    /// Another alternative.
    case alternative
    /// All letters, or all that are alike, by one that is plainer.
    case alike
    /// One letter by a plainer one.
    case letter
    /// Letters in another order.
    case order
}

/// A text among the variables of a space.
package struct TextVariable: Sendable {
    package let coordinates: Range<Int>
    package let wording: any Wording

    package init(_ coordinates: Range<Int>, _ wording: any Wording) {
        (self.coordinates, self.wording) = (coordinates, wording)
    }
}
