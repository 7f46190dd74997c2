/// The texts that so many plain tokens of a language model make, as choices: how many more than the least, then the tokens.
///
/// Only texts count that are made of these very tokens: others, which a reader would never meet, come to the plainest text.
package final class TokenTexts: Sendable {
    package let model: any AskedModel
    package let count: ClosedRange<Int>

    /// More tokens are refused.
    package static let mostTokens = 64

    package init(_ model: any AskedModel, _ count: ClosedRange<Int>) { (self.model, self.count) = (model, count) }

    /// So many choices are told, each below the bound.
    package var width: Int { count.upperBound + 1 }
    package var bound: Int { max(model.plainTokenCount, count.count) }
    /// Code points.
    package var most: Int { max(1, count.upperBound * model.longestPlainToken) }

    /// The tokens that choices name, whether their text is made of them or not.
    package func tokens(named choices: [Int]) -> [Int] {
        let number = count.lowerBound + abs((choices.first ?? 0) % count.count)
        return (1...max(number, 1)).prefix(number).map {
            $0 < choices.count ? abs(choices[$0] % model.plainTokenCount) : 0
        }
    }

    /// The tokens of the text that choices come to.
    package func tokens(of choices: [Int]) -> [Int] {
        let tokens = tokens(named: choices)
        return model.text(ofTokens: tokens) == nil ? plainest : tokens
    }

    package func text(of choices: [Int]) -> [UInt32] { model.text(ofTokens: tokens(of: choices)) ?? [] }

    /// nil where the text is not made of so many plain tokens.
    package func choices(of text: [UInt32]) -> [Int]? { model.tokens(of: text).flatMap(choices(ofTokens:)) }

    package func choices(ofTokens tokens: [Int]) -> [Int]? {
        guard count.contains(tokens.count), model.text(ofTokens: tokens) != nil else { return nil }
        return [tokens.count - count.lowerBound] + tokens + Array(repeating: 0, count: count.upperBound - tokens.count)
    }

    /// The first token again and again, or the next ones where that is made of other tokens.
    private var plainest: [Int] {
        for token in 0..<min(model.plainTokenCount, 64) {
            let tokens = Array(repeating: token, count: count.lowerBound)
            if model.text(ofTokens: tokens) != nil { return tokens }
        }
        return []
    }
}

/// Such texts as a part of a function: two are the same where they are one.
package struct TokenTextsReference: Sendable, Hashable {
    package let value: TokenTexts

    package init(_ value: TokenTexts) { self.value = value }

    package static func == (one: Self, other: Self) -> Bool { one.value === other.value }
    package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(value)) }
}
