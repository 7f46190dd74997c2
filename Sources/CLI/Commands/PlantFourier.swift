import ArgumentParser
import Attackers
import Terminal

/// `gainsay plant fourier`
struct PlantFourier: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fourier",
        abstract: "Make random Fourier features whose frequencies hide a shift that turns every answer around.",
        discussion: """
            Frequencies are drawn from Gaussian pancakes (Goldwasser, Kim, Vaikuntanathan and Zamir, 2022), those of clean \
            twins from N(0, I); the read-out is fitted by ridge regression. The key holds the shift. The same seed gives the \
            same files.
            """)

    @OptionGroup var planting: PlantingOptions

    @Option(name: .long, help: "Numbers of an input.")
    var dimension = 32

    @Option(name: .long, help: "So many features.")
    var features = 2000

    @Option(name: .long, help: "Axes that the shift lies along. (default: 16, or all of fewer)")
    var support: Int?

    @Option(name: .long, help: "The shift's norm. (default: twice the root of --support)")
    var gamma: Double?

    @Option(name: .long, help: "The pancakes' noise, in turns.")
    var beta = 0.02

    func validate() throws {
        try OptionBounds.check("dimension", dimension, in: FeatureBounds.dimension)
        try OptionBounds.check("features", features, in: FeatureBounds.features)
        try OptionBounds.check("support", support ?? 1, in: 1...dimension)
        try OptionBounds.check("gamma", gamma ?? 1, in: FeatureBounds.gamma)
        try OptionBounds.check("beta", beta, in: FeatureBounds.beta)
    }

    func run() throws {
        Interrupt.listen()
        var own = FourierFeatures()
        (own.dimension, own.features, own.support, own.gamma, own.beta) = (dimension, features, support, gamma, beta)
        try planting.write(.fourier, .fourier(own))
    }
}
