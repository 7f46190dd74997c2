import Diagnostics
import RegularExpressions

/// The properties that are to be checked, of one spec or of several, in order.
struct Plan {
    let entries: [(subject: Subject, trial: PlannedTrial)]
    /// Whether every spec could be read, and all of its properties.
    let isWhole: Bool

    /// Warnings are printed. Throws what is wrong with the only spec; of one among several that is told, and the others stay.
    init(_ paths: [String], _ options: Workload.Options, only: String?) throws(Failure) {
        var (entries, isWhole) = ([(subject: Subject, trial: PlannedTrial)](), true)
        for path in paths {
            do throws(Failure) {
                let subject = try Subject(path, options)
                if !subject.warnings.isEmpty { Console.write(subject.warnings + "\n", to: .error) }
                guard !subject.trials.isEmpty else { throw Failure("\(path) has no property: nothing was checked") }
                isWhole = isWhole && !subject.hasMistakes
                entries += subject.trials.map { (subject, $0) }
            } catch {
                guard paths.count > 1 else { throw error }
                error.print()
                isWhole = false
            }
        }
        guard !entries.isEmpty else { Exit.with(.badInput) }
        self.entries = try only.map { (only) throws(Failure) in try Self.chosen(entries, only, paths) } ?? entries
        self.isWhole = isWhole
    }

    /// Those of exactly this name or family, or else those whose names match it as a regular expression.
    private static func chosen(
        _ entries: [(subject: Subject, trial: PlannedTrial)], _ only: String, _ paths: [String]
    ) throws(Failure) -> [(subject: Subject, trial: PlannedTrial)] {
        let named = entries.filter { $0.trial.name == only || $0.trial.member?.family == only }
        guard named.isEmpty else { return named }
        let expression: RegularExpression
        do { expression = try RegularExpression(only) } catch { throw Failure("--only: \(error)") }
        let chosen = entries.filter { expression.search($0.trial.name) == .matches }
        guard !chosen.isEmpty else {
            let near = suggest(only, among: entries.map(\.trial.name)).map { "; did you mean `\($0)`?" } ?? ""
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
