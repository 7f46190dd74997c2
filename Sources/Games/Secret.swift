import Hashing

/// What all chance of a game comes from, and nobody but its player knows: it stands in no file and in no command line.
package struct Secret: Sendable {
    private static let shortest = 16

    private let key: [UInt8]

    /// `words` have at least 16 bytes, so that nobody tries them all. Another game has other seeds from the same words.
    package init(_ words: String, for game: Game) throws(GameError) {
        guard words.utf8.count >= Self.shortest else {
            throw GameError("a game's secret has at least \(Self.shortest) characters that nobody guesses")
        }
        key = HMAC.bytes(of: game.digest.utf8, key: Array(words.utf8))
    }

    enum Purpose: String {
        /// What is planted, and how.
        case planting
        /// In which order models stand.
        case order
        /// Rows that auditors are given, and those that what they found is tried on.
        case data, replay
        /// What auditors may begin their own chance with: told to them.
        case auditing
    }

    /// Numbers of one purpose or place tell nothing about any other.
    func seed(_ purpose: Purpose, _ number: Int) -> UInt64 {
        let bytes = HMAC.bytes(of: "\(purpose.rawValue) \(number)".utf8, key: key)
        // Read by programs whose numbers are exact below 2^53.
        return bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } >> 12
    }

    /// Tells this secret from another, and tells nothing else.
    var check: String { SHA256.digits(HMAC.bytes(of: "check".utf8, key: key)) }

    /// Shows that bytes were written by who knows the secret.
    func seal(_ bytes: some Sequence<UInt8>) -> String {
        SHA256.digits(HMAC.bytes(of: bytes, key: HMAC.bytes(of: "seal".utf8, key: key)))
    }
}
