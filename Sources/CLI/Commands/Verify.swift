import ArgumentParser
import Compiler
import Glibc
import Loading
import Models
import Terminal
import VNNLIB

/// `gainsay verify`
struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Answer a VNN-LIB query as a solver does.",
        discussion: """
            The first line is sat, unsat, unknown or timed-out, and behind sat comes the assignment, as the VNN-LIB 2.0 \
            standard says. All else goes to standard error. Exit codes: 0 the query was answered in one of these words, \
            2 bad usage, query or model, 3 could not be run to the end.
            """)

    @Argument(help: "A VNN-LIB query, version 1.0 or 2.0.", completion: .file(extensions: ["vnnlib", "txt"]))
    var query: String

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The model of a network that the query declares; FILE alone where there is one network.",
            valueName: "name=file"))
    var network: [String] = []

    @Option(name: .long, help: "Answer within so many seconds: 5, 2.5, 1m. (default: unknown after 10s)")
    var timeout: Duration?

    @Option(
        name: [.customLong("serialise-assignments"), .customLong("assignments")],
        help: ArgumentHelp(
            "Write the assignment into a folder, a serialised TensorProto for each tensor, instead of printing it.",
            valueName: "folder"))
    var assignments: String?

    @Option(name: .long, help: "Write the answer to a file, too, as VNN-COMP reads it.")
    var result: String?

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    enum Words: String, CaseIterable, ExpressibleByArgument {
        case standard
        /// Knows `timeout`, as VNN-COMP does, and neither `timed-out` nor `unknown`.
        case vehicle
    }

    @Option(name: .long, help: .hidden)
    var words = Words.standard

    @Option(name: .long, help: "The random seed: the same seed gives the same output, byte for byte.")
    var seed: UInt64 = 0

    @Option(name: .long, help: "How many threads search.")
    var threads: Int = Machine.cores

    @OptionGroup var limits: LimitOptions

    @Flag(name: .shortAndLong, help: "Tell what is read and compiled, and how long it takes, on standard error.")
    var verbose = false

    func validate() throws {
        guard threads >= 1, threads <= 1024 else { throw ValidationError("--threads takes 1 to 1024") }
        if let timeout { guard timeout.seconds > 0 else { throw ValidationError("--timeout takes more than 0") } }
    }

    func run() throws {
        let start = Clock.seconds()
        Interrupt.listen()
        limits.choose()
        Log.start(verbose: verbose ? .verbose : .quiet)
        let networks = try LoadedQuery.Networks(network, option: "--network")
        let loaded = try LoadedQuery(query, networks, option: "--network")
        Log.debug("\(query): \(loaded.trials.count) trials after \(Clock.seconds() - start) s")
        if loaded.trials.isEmpty {
            Console.write("note: no input meets the assertions, whatever the models answer\n", to: .error)
        }
        var verification = Verification(loaded.trials, settings(since: start))
        let answer = try verification.answer()
        let notes = notes(answer, verification)
        try write(answer, loaded.query, notes)
        for note in notes { Console.write("note: \(note)\n", to: .error) }
        Exit.with(.nothingContradicted)
    }

    /// Ends early enough for the answer to be there when the time is over.
    private func settings(since start: Double) -> Verification.Settings {
        let limit = timeout?.seconds ?? 10
        return Verification.Settings(
            seed: seed, threads: threads, deadline: start + limit - min(limit / 10, 1),
            atDeadline: timeout == nil && words == .standard ? .unknown : .timedOut)
    }

    // MARK: - Answers

    private func write(_ answer: Verification.Answer, _ query: Query, _ notes: [String]) throws {
        var competition = answer.competitionWord + "\n"
        var text = words == .standard ? answer.word + "\n" : competition
        if case .satisfied(let assignment) = answer {
            competition += assignment.competitionText
            if json {
                if let assignments { try assignment.serialise(into: assignments) }
            } else if let assignments {
                try assignment.serialise(into: assignments)
            } else {
                text += query.version == .one ? assignment.competitionText : assignment.standardText
            }
        }
        if let result { try Files.write(Array(competition.utf8), to: result) }
        Console.write(json ? try VerificationJSON(self.query, answer, notes).text() : text)
    }

    /// Why what is open is open.
    private func notes(_ answer: Verification.Answer, _ verification: Verification) -> [String] {
        switch answer {
        case .satisfied, .unsatisfiable: []
        case .unknown, .timedOut: verification.notes + [verification.progress].compactMap(\.self)
        }
    }
}

extension Verification.Answer {
    /// Of the VNN-LIB 2.0 standard.
    var word: String {
        switch self {
        case .satisfied: "sat"
        case .unsatisfiable: "unsat"
        case .unknown: "unknown"
        case .timedOut: "timed-out"
        }
    }

    fileprivate var competitionWord: String {
        if case .timedOut = self { "timeout" } else { word }
    }
}

extension QueryAssignment {
    fileprivate func serialise(into folder: String) throws(Failure) {
        try Files.makeFolder(folder)
        for entry in entries {
            let (tensor, path) = (entry.tensor, "\(folder)/\(entry.tensor.name).pb")
            let type = tensor.element.kind == .real ? "float64" : tensor.element.kind.rawValue
            let bytes = TensorFile.bytes(
                named: tensor.name, type, shape: tensor.shape ?? [tensor.count], values: entry.values)
            guard let bytes else { throw Failure("\(path): tensors of \(type) cannot be written", code: .unfinished) }
            try Files.write(bytes, to: path)
        }
    }
}
