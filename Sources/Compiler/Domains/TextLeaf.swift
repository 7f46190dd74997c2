import Checker
import Texts

/// A leaf that is a text, as the text.
extension Leaf {
    /// The text that its coordinates come to; nil where the leaf is none.
    package func text(at point: [Double]) -> String? {
        switch texts {
        case .generated(let generator):
            return CodePoints.text(generator.text(of: point[coordinates].map { Int($0) }))
        case .tokens(let tokens): return CodePoints.text(tokens.text(of: point[coordinates].map { Int($0) }))
        case .lines: return line(Int(point[coordinates.lowerBound]))
        case nil: return nil
        }
    }

    /// The numbers of the tokens that make the text; nil where the leaf is none of tokens.
    package func tokens(at point: [Double]) -> [Int]? {
        guard case .tokens(let tokens)? = texts else { return nil }
        return tokens.model.identifiers(of: tokens.tokens(of: point[coordinates].map { Int($0) }))
    }

    /// Coordinates that come to a text; nil where it is none of the leaf's, or where they are not found.
    func choices(of text: String) -> [Double]? {
        switch texts {
        case .generated(let generator):
            guard let choices = generator.choices(of: CodePoints.of(text)) else { return nil }
            return choices.map(Double.init) + Array(repeating: 0, count: generator.width - choices.count)
        case .tokens(let tokens): return tokens.choices(of: CodePoints.of(text))?.map(Double.init)
        case .lines:
            guard let lines else { return nil }
            return (0..<lines.shape[0]).first { line($0) == text }.map { [Double($0)] }
        case nil: return nil
        }
    }

    private func line(_ number: Int) -> String? {
        guard let lines, lines.shape.rank == 2, (0..<lines.shape[0]).contains(number) else { return nil }
        let width = lines.shape[1]
        return CodePoints.text(CodePoints.read((0..<width).lazy.map { lines.double(at: number * width + $0) }))
    }
}
