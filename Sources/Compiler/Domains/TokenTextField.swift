import Search
import Texts

/// What a text of tokens is asked by searches, all else known.
final class TokenTextField: TokenField {
    private let texts: TokenTexts
    private let hopes: [PlacedHope]

    init(_ texts: TokenTexts, _ hopes: [PlacedHope]) { (self.texts, self.hopes) = (texts, hopes) }

    var tokenCount: Int { texts.model.plainTokenCount }
    var length: ClosedRange<Int> { texts.count }

    func isSound(_ tokens: [Int]) -> Bool { texts.choices(ofTokens: tokens) != nil }

    /// Of all hopes together, as if the margin were their sum.
    func gains(_ tokens: [Int]) -> [Float]? {
        var sum: [Float]?
        for hope in hopes {
            guard
                let slopes = texts.model.slopes(
                    of: tokens, between: (hope.before, hope.after), target: hope.target)
            else { continue }
            let before = sum ?? Array(repeating: 0, count: slopes.count)
            sum = zip(before, slopes).map { $0 + hope.sign * $1 }
        }
        return sum
    }

    func continuations(of beginning: [Int]) -> [Float]? {
        hopes.first.flatMap { texts.model.continuations(of: beginning, behind: $0.before) }
    }
}
