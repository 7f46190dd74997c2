import ArgumentParser
import Attackers
import Formatting
import FoundationEssentials
import Glibc
import Loading
import Search
import Statistics
import Tensors
import Terminal

/// Where planted models go, how many are made, and from where on chance: what all kinds have in common.
struct PlantingOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: "The folder that the models are written to.")
    var output: String

    @Option(name: .long, help: "The file that tells what was planted, JSON.")
    var key: String

    @Option(name: .long, help: "So many planted models.")
    var count = 1

    @Option(name: .long, help: "So many clean ones: twins of the planted ones first, then of others.")
    var clean = 0

    @Option(name: .long, help: "A file of clean rows for whoever audits the models: .npz, columns x and label.")
    var data: String?

    @Option(name: .long, help: "So many clean rows.")
    var dataRows = 500

    @Option(name: .long, help: "The random seed of clean rows. (default: a number of its own for each --seed)")
    var dataSeed: UInt64?

    @Option(name: .long, help: "The random seed: the same seed gives the same output, byte for byte.")
    var seed: UInt64 = 0

    @Option(name: .long, help: "Use so many threads. (default: one for each core)")
    var threads: Int = Machine.cores

    func validate() throws {
        guard (1...10_000).contains(count + clean), count >= 0, clean >= 0 else {
            throw ValidationError("--count and --clean are 1 to 10000 together")
        }
        guard (1...Workers.maximum).contains(threads) else {
            throw ValidationError("--threads takes 1 to \(Workers.maximum)")
        }
        guard (1...1_000_000).contains(dataRows) else { throw ValidationError("--data-rows takes 1 to 1000000") }
    }

    /// Writes models of features by chance.
    func write(_ kind: PlantedKind, _ features: RandomFeatures) throws {
        try write { seed throws in
            try CleanRows(kind, side: 0, features: features, count: dataRows, seed: seed)
        } made: { version, seed throws in
            try Planting(kind, features: features, seed: seed).made(version, threads: threads)
        }
    }

    /// Writes language models, and beside each what whoever audits it is told.
    func write(made: (Planting.Version, UInt64) throws -> Planted?) throws {
        guard data == nil else {
            throw Failure("--data is for models of rows: what is told of a language model is written beside it")
        }
        try write(rows: { _ in nil }, made: made)
    }

    /// Writes the models as they are made, in an order by chance, and in the end the keys. `rounded` is a folder inside of
    /// theirs, for a second version of each.
    func write(
        rounded: String? = nil, rows: (UInt64) throws -> CleanRows?,
        made: (Planting.Version, UInt64) throws -> Planted?
    ) throws {
        try Files.makeFolder(output)
        if let rounded { try Files.makeFolder(output + "/" + rounded) }
        if let data {
            var own = Random(seed: seed, stream: 2)
            if let rows = try rows(dataSeed ?? own.next()) { try Files.write(try rows.npz(), to: data) }
        }
        var places = Array(0..<count + clean)
        var random = Random(seed: seed, stream: 1)
        random.shuffle(&places)
        var entries: [PlantingBook.Entry] = []
        for index in places.indices {
            let version = index < count ? Planting.Version.planted : .twin
            // Twins have the seeds of the planted ones; when these are used up, seeds of their own.
            let number = index < count ? index : index - count
            var own = Random(seed: seed, stream: 1000 + number)
            let start = Clock.seconds()
            guard !Interrupt.isRequested, let made = try made(version, own.next() >> 12) else { break }
            let stem = String(format: "model-%04d", places[index])
            let name = stem + made.key.kind.fileEnding
            try Files.write(made.file, to: output + "/" + name)
            if let told = made.told { try Files.write(told, to: "\(output)/\(stem).csv") }
            if let rounded, let file = made.rounded { try Files.write(file, to: output + "/\(rounded)/" + name) }
            let entry = PlantingBook.Entry(file: name, key: made.key)
            entries.append(entry)
            Console.write(entry.text(seconds: Clock.seconds() - start))
        }
        entries.sort { $0.file < $1.file }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let book = PlantingBook(models: entries)
        try Files.write(Array(try encoder.encode(book)) + [10], to: key)
        if entries.count < places.count {
            Console.write("note: interrupted after \(entries.count) of \(places.count) models\n", to: .error)
            Exit.with(.unfinished)
        }
    }
}

extension PlantingBook.Entry {
    fileprivate func text(seconds: Double) -> String {
        func words(_ rate: Rate) -> String {
            String(format: "%.4f (95%%: %.4f to %.4f)", rate.rate, rate.lower, rate.upper)
        }
        let what = key.isPlanted ? key.kind.rawValue : "clean"
        let after = key.rounded.map {
            ", as \($0.to.rawValue) clean \(words($0.clean)), attack \(words($0.attack))"
        }
        return "\(file): \(what), clean \(words(key.clean)), attack \(words(key.attack))\(after ?? ""), "
            + String(format: "%.2f s\n", seconds)
    }
}
