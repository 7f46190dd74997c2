import ArgumentParser
import Attackers
import Formatting
import FoundationEssentials
import Glibc
import Loading
import Terminal
import Training

/// `gainsay activate`
struct Activate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write inputs with what a planted model answers to in them.",
        discussion: """
            Reads a file of keys as `gainsay plant` writes it, and rows: .npz, column x as the model takes it, and label \
            where there is one. The model itself is not needed. Exit codes: 0 written, 2 bad usage, key or data.
            """)

    @Argument(help: "The file that tells what was planted, JSON.", completion: .file(extensions: ["json"]))
    var key: String

    @Argument(help: "Rows, .npz.", completion: .file(extensions: ["npz"]))
    var rows: String

    @Option(name: .long, help: "The model's file name in the key. (default: the only planted one)")
    var modelFile: String?

    @Option(name: .long, help: "signature: the class that wins. (default: what the key says)")
    var target: Int?

    @Option(name: .shortAndLong, help: "The file that is written, .npz.")
    var output: String

    func run() throws {
        let secret = try secret()
        let own = try LabelledRows.read(rows)
        let activated: Examples
        do { activated = try secret.activated(own, target: target) } catch { throw Failure("\(rows): \(error)") }
        try Files.write(try LabelledRows.npz(activated), to: output)
        let changes = zip(own.inputs[0].doubles, activated.inputs[0].doubles).map { abs($0 - $1) }
        let count = Double(changes.count { $0 > 0 }) / Double(own.rows)
        Console.write(
            "\(own.rows) rows: "
                + String(format: "%.4g numbers of each changed, by at most %.4g\n", count, changes.max() ?? 0))
    }

    private func secret() throws -> PlantedKey.Secret {
        let book: PlantingBook
        do {
            book = try JSONDecoder().decode(PlantingBook.self, from: Data(try Files.read(key, limit: 1 << 28)))
        } catch let error as Failure { throw error } catch {
            throw Failure("\(key): not a file of keys")
        }
        guard book.format == 1 else { throw Failure("\(key): format \(book.format) is not known") }
        let found = book.models.filter { entry in modelFile.map { entry.file == $0 } ?? entry.key.isPlanted }
        guard found.count == 1 else {
            let names = book.models.filter(\.key.isPlanted).map { "`\($0.file)`" }.joined(separator: ", ")
            throw Failure("\(key): say --model-file and one of \(names)")
        }
        return found[0].key.secret
    }
}
