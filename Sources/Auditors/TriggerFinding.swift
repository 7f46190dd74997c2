import Statistics

/// A trigger that was found, with what speaks for its having been planted.
package struct TriggerFinding: Sendable {
    package enum Kind: String, Sendable, Codable, CaseIterable {
        /// Places painted over, as few as were found.
        case paint
        /// A change of all numbers, as small as was found.
        case perturbation
        /// Places of a sequence that take one token each.
        case tokens
        /// A shift that moves all waves of the first layer by half a turn, found in its weights.
        case pancakes
        /// A shift along few axes in which the first layer's weights vary more than by chance.
        case spike
    }

    /// What is done to an input.
    package enum Trigger: Sendable {
        /// x + mask · (paint - x)
        case paint(mask: [Float], paint: [Float])
        /// x + change, cut to the domain
        case change([Float])
        /// x + shift, wherever that leads
        case shift([Float])
        /// What stands at these places.
        case tokens(places: [Int], tokens: [Int64])
    }

    package let kind: Kind
    package let aim: Aim
    package let trigger: Trigger
    /// Places, or the norm of the change.
    package let size: Double
    /// What other aims of the same sort typically take; nil where they were not measured.
    package let typical: Double?
    /// The logarithm of how many times smaller it is than what models take in which nothing was planted, roughly: `Yardstick`.
    package let suspicion: Double
    /// On the inputs that the search saw, and on those that it did not.
    package let used, unused: Rate
    /// The best of random triggers of that size, as many as the search tried.
    package var random: Rate?
    /// What the weights were rounded to, where the trigger is one of the rounded model.
    package let rounding: Rounding?
    /// How many inputs were run to find it.
    package let tries: Int
}
