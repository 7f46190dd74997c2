import Diagnostics
import Loading
import RegularExpressions
import Reports
import Terminal

/// The properties that are to be checked, of one spec or of several, in order.
package struct Plan {
    /// A spec that is to be checked, and how.
    package struct Spec {
        package let path: String
        package let options: Workload.Options
        /// Which of its properties; nil for all.
        package var only: String?
        /// Seconds for each property; nil where the command line says it.
        package var budget: Double?
        package var requirement: Requirement?

        package init(
            path: String, options: Workload.Options, only: String? = nil, budget: Double? = nil,
            requirement: Requirement? = nil
        ) {
            self.path = path
            self.options = options
            self.only = only
            self.budget = budget
            self.requirement = requirement
        }
    }

    package struct Entry {
        package let subject: Subject
        package let trial: PlannedTrial
        package let spec: Spec
    }

    package let entries: [Entry]
    /// In the order given, each once.
    package let specs: [CheckRun.Spec]
    /// Whether every spec could be read, and all of its properties.
    package let isWhole: Bool

    /// Warnings are told. Throws what is wrong with the only spec; of one among several that is told, and the others stay.
    package init(
        _ specs: [Spec], only: String?, tell: (String) -> Void = { Console.write($0, to: .error) }
    ) throws(Failure) {
        var (entries, isWhole) = ([Entry](), true)
        var told: [CheckRun.Spec] = []
        for spec in specs {
            do throws(Failure) {
                let subject = try Subject(spec.path, spec.options)
                if !subject.warnings.isEmpty { tell(subject.warnings + "\n") }
                guard !subject.trials.isEmpty else {
                    throw Failure("\(spec.path) has no property: nothing was checked")
                }
                isWhole = isWhole && !subject.hasMistakes
                let all = subject.trials.map { Entry(subject: subject, trial: $0, spec: spec) }
                entries += try spec.only.map { (only) throws(Failure) in try Self.chosen(all, only) } ?? all
                told.append(CheckRun.Spec(subject))
            } catch {
                guard specs.count > 1 else { throw error }
                error.print()
                told.append(CheckRun.Spec(path: spec.path, failure: error.message))
                isWhole = false
            }
        }
        // All that is wrong has been told.
        guard !entries.isEmpty else { throw Failure(rendered: "") }
        self.entries = try only.map { (only) throws(Failure) in try Self.chosen(entries, only) } ?? entries
        self.isWhole = isWhole
        self.specs = told.enumerated().filter { index, spec in !told[..<index].contains { $0.path == spec.path } }
            .map(\.element)
    }

    /// Those of exactly this name or family, or else those whose names match it as a regular expression.
    private static func chosen(
        _ entries: [Entry], _ only: String
    ) throws(Failure) -> [Entry] {
        let named = entries.filter { $0.trial.name == only || $0.trial.member?.family == only }
        guard named.isEmpty else { return named }
        let expression: RegularExpression
        do { expression = try RegularExpression(only) } catch { throw Failure("--only: \(error)") }
        let chosen = entries.filter { expression.search($0.trial.name) == .matches }
        guard !chosen.isEmpty else {
            let near = suggest(only, among: entries.map(\.trial.name)).map { "; did you mean `\($0)`?" } ?? ""
            var paths: [String] = []
            for entry in entries where paths.last != entry.subject.path { paths.append(entry.subject.path) }
            throw Failure("--only \(only) matches no property of \(paths.joined(separator: ", "))\(near)")
        }
        return chosen
    }

    /// What would be tried, a text for each property. Throws where one cannot be tried.
    package func dryRun(_ write: (String) -> Void) throws(Failure) {
        for (index, entry) in entries.enumerated() {
            write((index > 0 ? "\n" : "") + DryRun(entry.subject).text(try entry.trial.compiled()))
        }
    }
}

extension CheckRun.Spec {
    fileprivate init(_ subject: Subject) {
        self.init(
            path: subject.path,
            files: subject.files.map { (name: "\($0.kind == .model ? "model" : "data") \($0.name)", path: $0.path) })
    }
}
