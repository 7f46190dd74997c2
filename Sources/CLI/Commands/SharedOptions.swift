import ArgumentParser
import Diagnostics
import Loading
import Reports
import Tensors
import Terminal
import Verdicts

/// What says where models, data and parameters come from.
struct SourceOptions: ParsableArguments {
    @Option(
        name: .long,
        help: "Read model NAME from FILE, or ask `command ...` or an address, instead of what the spec says.",
        transform: Assignment.parse)
    var model: [Assignment] = []

    @Option(name: .long, help: "Read data NAME from FILE instead of what the spec says.", transform: Assignment.parse)
    var data: [Assignment] = []

    @Option(name: .long, help: "Give parameter NAME the value.", transform: Assignment.parse)
    var set: [Assignment] = []

    @OptionGroup var source: TextOptions

    @OptionGroup(title: "Black boxes") var boxes: BoxOptions

    @OptionGroup var limits: LimitOptions

    func workload(seed: UInt64) throws -> Workload.Options {
        limits.choose()
        return Workload.Options(
            boxes: boxes.options,
            models: try Assignment.dictionary(model, option: "--model"),
            data: try Assignment.dictionary(data, option: "--data"),
            parameters: try Assignment.dictionary(set, option: "--set"), seed: seed, text: try source.bytes())
    }
}

/// For programs that have a spec and no file of it.
struct TextOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Read the spec from FILE (/dev/stdin, say): its own path then only says what it is called, and from which folder files are named.",
            valueName: "file"))
    var text: String?

    /// nil where the spec's own file has it.
    func bytes() throws(Failure) -> [UInt8]? {
        try text.map { (path) throws(Failure) in try Files.read(path, limit: Files.specLimit) }
    }
}

/// How models that are no files are asked.
struct BoxOptions: ParsableArguments {
    @Flag(name: .long, help: "Run no command that stands in a spec: a model behind one is an error.")
    var noCommands = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Wait so long for an answer; twice that for a command to start. (default: 60s)", valueName: "duration"))
    var patience: Duration?

    @Option(name: .long, help: "Ask an address about so many rows in one request.")
    var rowsAtOnce = 64

    @Option(name: .long, help: "Have so many requests to an address on their way at one time.")
    var requestsAtOnce = 4

    @Option(name: .long, help: "Begin at most so many requests to an address in a second.")
    var rate: Double?

    @Flag(name: .long, help: "Ask addresses anew, whatever answers are kept.")
    var askAnew = false

    func validate() throws {
        guard rowsAtOnce >= 1, (1...256).contains(requestsAtOnce), rate.map({ $0 > 0 }) ?? true else {
            throw ValidationError("--rows-at-once, --requests-at-once (at most 256) and --rate are above 0")
        }
    }

    var options: BoxLoader.Options {
        var options = BoxLoader.Options()
        options.commands = noCommands ? .refused : .run
        options.patience = patience?.seconds ?? options.patience
        (options.address.rows, options.address.requests, options.address.rate) = (rowsAtOnce, requestsAtOnce, rate)
        options.isAskingAnew = askAnew
        return options
    }
}

/// The random seed of wrappers, for commands that draw nothing else.
struct WrapperSeedOptions: ParsableArguments {
    @Option(name: .long, help: "The random seed of wrappers, as `check` was told.")
    var seed: UInt64 = 0
}

/// `NAME=TEXT` on the command line.
struct Assignment: Sendable {
    let name: String
    let text: String

    @Sendable static func parse(_ argument: String) throws -> Assignment {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            throw ValidationError("`\(argument)` is not NAME=VALUE")
        }
        return Assignment(name: String(parts[0]), text: String(parts[1]))
    }

    static func dictionary(_ assignments: [Assignment], option: String) throws -> [String: String] {
        var result: [String: String] = [:]
        for assignment in assignments {
            guard result.updateValue(assignment.text, forKey: assignment.name) == nil else {
                throw ValidationError("\(option) says `\(assignment.name)` twice")
            }
        }
        return result
    }
}

/// What may be taken of the machine.
struct LimitOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Let weights and activations take so much memory: 8g, 500m. (default: half of the machine's)",
            valueName: "size"))
    var memory: MemorySize?

    func choose() { if let memory { MemoryLimit.choose(bytes: memory.bytes) } }
}

/// `8g`, `500m`, or bytes without a unit.
struct MemorySize: ExpressibleByArgument, Sendable {
    let bytes: Int

    init?(argument: String) {
        let units: [(String, Double)] = [("k", 0x1p10), ("m", 0x1p20), ("g", 0x1p30), ("t", 0x1p40), ("", 1)]
        let text = argument.lowercased()
        guard let (unit, scale) = units.first(where: { text.hasSuffix($0.0) }),
            let number = Double(text.dropLast(unit.count)), number > 0, number * scale < 0x1p62
        else { return nil }
        bytes = Int(number * scale)
    }
}

/// Where counterexamples are kept.
struct CaseOptions: ParsableArguments {
    @Option(name: .long, help: "The folder that counterexamples are kept in.")
    var cases = CaseStore.defaultFolder
}

/// `30s`, `500ms`, `2m`, or seconds without a unit.
struct Duration: ExpressibleByArgument, Sendable {
    let seconds: Double

    init(seconds: Double) { self.seconds = seconds }

    init?(argument: String) {
        let units: [(String, Double)] = [("ms", 1e-3), ("s", 1), ("m", 60), ("h", 3600), ("", 1)]
        guard let (unit, scale) = units.first(where: { argument.hasSuffix($0.0) }),
            let number = Double(argument.dropLast(unit.count)), number.isFinite, number >= 0
        else { return nil }
        seconds = number * scale
    }

    var defaultValueDescription: String { "\(seconds.rounded(toSignificant: 6))s" }
}

/// Sizes that a model's file leaves open.
struct SizeOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Take so much for a size that the file leaves open, by its name or by its place: `x.0` is the first of input `x`.",
            valueName: "name=size"),
        transform: Assignment.parse)
    var size: [Assignment] = []

    /// `--size T=10`
    var byName: [String: Int] {
        get throws {
            try Assignment.dictionary(size, option: "--size").mapValues { text in
                guard let size = Int(text), size > 0 else {
                    throw ValidationError("--size takes NAME=SIZE, not `\(text)`")
                }
                return size
            }
        }
    }
}

/// Where progress is told besides the terminal.
struct ProgressOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Tell FILE (/dev/stderr, a pipe) how the search is getting on, a line of JSON at a time.", valueName: "file"
        ))
    var progress: String?

    func choose() throws(Failure) {
        if let progress { try ProgressChannel.choose(progress) }
    }
}
