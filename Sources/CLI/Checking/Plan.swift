import Diagnostics
import RegularExpressions

/// The properties that are to be checked, of one spec or of several, in order.
struct Plan {
    /// A spec that is to be checked, and how.
    struct Spec {
        let path: String
        let options: Workload.Options
        /// Which of its properties; nil for all.
        var only: String?
        /// Seconds for each property; nil where the command line says it.
        var budget: Double?
        var requirement: Requirement?
    }

    struct Entry {
        let subject: Subject
        let trial: PlannedTrial
        let spec: Spec
    }

    let entries: [Entry]
    /// Whether every spec could be read, and all of its properties.
    let isWhole: Bool

    /// Warnings are printed. Throws what is wrong with the only spec; of one among several that is told, and the others stay.
    init(_ specs: [Spec], only: String?) throws(Failure) {
        var (entries, isWhole) = ([Entry](), true)
        for spec in specs {
            do throws(Failure) {
                let subject = try Subject(spec.path, spec.options)
                if !subject.warnings.isEmpty { Console.write(subject.warnings + "\n", to: .error) }
                guard !subject.trials.isEmpty else {
                    throw Failure("\(spec.path) has no property: nothing was checked")
                }
                isWhole = isWhole && !subject.hasMistakes
                let all = subject.trials.map { Entry(subject: subject, trial: $0, spec: spec) }
                entries += try spec.only.map { (only) throws(Failure) in try Self.chosen(all, only) } ?? all
            } catch {
                guard specs.count > 1 else { throw error }
                error.print()
                isWhole = false
            }
        }
        guard !entries.isEmpty else { Exit.with(.badInput) }
        self.entries = try only.map { (only) throws(Failure) in try Self.chosen(entries, only) } ?? entries
        self.isWhole = isWhole
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
    func dryRun(_ write: (String) -> Void) throws(Failure) {
        for (index, entry) in entries.enumerated() {
            write((index > 0 ? "\n" : "") + DryRun(entry.subject).text(try entry.trial.compiled()))
        }
    }
}
