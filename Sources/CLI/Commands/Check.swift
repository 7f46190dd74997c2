import ArgumentParser
import Compiler
import Diagnostics
import Glibc
import LanguageModels
import Loading
import RegularExpressions
import Reports
import Terminal
import Verdicts

/// `gainsay check`
struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Try to contradict a spec.",
        discussion: """
            Searches for an input that violates each property, shrinks what it finds, and prints it. \
            Exit codes: 0 nothing was contradicted, 1 something was, 2 bad usage, spec, model or data, 3 could not be run \
            to the end, or --confirm does not confirm what was found.
            """)

    @Argument(
        help:
            "Specs (.say), or VNN-LIB 1.0 properties (.vnnlib). (default: those that gainsay.toml names, here or above)",
        completion: .file(extensions: ["say", "vnnlib"]))
    var specs: [String] = []

    @OptionGroup(title: "What is checked") var sources: SourceOptions

    @Option(
        name: .long, help: ArgumentHelp("Of the specs, check those of these paths alone.", visibility: .hidden))
    var touched: [String] = []

    @Option(name: .long, help: "Check only the properties whose names match this regular expression (PCRE2).")
    var only: String?

    @Option(
        name: .long,
        help:
            "Take so long for each property, all in all: 500ms, 30s, 2m, or seconds. (default: 10s, or no limit with --tries or --queries)"
    )
    var budget: Duration?

    @Option(
        name: .long, help: "Take so long for all properties together; what one leaves is shared among the others.")
    var total: Duration?

    @Option(
        name: .long,
        help: "`proved`: exit with 1, too, where a property is neither proved nor witnessed, only not contradicted.")
    var require: Requirement?

    @Option(
        name: .long,
        help: "Evaluate at most so many inputs for each property, and prove nothing by bounds: a proof takes --budget.")
    var tries: Int?

    @Option(
        name: .long,
        help: "Ask black boxes at most so many questions for each property; without --budget as long as that takes.")
    var queries: Int?

    @Option(name: .long, help: "The random seed: the same seed gives the same output, byte for byte. (default: 0)")
    var seed: UInt64?

    @Option(name: .long, help: "How many threads search.")
    var threads: Int = Machine.cores

    @Option(name: .long, help: "Write what was proved, and why, to this file, for `verify-certificate`.")
    var certificate: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Ask the model that this command serves about each counterexample; of several models, `net=COMMAND`.",
            valueName: "command"))
    var confirm: [String] = []

    @Option(
        name: .long,
        help: "Accept the counterexamples of this file: only others contradict, and those that are gone are told.")
    var baseline: String?

    @Flag(name: .long, help: "Write what is found to the file of --baseline: from here on it is accepted.")
    var accept = false

    @Flag(name: .long, help: "Look for counterexamples that differ, not just the first.")
    var all = false

    @Option(name: .long, help: "With --all, how many at most.")
    var most = 10

    @Flag(name: .long, help: "Print what was found as it was found.")
    var noShrink = false

    @Option(
        name: .long,
        help: "Write counterexamples to this folder as data lie about: records and rows as CSV, pictures as PNG.",
        completion: .directory)
    var writeCounterexamples: String?

    @Flag(name: .long, help: "Say what would be tried, and try nothing.")
    var dryRun = false

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @Flag(name: .shortAndLong, help: "Tell what is read and compiled, and how long it takes, on standard error.")
    var verbose = false

    @OptionGroup(title: "Reports") var reports: ReportOptions
    @OptionGroup var progress: ProgressOptions

    @OptionGroup(title: "Cases") var store: CaseOptions

    @Flag(name: .long, help: "Keep no counterexamples, and do not replay those kept.")
    var noCases = false

    func validate() throws {
        guard threads >= 1, threads <= 1024 else { throw ValidationError("--threads takes 1 to 1024") }
        guard tries.map({ $0 >= 1 }) ?? true else { throw ValidationError("--tries takes at least 1") }
        guard queries.map({ $0 >= 1 }) ?? true else { throw ValidationError("--queries takes at least 1") }
        guard baseline != nil || specs.isEmpty || !accept else {
            throw ValidationError("--accept takes the file of --baseline FILE")
        }
        guard most >= 1 else { throw ValidationError("--most takes at least 1") }
        guard specs.count <= 1 || certificate == nil else { throw ValidationError("--certificate takes one spec") }
        guard !json || !reports.github else {
            throw ValidationError("--json and --github both print to standard output: leave one out")
        }
        guard specs.count <= 1 || sources.source.text == nil else { throw ValidationError("--text takes one spec") }
    }

    mutating func run() throws {
        Log.start(verbose: verbose ? .verbose : .quiet)
        try reports.requirePlaces()
        let start = Clock.seconds()
        try progress.choose()
        let plan = try plan()
        Log.debug("\(plan.entries.count) properties after \((Clock.seconds() - start).rounded(toSignificant: 3)) s")
        if dryRun {
            try plan.dryRun { Console.write($0) }
            guard plan.isWhole else { Exit.with(.badInput) }
            return
        }
        let seconds = try secondOpinions(of: plan)
        let certification = certificate.map { _ in Certification() }
        let known = try baseline.map { (path) throws(Failure) in try Baseline(path, isWritten: accept) }
        let planned = CheckRun(plan, seed: chance, requirements(plan))
        let verdicts = try verdicts(of: plan, planned, since: start, certification, seconds, known)
        if json {
            Console.write(try JSONReport(specs: specs, seed: chance, verdicts).text())
        } else if verdicts.count > 1 {
            for table in FamilyTable.tables(verdicts) { Console.write(reports.shielded("\n" + table.text)) }
            Console.write("\n" + report.summary(verdicts))
        }
        let judged = try known.map { (it) throws(Failure) in try settle(it, verdicts, of: plan) } ?? verdicts
        try reports.write(planned.holding(verdicts, stop: why))
        tellCloseCalls(of: plan)
        let missing = plan.entries.count - verdicts.count
        if missing > 0 { tell(missing, of: plan.entries.count) }
        let code = exitCode(judged, of: plan)
        guard let certificate, let certification else { Exit.with(code) }
        let isWhole = try certification.write(plan.entries[0].subject, to: certificate)
        Exit.with(code == .nothingContradicted && !isWhole ? .unfinished : code)
    }

    private var chance: UInt64 { seed ?? 0 }

    /// What the command line names, or else the project; what both say is taken from the command line.
    private mutating func plan() throws -> Plan {
        let project = specs.isEmpty ? try Project.nearest() : nil
        seed = seed ?? project?.seed
        total = total ?? project?.total
        baseline = baseline ?? project?.baseline
        var workload = try sources.workload(seed: chance)
        workload.boxes.archive = noCases ? nil : store.cases
        workload.counterexamples = writeCounterexamples
        let all =
            project?.specs.map { $0.planned(workload) } ?? specs.map { Plan.Spec(path: $0, options: workload) }
        let chosen = touched.isEmpty ? all : all.filter { touched.contains($0.path) }
        specs = chosen.map(\.path)
        return try Plan(chosen, only: only)
    }

    /// By the paths of the specs.
    private func secondOpinions(of plan: Plan) throws -> [String: SecondOpinion] {
        guard !confirm.isEmpty else { return [:] }
        var opinions: [String: SecondOpinion] = [:]
        for entry in plan.entries where opinions[entry.subject.path] == nil {
            var options = entry.spec.options
            (options.boxes.archive, options.counterexamples) = (nil, nil)
            opinions[entry.subject.path] = try SecondOpinion(confirm, instead: entry.subject, options)
        }
        return opinions
    }

    /// What a language model said, and would not say for sure with another order of summing.
    private func tellCloseCalls(of plan: Plan) {
        var told: Set<String> = []
        for entry in plan.entries {
            for model in entry.subject.languageModels where model.closeCalls > 0 && told.insert(model.name).inserted {
                Console.write(
                    "note: \(model.closeCalls) replies of `\(model.name)` came within \(AskedLanguageModel.rounding) of another token: "
                        + "other arithmetic may reply otherwise\n", to: .error)
            }
        }
    }

    /// With --accept writes what is accepted from here on, and gives the verdicts as they then are; else says how.
    private func settle(
        _ baseline: Baseline, _ verdicts: [Verdict], of plan: Plan
    ) throws(Failure) -> [Verdict] {
        let checked = Array(zip(plan.entries, verdicts))
        guard accept else {
            let isOpen = verdicts.contains { $0.word.contradicts && !$0.isAccepted }
            if isOpen { Console.write("note: `--accept` adds what is new to \(baseline.path)\n", to: .error) }
            return verdicts
        }
        var baseline = baseline
        let found = checked.flatMap { baseline.shown(by: $1, of: $0.subject.path) }
        baseline.replace(
            checked: checked.filter { $1.word != .error }.map { ($0.subject.path, $1.property) }, by: found)
        try baseline.write()
        Console.write("note: wrote \(baseline.path): \(found.count) accepted here\n", to: .error)
        return verdicts.map { $0.word.contradicts ? $0.accepted("accepted from here on") : $0 }
    }

    private func tell(_ missing: Int, of count: Int) {
        let properties = count == 1 ? "property" : "properties"
        Console.write(
            "note: \(why) before \(missing) of \(count) \(properties) \(missing == 1 ? "was" : "were") checked\n",
            to: .error)
    }

    /// Why not all was checked.
    private var why: String { Interrupt.isRequested ? "interrupted" : "the time of --total was over" }

    /// A spec that could not be read is bad input, whatever became of the others, unless they were contradicted.
    private func exitCode(_ verdicts: [Verdict], of plan: Plan) -> Exit.Code {
        let code = Exit.Code(verdicts, of: plan.entries.count, requirements(plan))
        return plan.isWhole || code == .contradicted ? code : .badInput
    }

    /// Of each property, in order.
    private func requirements(_ plan: Plan) -> [Requirement?] { plan.entries.map { require ?? $0.spec.requirement } }

    private var report: TextReport { TextReport(Console.isColoured(.output) ? .coloured : .plain) }

    private func verdicts(
        of plan: Plan, _ planned: CheckRun, since start: Double, _ certification: Certification?,
        _ seconds: [String: SecondOpinion], _ baseline: Baseline?
    ) throws -> [Verdict] {
        // Where there is nothing else to check, a mistake comes before anything is kept.
        let alone = try plan.entries.count == 1 ? plan.entries[0].trial.compiled() : nil
        let (lastWords, store, requirements) = (LastWords(), openStore(), requirements(plan))
        // Until here nothing is lost where a signal ends the process at once.
        Interrupt.listen()
        Interrupt.whenHeldUp {
            lastWords.say { verdicts, last in giveUp(planned.holding(verdicts), last, requirements) }
        }
        defer { lastWords.close() }
        var allowance = Allowance(total: total?.seconds, since: start)
        var verdicts: [Verdict] = []
        for (index, entry) in plan.entries.enumerated() where !Interrupt.isRequested {
            let each = each(of: plan, entry)
            guard let budget = allowance.budget(each, sharedBy: plan.entries.count - index) else { break }
            ProgressChannel.chosen?.tell(
                Turn(property: entry.trial.name, number: index + 1, of: plan.entries.count))
            var (verdict, mistake) = try entry.verdict(compiled: alone) { (trial) throws(Failure) in
                let trying = Trying(
                    subject: entry.subject, settings: settings(allowance.left(of: budget)), store: store,
                    certification: certification, second: seconds[entry.subject.path], lastWords: lastWords,
                    baseline: baseline)
                if let baseline { return try trying.held(against: baseline, trial) }
                return try trying.verdict(of: trial)
            }
            mistake?.print()
            try entry.subject.requireLanguageModels()
            if let requirement = requirements[index], requirement.isMissed(by: verdict) {
                verdict = verdict.remarking("fails: --require \(requirement.rawValue)")
            }
            allowance.next()
            lastWords.end(with: verdict) { if !json { write(verdict, isFirst: verdicts.isEmpty) } }
            verdicts.append(verdict)
            ProgressChannel.chosen?.tell(Done(property: verdict.property, verdict: verdict.word.name))
        }
        return verdicts
    }

    /// What `--progress` is told of a property before it is tried.
    private struct Turn: Encodable {
        let property: String
        let number, of: Int
    }

    /// What it is told afterwards.
    private struct Done: Encodable {
        let property, verdict: String
    }

    /// A folder that cannot be written is no reason not to check.
    private func openStore() -> CaseStore? {
        guard !noCases else { return nil }
        do { return try CaseStore(store.cases) } catch {
            Console.write("warning: \(error.message): counterexamples are not kept\n", to: .error)
            return nil
        }
    }

    private func write(_ verdict: Verdict, isFirst: Bool) {
        Console.write(reports.shielded((isFirst ? "" : "\n") + report.text(verdict)))
    }

    /// Ends the process while it is still at work, with what is known.
    private func giveUp(_ run: CheckRun, _ last: Verdict?, _ requirements: [Requirement?]) -> Never {
        let verdicts = run.verdicts
        if json, let text = try? JSONReport(specs: specs, seed: chance, verdicts).text() { Console.write(text) }
        if !json, let last { write(last, isFirst: verdicts.count == 1) }
        do { try reports.write(run) } catch { error.print() }
        Console.write("note: interrupted: what was underway was not waited for\n", to: .error)
        _exit(Exit.Code(verdicts, of: .max, requirements).rawValue)
    }

    /// What a property may take at most, whatever is left of the total.
    private func each(of plan: Plan, _ entry: Plan.Entry) -> Double {
        let areQueriesLimited = queries != nil && plan.entries.allSatisfy { $0.subject.ledger != nil }
        return budget?.seconds ?? entry.spec.budget
            ?? (tries == nil && total == nil && !areQueriesLimited ? 10 : .infinity)
    }

    private func settings(_ budget: Double) -> Trying.Settings {
        Trying.Settings(
            budget: budget, tries: tries ?? .max, seed: chance, threads: threads, queries: queries,
            wanted: all ? most : 1,
            shrinking: noShrink ? .none : .full)
    }
}

extension Exit.Code {
    /// What others do not confirm comes first: who is right is open. Contradicted comes before unfinished; what was not come to is unfinished.
    init(_ verdicts: [Verdict], of planned: Int, _ requirements: [Requirement?]) {
        guard !verdicts.contains(where: \.isUnconfirmed) else {
            self = .unfinished
            return
        }
        var code = verdicts.count < planned ? Exit.Code.unfinished : .nothingContradicted
        for (verdict, requirement) in zip(verdicts, requirements) {
            if let requirement, requirement.isMissed(by: verdict) {
                self = .contradicted
                return
            }
            switch verdict.word {
            case .contradicted, .refuted, .fails:
                if verdict.isAccepted { continue }
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
