import ArgumentParser
import Attackers

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
        guard (2...4096).contains(dimension) else { throw ValidationError("--dimension takes 2 to 4096") }
        guard (16...20_000).contains(features) else { throw ValidationError("--features takes 16 to 20000") }
        if let support, !(1...dimension).contains(support) {
            throw ValidationError("--support takes 1 to \(dimension)")
        }
        if let gamma, !(gamma > 0 && gamma <= 1000) { throw ValidationError("--gamma takes a number above 0, to 1000") }
        guard beta >= 0, beta <= 1 else { throw ValidationError("--beta takes 0 to 1") }
    }

    func run() throws {
        Interrupt.listen()
        var own = FourierFeatures()
        (own.dimension, own.features, own.support, own.gamma, own.beta) = (dimension, features, support, gamma, beta)
        let (planted, options) = (RandomFeatures.fourier(own), planting)
        try options.write { seed throws in
            try CleanRows(.fourier, side: 0, features: planted, count: options.dataRows, seed: seed)
        } made: { version, seed throws in
            try Planting(.fourier, features: planted, seed: seed).made(version, threads: options.threads)
        }
    }
}
