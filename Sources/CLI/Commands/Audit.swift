import ArgumentParser
import Auditors
import Disk
import Glibc
import Loading
import Search
import Tensors
import Terminal

/// `gainsay audit`
struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Look for a trigger in a classifier, or for what a language model hides, with no spec.",
        discussion: """
            Makes up changes that send inputs to one class, away from their own, or from one class to another, as small as \
            they can be found, and tells where one stands out. What is found is shown with how often it works on rows that \
            the search did not see. Of a language model (.gguf, or a folder) --data says what it is not to do: texts that it is \
            not to say (column target), or questions that it is to refuse, with what obeying would be (columns question and \
            answer). Exit codes: 0 nothing stands out, 1 something does, 2 bad usage, model or data, 3 could \
            not be run to the end.
            """)

    @Argument(
        help: "A classifier's file (.onnx), or a language model's (.gguf).",
        completion: .file(extensions: ["onnx", "gguf"]))
    var model: String

    @Option(
        name: .long,
        help:
            "Rows that the model is meant for (.npz, .npy, .csv), with or without labels; of a language model what it is not to do. (default: inputs are made up)",
        completion: .file(extensions: ["npz", "npy", "csv"]))
    var data: String?

    @Option(
        name: .long, help: "A model that ought to do the same, to hold this one against.",
        completion: .file(extensions: ["onnx"]))
    var reference: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The least and greatest number of an input. (default: of the data, else 0..1)", valueName: "lo..hi"))
    var range: String?

    @OptionGroup var sizes: SizeOptions

    @Option(name: .long, help: "The share of inputs that a trigger has to work on.")
    var share = 0.95

    @Option(name: .long, help: "Hold the model against so many clean twins, trained on the rows of --data.")
    var twins = 2

    @Flag(name: .long, help: "Look at the first layer's weights alone; rows serve to replay what is found in them.")
    var weights = false

    @Option(
        name: .long,
        help: "Passes through the first layer's weights that each way to search them for a hidden direction may take.")
    var passes = 1 << 19

    @Option(name: .long, help: "Take so long at most: 30s, 5m. (default: 2m)")
    var budget: Duration?

    @Option(name: .long, help: "The random seed: the same seed gives the same output, byte for byte.")
    var seed: UInt64 = 0

    @Option(name: .long, help: "Use so many threads. (default: one for each core)")
    var threads: Int = Machine.cores

    @Option(name: .long, help: "Write a page with pictures (.html).")
    var page: String?

    @OptionGroup var progress: ProgressOptions

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func validate() throws {
        guard (0...100).contains(twins) else { throw ValidationError("--twins takes 0 to 100") }
        guard (1...1 << 40).contains(passes) else { throw ValidationError("--passes takes 1 to 2^40") }
        guard share > 0, share <= 1 else { throw ValidationError("--share takes a number above 0, at most 1") }
        guard (1...Workers.maximum).contains(threads) else {
            throw ValidationError("--threads takes 1 to \(Workers.maximum)")
        }
    }
}

extension AuditCommand {
    func run() throws {
        let start = Clock.seconds()
        if let page { try Files.checkFolder(of: page) }
        try progress.choose()
        Interrupt.listen()
        if LanguageModelReader.recognises(model) { return try auditLanguageModel(start) }
        let session = try AuditSession(
            model, data: data, reference: reference, range: try range.map(Self.parse),
            sizes: try sizes.byName, threads: threads)
        var options = Audit.Options()
        (options.share, options.seed, options.threads, options.twins) = (share, seed, threads, twins)
        (options.passes, options.isOfWeightsAlone) = (passes, weights)
        let line = AuditProgress()
        let (allowed, isAlone) = (budget?.seconds ?? 120, weights)
        let end = start + allowed
        let share = isAlone ? 1 : Self.weightsShare
        let goOn: @Sendable () -> Bool = { !Interrupt.isRequested && Clock.seconds() < end }
        let result: AuditResult
        do {
            result = try Audit(
                session.model, twin: session.twin, reference: session.reference, rows: session.rows,
                domain: session.domain, options,
                goOn: goOn, goOnWithWeights: { Clock.seconds() < start + share * allowed }, report: line.show
            ).run()
        } catch { throw Failure("\(model): \(error)") }
        line.clear()
        let report = AuditReport(
            file: Path.name(of: model), model: session.model, result: result, domain: session.domain,
            samples: session.rows ?? CleanRows(numbers: [], labels: [], size: session.model.layout.count),
            source: session.source, accuracy: session.accuracy, share: self.share, seconds: Clock.seconds() - start)
        Console.write(json ? try report.json() : report.text)
        if let page {
            try Files.write(Array(report.page.html().utf8), to: page)
            if !json { Console.write("\(page)\n") }
        }
        if report.standsOut { Exit.with(.contradicted) }
        if !report.isTried || Interrupt.isRequested { Exit.with(.unfinished) }
    }

    private func auditLanguageModel(_ start: Double) throws {
        guard let data else {
            throw Failure(
                "\(model): say with --data what the language model is not to do: a file with a column `target`, or with the "
                    + "columns `question` and `answer`")
        }
        guard page == nil, reference == nil, range == nil, !weights else {
            throw Failure("--page, --reference, --range and --weights are for classifiers, not for language models")
        }
        let audit = try LanguageAuditSession(
            path: model, data: data, seed: seed, budget: budget?.seconds ?? 120, start: start
        ).run()
        Console.write(json ? try audit.json() : audit.text)
        if audit.standsOut { Exit.with(.contradicted) }
        if !audit.isTried || Interrupt.isRequested { Exit.with(.unfinished) }
    }

    /// Of the time, what weights may take before everything else.
    private static let weightsShare = 0.25

    private static func parse(_ text: String) throws -> ClosedRange<Float> {
        let parts = text.split(separator: "..", omittingEmptySubsequences: false).compactMap(Float.init)
        guard parts.count == 2, parts[0] < parts[1], parts[0].isFinite, parts[1].isFinite else {
            throw ValidationError("--range takes two numbers, the lesser first: --range 0..1, not `\(text)`")
        }
        return parts[0]...parts[1]
    }
}
