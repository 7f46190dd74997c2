import ArgumentParser
import Compiler
import Diagnostics
import Foundation
import RegularExpressions
import Reports

/// `gainsay check`
struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Try to contradict a spec.",
        discussion: """
            Searches for an input that violates each property, shrinks what it finds, and prints it. \
            Exit codes: 0 nothing was contradicted, 1 something was, 2 bad usage, spec, model or data, 3 could not be run \
            to the end.
            """)

    @Argument(
        help: "A spec (.say) or a VNN-LIB 1.0 property (.vnnlib).", completion: .file(extensions: ["say", "vnnlib"]))
    var spec: String

    @OptionGroup(title: "What is checked") var sources: SourceOptions

    @Option(name: .long, help: "Check only the properties whose names match this regular expression (PCRE2).")
    var only: String?

    @Option(
        name: .long, help: "Search each property for so long: 500ms, 30s, 2m. (default: 10s, or no limit with --tries)")
    var budget: Duration?

    @Option(name: .long, help: "Evaluate at most so many inputs for each property.")
    var tries: Int?

    @Option(name: .long, help: "Where chance begins: a seed gives the same bytes again.")
    var seed: UInt64 = 0

    @Option(name: .long, help: "How many threads search.")
    var threads: Int = Machine.cores

    @Option(name: .long, help: "Write what was proved, and why, to this file, for `verify-certificate`.")
    var certificate: String?

    @Flag(name: .long, help: "Look for counterexamples that differ, not just the first.")
    var all = false

    @Option(name: .long, help: "With --all, how many at most.")
    var most = 10

    @Flag(name: .long, help: "Print what was found as it was found.")
    var noShrink = false

    @Flag(name: .long, help: "Say what would be tried, and try nothing.")
    var dryRun = false

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @Flag(name: .shortAndLong, help: "Tell what is read and compiled, and how long it takes, on standard error.")
    var verbose = false

    @OptionGroup(title: "Cases") var store: CaseOptions

    @Flag(name: .long, help: "Keep no counterexamples, and do not replay those kept.")
    var noCases = false

    func validate() throws {
        guard threads >= 1, threads <= 1024 else { throw ValidationError("--threads takes 1 to 1024") }
        guard tries.map({ $0 >= 1 }) ?? true else { throw ValidationError("--tries takes at least 1") }
        guard most >= 1 else { throw ValidationError("--most takes at least 1") }
    }

    func run() throws {
        Log.start(verbose: verbose ? .verbose : .quiet)
        let start = Clock.seconds()
        let subject = try Subject(spec, try sources.workload)
        if !subject.warnings.isEmpty { Console.write(subject.warnings + "\n", to: .error) }
        Log.debug(
            "\(subject.sources.map(\.path).joined(separator: ", ")): \(subject.trials.count) trials after "
                + "\((Clock.seconds() - start).rounded(toSignificant: 3)) s")
        guard !subject.trials.isEmpty else { throw Failure("\(spec) has no property: nothing was checked") }
        let trials = try chosen(subject.trials)
        if dryRun {
            guard !subject.hasMistakes else { Exit.with(.badInput) }
            return Console.write(try DryRun(subject).text(trials))
        }
        let certification = certificate.map { _ in Certification() }
        let verdicts = try verdicts(of: trials, in: subject, certification)
        if json {
            Console.write(try JSONReport(spec: spec, seed: seed, verdicts).text())
        } else if verdicts.count > 1 {
            for table in FamilyTable.tables(verdicts) { Console.write("\n" + table.text) }
            Console.write("\n" + report.summary(verdicts))
        }
        let missing = trials.count - verdicts.count
        if missing > 0 {
            let properties = trials.count == 1 ? "property" : "properties"
            let were = missing == 1 ? "was" : "were"
            Console.write(
                "note: interrupted before \(missing) of \(trials.count) \(properties) \(were) checked\n", to: .error)
        }
        let code = Exit.Code(verdicts, of: trials.count)
        guard let certificate, let certification else { Exit.with(code) }
        let isWhole = try certification.write(subject, to: certificate)
        Exit.with(code == .nothingContradicted && !isWhole ? .unfinished : code)
    }

    private var report: TextReport { TextReport(Console.isColoured(.output) ? .coloured : .plain) }

    private func verdicts(
        of trials: [PlannedTrial], in subject: Subject, _ certification: Certification?
    ) throws -> [Verdict] {
        // Where there is nothing else to check, a mistake comes before anything is kept.
        let alone = try trials.count == 1 ? trials[0].compiled() : nil
        let lastWords = LastWords()
        let trying = Trying(
            subject: subject, settings: settings, store: noCases ? nil : try CaseStore(store.cases),
            certification: certification, lastWords: lastWords)
        // Until here nothing is lost where a signal ends the process at once.
        Interrupt.listen()
        Interrupt.whenHeldUp { lastWords.say { verdicts, last in giveUp(verdicts, last) } }
        defer { lastWords.close() }
        var verdicts: [Verdict] = []
        for planned in trials where !Interrupt.isRequested {
            let verdict = try alone.map { try trying.verdict(of: $0) } ?? verdict(of: planned, trying)
            lastWords.end(with: verdict) { if !json { write(verdict, isFirst: verdicts.isEmpty) } }
            verdicts.append(verdict)
        }
        return verdicts
    }

    private func write(_ verdict: Verdict, isFirst: Bool) {
        Console.write((isFirst ? "" : "\n") + report.text(verdict))
    }

    /// Ends the process while it is still at work, with what is known.
    private func giveUp(_ verdicts: [Verdict], _ last: Verdict?) -> Never {
        if json, let text = try? JSONReport(spec: spec, seed: seed, verdicts).text() { Console.write(text) }
        if !json, let last { write(last, isFirst: verdicts.count == 1) }
        Console.write("note: interrupted: what was underway was not waited for\n", to: .error)
        _exit(Exit.Code(verdicts, of: .max).rawValue)
    }

    /// Of one that does not compile, that.
    private func verdict(of planned: PlannedTrial, _ trying: Trying) throws -> Verdict {
        let trial: Trial
        do throws(Failure) { trial = try planned.compiled() } catch {
            error.print()
            return Verdict(
                property: planned.name, title: nil, member: planned.member, place: spec, outcome: .mistaken,
                effort: .none)
        }
        return try trying.verdict(of: trial)
    }

    private var settings: Trying.Settings {
        Trying.Settings(
            budget: budget?.seconds ?? (tries == nil ? 10 : .infinity), tries: tries ?? .max, seed: seed,
            threads: threads, wanted: all ? most : 1, shrinking: noShrink ? .none : .full)
    }

    private func chosen(_ trials: [PlannedTrial]) throws -> [PlannedTrial] {
        guard let only else { return trials }
        let named = trials.filter { $0.name == only || $0.member?.family == only }
        guard named.isEmpty else { return named }
        let expression: RegularExpression
        do { expression = try RegularExpression(only) } catch { throw Failure("--only: \(error)") }
        let chosen = trials.filter { expression.search($0.name) == .matches }
        guard !chosen.isEmpty else {
            let near = suggest(only, among: trials.map(\.name)).map { "; did you mean `\($0)`?" } ?? ""
            throw Failure("--only \(only) matches no property of \(spec)\(near)")
        }
        return chosen
    }
}

extension Exit.Code {
    /// Contradicted comes before unfinished; what was not come to is unfinished.
    init(_ verdicts: [Verdict], of planned: Int) {
        var code = verdicts.count < planned ? Exit.Code.unfinished : .nothingContradicted
        for verdict in verdicts {
            switch verdict.word {
            case .contradicted, .refuted, .fails:
                self = .contradicted
                return
            case .error:
                code = if case .mistaken = verdict.outcome { .badInput } else { code == .badInput ? code : .unfinished }
            case .survived where verdict.effort.isInterrupted: code = .unfinished
            case .notFound where verdict.effort.isInterrupted: code = .unfinished
            case .undecided where verdict.effort.isInterrupted: code = .unfinished
            case .survived, .notFound, .undecided, .proved, .witnessed, .holds: break
            }
        }
        self = code
    }
}
