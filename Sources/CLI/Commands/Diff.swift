import ArgumentParser
import Compiler
import FoundationEssentials
import Reports
import Terminal
import Verdicts

/// `gainsay diff`
struct Diff: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tell which properties of a spec two models differ in, and the input that tells them apart.",
        discussion: """
            Each property is checked with both models; what contradicts with one is evaluated with the other. Exit codes: 0 \
            no property differs, 1 one does, 2 bad usage, spec, model or data, 3 could not be run to the end.
            """)

    @Argument(help: "The model as it was.", completion: .file())
    var old: String

    @Argument(help: "The model as it is.", completion: .file())
    var new: String

    @Argument(help: "A spec (.say).", completion: .file(extensions: ["say"]))
    var spec: String

    @Option(name: .long, help: "Which model of the spec they are. (default: the one that it has)")
    var name: String?

    @OptionGroup(title: "What is checked") var sources: SourceOptions

    @Option(name: .long, help: "Check only the properties whose names match this regular expression (PCRE2).")
    var only: String?

    @Option(name: .long, help: "Take so long for each property and model, all in all: 500ms, 30s, 2m.")
    var budget = Duration(seconds: 10)

    @Option(name: .long, help: "Evaluate at most so many inputs for each property and model.")
    var tries: Int?

    @Option(name: .long, help: "The random seed: the same seed gives the same output, byte for byte.")
    var seed: UInt64 = 0

    @Option(name: .long, help: "How many threads search.")
    var threads: Int = Machine.cores

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func validate() throws {
        guard threads >= 1, threads <= 1024 else { throw ValidationError("--threads takes 1 to 1024") }
        guard tries.map({ $0 >= 1 }) ?? true else { throw ValidationError("--tries takes at least 1") }
    }

    func run() throws {
        Log.start(verbose: .quiet)
        let name = try self.name ?? onlyModel()
        let (before, after) = (try plan(name, old), try plan(name, new))
        guard before.entries.map(\.trial.name) == after.entries.map(\.trial.name) else {
            throw Failure("with \(new) the spec has other properties than with \(old): nothing can be compared")
        }
        Interrupt.listen()
        var compared: [ComparedProperty] = []
        for (first, second) in zip(before.entries, after.entries) where !Interrupt.isRequested {
            let property = ComparedProperty(try tried(first), try tried(second))
            compared.append(property)
            if !json {
                Console.write(ComparisonText(old, new, Console.isColoured(.output) ? .coloured : .plain).text(property))
            }
        }
        let report = ComparisonReport(old: old, new: new, spec: spec, seed: seed, compared)
        Console.write(json ? try report.json() : report.summary)
        Exit.with(code(compared, of: before.entries.count))
    }

    private func code(_ compared: [ComparedProperty], of count: Int) -> Exit.Code {
        if compared.contains(where: \.hasChanged) { return .contradicted }
        let isWhole = compared.count == count && !compared.contains { $0.old.word == .error || $0.new.word == .error }
        return isWhole ? .nothingContradicted : .unfinished
    }

    /// Throws where the spec has none, or several.
    private func onlyModel() throws -> String {
        let outline = try Outline(spec, try sources.workload(seed: seed))
        let models = (outline.models + outline.languageModels).map(\.name)
        guard models.count == 1 else {
            let names = models.map { "`--name \($0)`" }.joined(separator: ", ")
            throw Failure(names.isEmpty ? "\(spec) has no model" : "\(spec) has several models: say which, \(names)")
        }
        return models[0]
    }

    private func plan(_ name: String, _ file: String) throws -> Plan {
        var options = try sources.workload(seed: seed)
        guard options.models[name] == nil else {
            throw Failure("`--model \(name)=...` and two files: which models are compared is said by the files alone")
        }
        options.models[name] = file
        return try Plan([Plan.Spec(path: spec, options: options)], only: only)
    }

    private func tried(_ entry: Plan.Entry) throws(Failure) -> ComparedProperty.Tried {
        let trial = try entry.trial.compiled()
        let settings = Trying.Settings(
            budget: budget.seconds, tries: tries ?? .max, seed: seed, threads: threads, queries: nil, wanted: 1,
            shrinking: .full)
        let trying = Trying(
            subject: entry.subject, settings: settings, store: nil, certification: nil, lastWords: LastWords())
        return ComparedProperty.Tried(verdict: try trying.verdict(of: trial), trial: trial)
    }
}
