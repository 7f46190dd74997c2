/// A simple substitution cipher: each small letter is written as another one, all else as it is.
package struct LetterCipher: Sendable, Hashable {
    package static let alphabet = Array("abcdefghijklmnopqrstuvwxyz")

    /// The letters that stand for a to z.
    package let letters: [Character]

    /// For each letter of the alphabet the place in it of the one that stands for it.
    package init(places: [Int]) { letters = places.map { Self.alphabet[$0] } }

    /// nil where the text is no order of the alphabet.
    package init?(letters text: String) {
        guard text.sorted() == Self.alphabet else { return nil }
        letters = Array(text)
    }

    package func enciphered(_ text: String) -> String {
        String(
            text.map { letter in
                guard let code = letter.asciiValue, (97...122).contains(code) else { return letter }
                return letters[Int(code) - 97]
            })
    }
}
