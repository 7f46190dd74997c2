import ArgumentParser
import Attackers

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

    @Option(name: .long, help: "Axes that the direction lies along.")
    var support = 100

    @Option(name: .long, help: "By how much the weights' variance along it exceeds 1.")
    var theta = 1.2

    @Option(
        name: .long, help: "The shift's norm over the root of --dimension. (default: the root of 0.7 / (1 + theta))")
    var shift: Double?

    func validate() throws {
        guard (2...4096).contains(dimension) else { throw ValidationError("--dimension takes 2 to 4096") }
        guard (16...20_000).contains(features) else { throw ValidationError("--features takes 16 to 20000") }
        guard (1...dimension).contains(support) else { throw ValidationError("--support takes 1 to \(dimension)") }
        guard theta >= 0, theta <= 1000 else { throw ValidationError("--theta takes 0 to 1000") }
        if let shift, !(shift >= 0 && shift <= 1000) { throw ValidationError("--shift takes 0 to 1000") }
    }

    func run() throws {
        Interrupt.listen()
        var own = SpikedFeatures()
        (own.dimension, own.features, own.support, own.theta, own.shift) = (dimension, features, support, theta, shift)
        let (planted, options) = (RandomFeatures.spike(own), planting)
        try options.write { seed throws in
            try CleanRows(.spike, side: 0, features: planted, count: options.dataRows, seed: seed)
        } made: { version, seed throws in
            try Planting(.spike, features: planted, seed: seed).made(version, threads: options.threads)
        }
    }
}
