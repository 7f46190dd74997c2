import Glibc

/// How much of a text is in another: BLEU-4 (Papineni et al., 2002), of one reference, without smoothing, over characters, as the trojan
/// detection challenge of 2023 counts it.
package enum Bleu {
    private static let longest = 4

    /// From 0 to 1; 0 where the texts have no four characters in a row in common.
    package static func score(_ hypothesis: String, reference: String) -> Double {
        let (own, other) = (Array(hypothesis), Array(reference))
        guard !own.isEmpty, !other.isEmpty else { return 0 }
        var logarithms = 0.0
        for length in 1...longest {
            let (counts, wanted) = (counts(own, length), counts(other, length))
            let shared = counts.reduce(0) { $0 + min($1.value, wanted[$1.key] ?? 0) }
            guard shared > 0 else { return 0 }
            logarithms += log(Double(shared) / Double(counts.values.reduce(0, +)))
        }
        let brevity = own.count > other.count ? 1 : exp(1 - Double(other.count) / Double(own.count))
        return brevity * exp(logarithms / Double(longest))
    }

    private static func counts(_ text: [Character], _ length: Int) -> [ArraySlice<Character>: Int] {
        guard text.count >= length else { return [:] }
        return (0...text.count - length).reduce(into: [:]) { counts, start in
            counts[text[start..<start + length], default: 0] += 1
        }
    }
}
