import ArgumentParser
import Loading
import Reports
import Terminal
import Verdicts

/// Where else a run is written down than on standard output.
struct ReportOptions: ParsableArguments {
    @Option(name: .long, help: "Write a page to this file: one HTML file with pictures and plots, for people.")
    var html: String?

    @Option(name: .long, help: "Write JUnit XML to this file: a suite for each spec, a case for each property.")
    var junit: String?

    @Option(name: .long, help: "Write SARIF 2.1.0 to this file: a rule for each property, a result for each verdict.")
    var sarif: String?

    @Option(name: .long, help: "Write Markdown to this file, as for a comment below a pull request.")
    var markdown: String?

    @Flag(name: .long, help: "Print commands to GitHub's workflow runner behind the report, which annotate the specs.")
    var github = false

    /// Throws where a file could not be written: before anything is searched.
    func requirePlaces() throws(Failure) {
        var seen: Set<String> = []
        for path in files.map(\.path) {
            try Files.requirePlace(path)
            guard seen.insert(path).inserted else { throw Failure("`\(path)` is to hold two reports") }
        }
    }

    /// Writes every file that is asked for, each as a whole; what cannot be written does not keep the others from being so.
    func write(_ run: CheckRun) throws(Failure) {
        if github { Console.write(WorkflowCommands(run).text()) }
        var failure: Failure?
        for file in files {
            do throws(Failure) {
                try Files.write(Array(try file.text(run).utf8), to: file.path)
            } catch { failure = failure ?? error }
        }
        if let failure { throw failure }
    }

    /// What is printed besides, kept from being taken for commands where those are printed.
    func shielded(_ text: String) -> String { github ? WorkflowCommands.shielded(text) : text }

    private struct File {
        let path: String
        let text: (CheckRun) throws(Failure) -> String
    }

    private var files: [File] {
        [
            html.map { path in File(path: path) { $0.page.html() } },
            junit.map { path in File(path: path) { JUnitReport($0).text() } },
            sarif.map { path in File(path: path) { (run) throws(Failure) in try Self.sarif(run) } },
            markdown.map { path in File(path: path) { MarkdownReport($0).text() } },
        ].compactMap(\.self)
    }

    private static func sarif(_ run: CheckRun) throws(Failure) -> String {
        do { return try SARIFReport(run).text() } catch { throw Failure("\(error)", code: .unfinished) }
    }
}

extension Requirement: ExpressibleByArgument {}

extension CheckRun {
    /// What is planned, before anything is known of it; what is required of each property, in order.
    init(_ plan: Plan, seed: UInt64, _ requirements: [Requirement?]) {
        let entries = zip(plan.entries, requirements).map { planned, requirement in
            let (subject, trial) = (planned.subject, planned.trial)
            return Entry(
                spec: subject.path, name: trial.name, family: trial.member?.family, place: subject.region(trial.span),
                source: subject.text(trial.span), requirement: requirement)
        }
        self.init(version: Release.version, seed: seed, specs: plan.specs, entries: entries)
    }
}
