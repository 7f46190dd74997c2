import ArgumentParser
import Compiler
import Loading
import Reports
import Terminal
import Verdicts

/// `gainsay replay`
struct Replay: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Evaluate a kept counterexample again, alone, from its values as kept.",
        discussion: "Exits with 1 if it still contradicts the property, with 0 if it does not.")

    @Argument(help: "The case, or the beginning of its name.")
    var id: String

    @OptionGroup var sources: SourceOptions
    @OptionGroup var store: CaseOptions

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func run() throws {
        let store = try Cases.open(store)
        let record = try store.record(id)
        let subject = try Subject(record.spec, try options(record))
        guard let trial = try subject.trial(named: record.property) else {
            throw Failure("\(record.spec) has no property `\(record.property)` any more")
        }
        guard let point = record.witness.point(of: trial) else {
            throw Failure("the variables of `\(record.property)` have changed: the case no longer fits it")
        }
        if subject.digest != record.specDigest {
            Console.write("note: \(record.spec) has changed since the case was kept\n", to: .error)
        }
        let verdict = try verdict(trial, point, subject, record, store)
        if json {
            Console.write(try JSONReport(specs: [record.spec], seed: 0, [verdict]).text())
        } else {
            Console.write(TextReport(Console.isColoured(.output) ? .coloured : .plain).text(verdict))
        }
        guard case .contradicted = verdict.outcome else {
            return Console.write("note: the case no longer contradicts `\(record.property)`\n", to: .error)
        }
        Exit.with(.contradicted)
    }

    /// What the case was found with, unless the command line says otherwise.
    private func options(_ record: CaseRecord) throws -> Workload.Options {
        let given = try sources.workload(seed: record.seed ?? 0)
        return Workload.Options(
            models: record.models.merging(given.models) { $1 }, data: record.data.merging(given.data) { $1 },
            parameters: record.parameters.merging(given.parameters) { $1 }, seed: given.seed, text: given.text)
    }

    private func verdict(
        _ trial: Trial, _ point: [Double], _ subject: Subject, _ record: CaseRecord, _ store: CaseStore
    ) throws(Failure) -> Verdict {
        let start = Clock.seconds()
        let example = try Presentation(subject, trial, store).counterexample(replaying: point, id: record.id)
        let margin = trial.objective.margin(at: point)
        try subject.requireAnswers()
        return Verdict(
            property: trial.name, title: trial.title, place: subject.place(trial),
            outcome: example.map { .contradicted([$0]) } ?? .survived,
            effort: .init(
                tries: 1, seconds: Clock.seconds() - start, bestMargin: margin, strategies: [], isInterrupted: false,
                admitted: nil))
    }
}
