/// Why a game cannot be begun or gone on with, in words.
package struct GameError: Error, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
}
