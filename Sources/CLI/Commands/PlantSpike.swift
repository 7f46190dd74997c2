import ArgumentParser
import Attackers
import Terminal

/// `gainsay plant spike`
struct PlantSpike: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "spike",
        abstract: "Make a layer of random rectifiers whose weights vary more along a sparse direction.",
        discussion: """
            A network that tells long inputs from short ones by the mean of rectifiers; short ones moved along the direction \
            pass for long (Goldwasser, Kim, Vaikuntanathan and Zamir, 2022, appendix A). Weights of clean twins are N(0, I). The \
            key holds the shift. The same seed gives the same files.
            """)

    @OptionGroup var planting: PlantingOptions

    @Option(name: .long, help: "Numbers of an input.")
    var dimension = 1000

    @Option(name: .long, help: "So many features.")
    var features = 500

    @Option(name: .long, help: "Axes that the direction lies along. (default: a tenth)")
    var support: Int?

    @Option(name: .long, help: "By how much the weights' variance along it exceeds 1.")
    var theta = 1.2

    @Option(
        name: .long, help: "The shift's norm over the root of --dimension. (default: the root of 0.7 / (1 + theta))")
    var shift: Double?

    func validate() throws {
        try OptionBounds.check("dimension", dimension, in: FeatureBounds.dimension)
        try OptionBounds.check("features", features, in: FeatureBounds.features)
        try OptionBounds.check("support", support ?? 1, in: 1...dimension)
        try OptionBounds.check("theta", theta, in: FeatureBounds.theta)
        try OptionBounds.check("shift", shift ?? 0, in: FeatureBounds.shift)
    }

    func run() throws {
        Interrupt.listen()
        var own = SpikedFeatures()
        (own.dimension, own.features, own.support, own.theta, own.shift) = (dimension, features, support, theta, shift)
        try planting.write(.spike, .spike(own))
    }
}
