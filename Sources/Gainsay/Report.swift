import Compiler
import Reports
import Verdicts

/// What a check of a spec found.
public struct Report: Sendable, CustomStringConvertible {
    /// In the order of the spec.
    public let properties: [PropertyReport]

    /// Those that do not hold.
    public var contradicted: [PropertyReport] { properties.filter(\.verdict.contradicts) }

    public subscript(name: String) -> PropertyReport? { properties.first { $0.name == name } }

    /// As the command line prints it.
    public var description: String { properties.map(\.description).joined(separator: "\n") }
}

/// What became of a property, in a word. `survived` is no pass: nothing was found, and nothing is proved.
public enum Verdict: String, Sendable, CaseIterable {
    /// An input was found that violates it.
    case contradicted
    /// No input violates it: sound bounds say so, or all were tried.
    case proved
    /// Neither, within the budget.
    case survived
    /// Of `exists`: an input was found that does what it says, or there is none, or none was found.
    case witnessed, refuted
    case notFound = "not found"
    /// Of what is drawn: decided with the stated confidence, or not.
    case holds = "holds with confidence"
    case fails = "contradicted with confidence"
    case undecided
    /// It could not be checked.
    case error

    /// Whether what was said does not hold.
    public var contradicts: Bool {
        switch self {
        case .contradicted, .refuted, .fails: true
        case .proved, .survived, .witnessed, .notFound, .holds, .undecided, .error: false
        }
    }
}

/// What became of one property.
public struct PropertyReport: Sendable, CustomStringConvertible {
    /// Where it stands.
    public struct Location: Sendable, Hashable {
        public let file: String
        /// From 1; nil where only the file is known.
        public let line, column: Int?
    }

    public let name: String
    public let title: String?
    public let location: Location
    public let verdict: Verdict
    /// Empty unless it is contradicted, or witnessed.
    public let counterexamples: [Counterexample]
    /// Inputs evaluated, and how long all of it took.
    public let tries: Int
    public let seconds: Double
    /// As the command line prints it; of one with a mistake, the mistake.
    public let description: String

    init(_ verdict: Reports.Verdict, _ entry: Plan.Entry, _ mistake: String?) {
        name = verdict.property
        title = verdict.title
        let place = entry.subject.region(entry.trial.span)
        location = Location(file: place.file, line: place.range?.start.line, column: place.range?.start.column)
        self.verdict = Verdict(rawValue: verdict.word.rawValue) ?? .error
        counterexamples =
            if case .contradicted(let examples) = verdict.outcome { examples.map { Counterexample($0) } } else { [] }
        tries = verdict.effort.tries
        seconds = verdict.effort.seconds
        description = mistake ?? TextReport(.plain).text(verdict)
    }
}

/// An input that violates a property, as small as it got, evaluated again from its values as printed.
public struct Counterexample: Sendable {
    /// A variable, or a field of one: `e.rho`.
    public struct Input: Sendable, Hashable {
        public let name: String
        /// Empty for a single value.
        public let shape: [Int]
        /// Row-major, as they are written in Say; numbers read back exactly.
        public let values: [String]

        /// The values as numbers; nil where one is none.
        public var numbers: [Double]? {
            let numbers = values.compactMap(Double.init)
            return numbers.count == values.count ? numbers : nil
        }
    }

    public let inputs: [Input]
    /// Below 0; how far, in the units of the check.
    public let margin: Double
    /// The check that fails, in its words.
    public let check: String

    public subscript(name: String) -> Input? { inputs.first { $0.name == name } }

    init(_ example: Reports.Counterexample) {
        inputs = example.inputs.map { Input(name: $0.name, shape: $0.leaf.shape, values: $0.values) }
        (margin, check) = (example.margin, example.check)
    }
}
