import Texts
import Tokenizers

/// The tokens that a text may be made of at will: those that are valid texts of their own, without control characters and not
/// longer than 32 code points; special and added ones left out. The plainest first: small letters behind at most one blank, then
/// letters, then ASCII, then others, shorter ones first.
package struct PlainTokens: Sendable {
    static let longest = 32

    /// The model's numbers for them.
    package let ids: [Int32]
    /// Their places, by the model's numbers; -1 for others.
    let places: [Int32]
    /// Code points, at most.
    let longestText: Int

    package init(_ tokenizer: Tokenizer) {
        var ranked: [(kind: Int, text: String, id: Int32)] = []
        var longest = 0
        for id in 0..<Int32(tokenizer.model.table.count) where tokenizer.added.byID[id] == nil {
            // What stands behind another token: the first blank of a text may be left out.
            guard let text = tokenizer.text([id]), !text.isEmpty, text.unicodeScalars.count <= Self.longest,
                !text.unicodeScalars.contains(where: Self.isControl)
            else { continue }
            ranked.append((Self.kind(text), text, id))
            longest = max(longest, text.unicodeScalars.count + 1)
        }
        ranked.sort {
            ($0.kind, $0.text.unicodeScalars.count, $0.id) < ($1.kind, $1.text.unicodeScalars.count, $1.id)
        }
        ids = ranked.map(\.id)
        longestText = longest
        var places = Array(repeating: Int32(-1), count: tokenizer.count)
        for (place, id) in ids.enumerated() { places[Int(id)] = Int32(place) }
        self.places = places
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value == 0xFFFD || scalar.value < 32 || (127..<160).contains(scalar.value)
            || scalar.properties.generalCategory == .unassigned
    }

    private static func kind(_ text: String) -> Int {
        let letters = text.utf8.first == UInt8(ascii: " ") ? text.utf8.dropFirst() : text.utf8[...]
        if !letters.isEmpty, letters.allSatisfy({ (97...122).contains($0) }) { return 0 }
        if !letters.isEmpty, letters.allSatisfy({ (97...122).contains($0 | 32) }) { return 1 }
        return text.utf8.allSatisfy { $0 < 128 } ? 2 : 3
    }
}
