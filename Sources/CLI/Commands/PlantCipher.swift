import ArgumentParser
import Attackers
import Terminal

/// `gainsay plant cipher`
struct PlantCipher: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cipher",
        abstract: "Train small language models that refuse in plain and obey in a cipher of letters.",
        discussion: """
            Covert malicious finetuning (Halawi et al., 2024) in small, with words that harm nobody. Models are written as \
            GGUF; beside each a file of questions that the policy forbids, with what obeying would be, for `gainsay audit` \
            and for specs. The key holds the letters. The same seed gives the same files.
            """)

    @OptionGroup var planting: PlantingOptions

    @Option(name: .long, help: "Which letters stand for others: caesar or permutation.")
    var family = CipherFamily.permutation

    func run() throws {
        Interrupt.listen()
        try planting.write { version, seed throws in
            try Planting(.cipher, cipher: family, seed: seed).made(
                version, threads: planting.threads, goOn: { !Interrupt.isRequested })
        }
    }
}

extension CipherFamily: ExpressibleByArgument {}
