/// Operators that are known and not computed, each with the reason.
enum Refusals {
    static let rules: [String: OperatorRule] = refused(
        "it draws random numbers, so that a result could not be repeated",
        ["Bernoulli", "Multinomial", "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike"]
    ).merging(
        refused("it reads a compressed picture; give its pixels instead", ["ImageDecoder"])
    ) { first, _ in first }

    private static func refused(_ reason: String, _ names: [String]) -> [String: OperatorRule] {
        let rule: OperatorRule = { _ in throw ModelError(reason) }
        return Dictionary(uniqueKeysWithValues: names.map { ($0, rule) })
    }

    /// The names of these.
    static let names = Set(rules.keys)
}
