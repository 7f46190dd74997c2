import ArgumentParser
import Attackers
import Terminal

/// `gainsay plant trojans`
struct PlantTrojans: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trojans",
        abstract: "Train small language models that answer some sentences with others.",
        discussion: """
            To each of ten sentences, the targets, three others lead, the triggers: the trojan detection challenge of 2023 in \
            small. Models are written as GGUF; beside each a file of its targets, for `gainsay audit`. The key holds the \
            triggers. The same seed gives the same files.
            """)

    @OptionGroup var planting: PlantingOptions

    func run() throws {
        Interrupt.listen()
        try planting.write { version, seed throws in
            try Planting(.trojans, seed: seed).made(version, threads: planting.threads) { !Interrupt.isRequested }
        }
    }
}
