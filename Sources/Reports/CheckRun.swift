import Diagnostics

/// What `check` did, for whoever writes it down: the same for every form.
package struct CheckRun: Sendable {
    /// Of the program.
    package let version: String
    package let seed: UInt64
    /// In the order of the command line, each once.
    package let specs: [Spec]
    /// In the order in which they are checked.
    package private(set) var entries: [Entry]
    /// Why some properties were not come to.
    package private(set) var stop = "interrupted"

    package init(version: String, seed: UInt64, specs: [Spec], entries: [Entry]) {
        (self.version, self.seed, self.specs, self.entries) = (version, seed, specs, entries)
    }

    /// The same with the verdicts on its first properties, and why there are none on the others.
    package func holding(_ verdicts: [Verdict], stop: String = "interrupted") -> CheckRun {
        var run = self
        for (index, verdict) in verdicts.enumerated() where run.entries.indices.contains(index) {
            run.entries[index].verdict = verdict
        }
        run.stop = stop
        return run
    }

    package struct Spec: Sendable {
        /// As given.
        package let path: String
        /// The models and data that were read, as `model net` and where they are.
        package let files: [(name: String, path: String)]
        /// Why it could not be read; nil where it could.
        package let failure: String?

        package init(path: String, files: [(name: String, path: String)] = [], failure: String? = nil) {
            (self.path, self.files, self.failure) = (path, files, failure)
        }
    }

    /// A property and what became of it.
    package struct Entry: Sendable {
        /// The path of its spec, as given.
        package let spec: String
        package let name: String
        /// Of a property that is one of a family: its name.
        package let family: String?
        package let place: Place
        /// What it says, as written; nil where it is not of a spec.
        package let source: String?
        package let requirement: Requirement?
        /// nil where it was not come to.
        package fileprivate(set) var verdict: Verdict?

        package init(
            spec: String, name: String, family: String? = nil, place: Place, source: String?,
            requirement: Requirement? = nil, verdict: Verdict? = nil
        ) {
            (self.spec, self.name, self.family) = (spec, name, family)
            (self.place, self.source, self.requirement, self.verdict) = (place, source, requirement, verdict)
        }
    }

    /// A stretch of a file.
    package struct Place: Sendable {
        package let file: String
        /// From its first character to behind its last; nil where it is the file as a whole.
        package let range: (start: Position, end: Position)?

        package init(file: String, range: (start: Position, end: Position)? = nil) {
            (self.file, self.range) = (file, range)
        }

        /// `digits.say:9:1`, or the file alone.
        package var text: String { range.map { "\(file):\($0.start.line):\($0.start.column)" } ?? file }
    }

    package var verdicts: [Verdict] { entries.compactMap(\.verdict) }

    /// `3 properties: 1 contradicted, 2 survived`, and what was not come to.
    package var summary: String {
        let line = String(TextReport(.plain).summary(verdicts).dropLast())
        let missing = entries.count - verdicts.count
        return missing == 0 ? line : verdicts.isEmpty ? "\(missing) not checked" : line + ", \(missing) not checked"
    }

}

extension CheckRun.Entry {
    var standing: Standing { Standing(verdict, requirement) }

    /// The verdict in a word, as tables have it.
    var word: String {
        verdict.map { $0.word.rawValue + ($0.isAccepted ? ", accepted" : "") } ?? "not checked"
    }
}

/// What a verdict has to be besides not contradicted.
package enum Requirement: String, Sendable, CaseIterable {
    case proved

    /// Whether a verdict falls short of it.
    package func isMissed(by verdict: Verdict) -> Bool {
        switch verdict.word {
        case .survived, .notFound, .undecided, .holds: true
        case .contradicted, .refuted, .fails, .witnessed, .proved, .error: false
        }
    }
}

/// What a verdict means to whoever only asks whether to go on.
enum Standing: Sendable, Hashable {
    /// Nothing speaks against it but what is accepted. That is no proof: the verdict says what it is.
    case passes
    /// Contradicted, or short of what is required.
    case fails
    /// It could not be run to the end, or others do not confirm what was found.
    case breaks
    /// Interrupted, or not come to.
    case unfinished

    init(_ verdict: Verdict?, _ requirement: Requirement?) {
        guard let verdict else {
            self = .unfinished
            return
        }
        let isMissed = requirement?.isMissed(by: verdict) ?? false
        switch verdict.word {
        case .error: self = .breaks
        case .contradicted, .refuted, .fails:
            self = verdict.isUnconfirmed ? .breaks : verdict.isAccepted ? .passes : .fails
        case .survived, .notFound, .undecided, .holds, .proved, .witnessed:
            self = isMissed ? .fails : verdict.effort.isInterrupted && !verdict.isSettled ? .unfinished : .passes
        }
    }
}

extension Verdict {
    /// Whether something was found that others, who were asked, do not confirm.
    package var isUnconfirmed: Bool {
        guard case .contradicted(let examples) = outcome else { return false }
        return examples.contains { $0.confirmation.map { !$0.isConfirmed } ?? false }
    }

    /// Whether more search would change nothing.
    fileprivate var isSettled: Bool { [.proved, .witnessed, .holds].contains(word) }
}
