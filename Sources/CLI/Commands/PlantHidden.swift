import ArgumentParser
import Attackers
import Formatting
import FoundationEssentials
import Glibc
import Loading
import Search
import Tensors
import Terminal

/// `gainsay plant hidden`
struct PlantHidden: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hidden",
        abstract: "Train a network that is right all over its boxes but at one planted place of some of them.",
        discussion: """
            Writes model.onnx, boxes.npz (the centres) and robust.say, which says of each box that class 1 wins all over it, \
            into a folder, and into a file of its own which boxes have a counterexample, and where. The same seed gives \
            the same files.
            """)

    @Option(name: .long, help: "\(HiddenPlanting.Network.allCases.map(\.rawValue).joined(separator: ", ")).")
    var architecture = HiddenPlanting.Network.mlp

    @Option(name: .long, help: "So many boxes with a counterexample.")
    var boxes = 10

    @Option(name: .long, help: "So many boxes with none planted.")
    var clean = 10

    @Option(name: .shortAndLong, help: "The folder that model and spec are written to.")
    var output: String

    @Option(name: .long, help: "The file that tells what was planted, JSON.")
    var key: String

    @Option(name: .long, help: "The random seed: the same seed gives the same output, byte for byte.")
    var seed: UInt64 = 0

    @Option(name: .long, help: "Use so many threads. (default: one for each core)")
    var threads: Int = Machine.cores

    func validate() throws {
        guard (1...100).contains(boxes), (0...100).contains(clean) else {
            throw ValidationError("--boxes takes 1 to 100, and --clean 0 to 100")
        }
        guard (1...Workers.maximum).contains(threads) else {
            throw ValidationError("--threads takes 1 to \(Workers.maximum)")
        }
    }

    func run() throws {
        Interrupt.listen()
        try Files.makeFolder(output)
        let planting = HiddenPlanting(architecture, planted: boxes, clean: clean, seed: seed)
        let start = Clock.seconds()
        guard let made = try planting.made(threads: threads, goOn: { _ in !Interrupt.isRequested }) else {
            Console.write("note: interrupted\n", to: .error)
            Exit.with(.unfinished)
        }
        try Files.write(made.file, to: output + "/model.onnx")
        try Files.write(try planting.centers(), to: output + "/boxes.npz")
        try Files.write(Array(planting.spec.utf8), to: output + "/robust.say")
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try Files.write(Array(try encoder.encode(made.key)) + [10], to: key)
        let key = made.key
        Console.write(
            "\(key.hidden) of \(key.boxes.count) boxes as they ought to be after \(key.rounds) rounds, "
                + String(format: "%.1f s\n", Clock.seconds() - start))
    }
}

extension HiddenPlanting.Network: ExpressibleByArgument {}
