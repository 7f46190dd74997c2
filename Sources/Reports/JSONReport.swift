import Checker
import Compiler
import FoundationEssentials
import Glibc
import Search
import Texts

/// The verdicts of a run as JSON; README.md in this folder says what each field means.
package struct JSONReport: Encodable {
    private let format = 1
    private let spec: String?
    private let specs: [String]?
    private let seed: UInt64
    private let properties: [Property]

    package init(specs: [String], seed: UInt64, _ verdicts: [Verdict]) {
        spec = specs.count == 1 ? specs[0] : nil
        self.specs = specs.count == 1 ? nil : specs
        self.seed = seed
        properties = verdicts.map { Property($0) }
    }

    /// One object, keys in alphabetical order, ending with a line break.
    package func text() throws -> String {
        try reportJSON()
    }

    private struct Property: Encodable {
        var name: String
        var title: String?
        var place: String
        var verdict: String
        var text: String
        var message: String?
        var remarks: [String]?
        var accepted: Bool?
        var family: String?
        var arguments: [String: String]?
        var tries: Int
        var seconds: Double
        var bestMargin: Double?
        var boundary: Double?
        var admitted: Double?
        var interrupted: Bool
        var strategies: [Verdict.Share]
        var counterexamples: [Example]
        var confidence: Double?
        var estimates: [Quantity]?
        var rates: [Rate]?
        var queries: Queries?

        init(_ verdict: Verdict) {
            (name, title, place) = (verdict.property, verdict.title, verdict.place)
            let effort = verdict.effort
            (tries, seconds, bestMargin) = (effort.tries, effort.seconds, effort.bestMargin)
            boundary = verdict.boundary
            (admitted, interrupted, strategies) = (effort.admitted, effort.isInterrupted, effort.strategies)
            counterexamples = []
            self.verdict = verdict.word.name
            text = TextReport(.plain).text(verdict)
            queries = verdict.queries.map { Queries($0) }
            remarks = verdict.remarks.isEmpty ? nil : verdict.remarks
            accepted = verdict.isAccepted ? true : nil
            family = verdict.member?.family
            arguments = verdict.member.map { member in
                Dictionary(member.arguments.map { ($0.name, $0.text) }, uniquingKeysWith: { first, _ in first })
            }
            switch verdict.outcome {
            case .contradicted(let examples): counterexamples = examples.map { Example($0) }
            case .estimated(let it):
                confidence = it.confidence
                estimates = it.quantities.map { Quantity($0) }
                counterexamples = it.example.map { [Example($0)] } ?? []
            case .counted(let it): rates = it.rates.map { Rate($0) }
            case .failed(let message): self.message = message
            case .mistaken: message = "it does not compile"
            case .proved, .survived: break
            }
        }
    }

    private struct Quantity: Encodable {
        var words: String
        var estimate: Double
        var lower: Double
        var upper: Double
        var certain: Double?
        var draws: Int
        var counted: Int
        var successes: Int?
        var range: [Double]?
        var method: String

        init(_ it: Verdict.Quantity) {
            (words, estimate, lower, upper, method) = (it.words, it.estimate, it.lower, it.upper, it.method)
            (certain, draws, counted, successes) = (it.certain, it.drawn, it.count, it.successes)
            range = it.range.map { [$0.lowerBound, $0.upperBound] }
        }
    }

    private struct Queries: Encodable {
        var asked: Int
        var remembered: Int
        var limit: Int?
        var retries: Int
        var changed: Int
        var change: Double

        init(_ it: Verdict.Queries) {
            (asked, remembered, limit) = (it.asked, it.remembered, it.limit)
            (retries, changed, change) = (it.retries, it.changed, it.change)
        }
    }

    private struct Rate: Encodable {
        var words: String
        var inputs: String
        var lower: Double
        var upper: Double
        var proved: String
        var denied: Bool
        var tried: Int
        var counted: Int
        var first: [Int]?
        var proofs: [Verdict.RateProof]
        var unread: String?
        var rows: Rows?

        init(_ it: Verdict.Rate) {
            (words, inputs, lower, upper) = (it.words, "\(it.inputs)", it.lower, it.upper)
            (proved, denied) = ("\(it.certain)", it.isDenied)
            (tried, counted) = (it.right + it.wrong, it.right)
            (first, proofs, unread) = (it.firstWrong, it.proofs, it.unread)
            rows = it.rows.map { Rows($0) }
        }
    }

    private struct Rows: Encodable {
        struct Sample: Encodable {
            var rows: Int
            var lower, upper, confidence: Double
        }

        var proved, earlier, contradicted, open, unseen: Int
        var first: Int?
        var inputs: [Input]?
        var sample: Sample?

        init(_ it: Verdict.Rows) {
            (proved, earlier, contradicted, open) = (it.proved, it.earlier, it.contradicted, it.open)
            (unseen, first, inputs) = (it.unseen, it.first, it.example?.inputs.map { Input($0) })
            sample = it.sample.map {
                Sample(rows: $0.rows, lower: $0.lower, upper: $0.upper, confidence: $0.confidence)
            }
        }
    }

    private struct Example: Encodable {
        struct Minimality: Encodable {
            var kind: String
            var checks: Int?
        }

        struct Nearest: Encodable {
            var measure: String
            var value: Double
        }

        struct Floor: Encodable {
            var measure: String
            var value: Double
            var minimum: Bool
        }

        var `case`: String
        var check: String
        var inputs: [Input]
        var lets: [Step]
        var sides: [Step]
        var margin: Double
        var worstMargin: Double
        var nearest: Nearest?
        var floor: Floor?
        var minimality: Minimality
        var tries: Int
        var shrinkTries: Int
        var strategy: String
        var replay: String
        var files: [String]
        /// Whether black boxes were asked again; nil where there are none to ask.
        var unasked: Int?
        var confirmation: Confirmation?
        var unused: UnusedRows?

        init(_ example: Counterexample) {
            (`case`, check, replay, files) = (example.id, example.check, example.replay, example.files)
            inputs = example.inputs.map { Input($0) }
            lets = example.lets.map { Step($0) }
            sides = example.sides.map { Step($0) }
            (margin, worstMargin) = (example.margin, example.worstMargin)
            nearest = example.nearestDistance.map { Nearest(measure: $0.measure, value: $0.value) }
            floor = example.floor.map { Floor(measure: $0.measure, value: $0.value, minimum: $0.isMinimum) }
            minimality =
                switch example.minimality {
                case .nothingSmallerFails(let tried): Minimality(kind: "nothing-smaller-fails", checks: tried)
                case .noStepFails(let checks): Minimality(kind: "no-smaller-step-fails", checks: checks)
                case .budgetSpent: Minimality(kind: "budget-spent", checks: nil)
                case .unshrunk: Minimality(kind: "unshrunk", checks: nil)
                case .replayed: Minimality(kind: "replayed", checks: nil)
                }
            confirmation = example.confirmation.map { Confirmation($0) }
            unasked = example.unasked > 0 ? example.unasked : nil
            (tries, shrinkTries, strategy) = (example.tries, example.shrinkTries, example.strategy)
            unused = example.unused.map { UnusedRows($0) }
        }
    }

    private struct Confirmation: Encodable {
        var servers: String
        var confirmed: Bool
        var margin: Double?
        var difference: Double?
        var message: String?

        init(_ it: Counterexample.Confirmation) {
            (servers, confirmed) = (it.servers, it.isConfirmed)
            switch it.answer {
            case .asked(_, let margin, let difference): (self.margin, self.difference) = (margin, difference)
            case .unasked(let why): message = why
            }
        }
    }

    private struct Input: Encodable {
        struct Change: Encodable {
            var place: [String]
            var from: String
            var to: String
            var interval: Counterexample.Interval?
        }

        struct Row: Encodable {
            var table: String
            var number: Int
            var fields: [String: String]
            var columns: [Counterexample.Row.Column]
        }

        var name: String
        var type: String
        var unit: String?
        var shape: [Int]
        var values: [String]
        /// Of a text of a language model's tokens.
        var tokens: [Int]?
        var changes: [Change]
        var interval: Counterexample.Interval?
        var anyOther: Bool
        /// Of a number that may be missing, and is.
        var missing: Bool?
        /// The places of a text where any letter of its type does.
        var freePlaces: [Int]?
        var row: Row?

        init(_ input: Counterexample.Input) {
            tokens = input.tokens
            (name, unit, shape, values) = (
                input.name, input.leaf.unit, input.leaf.texts == nil ? input.leaf.shape : [], input.values
            )
            type = input.leaf.texts == nil ? input.kind.name : "text"
            changes = input.changes.map { Change(place: $0.place, from: $0.from, to: $0.to, interval: $0.interval) }
            (interval, anyOther) = (input.interval, input.isArbitrary)
            missing = input.leaf.optional != nil && input.leaf.type.isTruth ? true : nil
            freePlaces = input.leaf.texts == nil ? nil : input.freePlaces
            row = input.row.map { row in
                Row(
                    table: row.table, number: row.number,
                    fields: Dictionary(row.fields.map { ($0.name, $0.text) }, uniquingKeysWith: { first, _ in first }),
                    columns: row.columns)
            }
        }
    }

    private struct Step: Encodable {
        var name: String
        var type: String
        var shape: [Int]
        var values: [Double]
        /// The enum cases' names where the values are indices.
        var names: [String]?
        /// What the code points in `values` are, where it is a text.
        var text: String?

        init(_ step: Counterexample.Step) {
            (name, shape, values) = (step.name, step.type.shape ?? [], step.values)
            type = step.type.elementName
            if step.type.isText { text = CodePoints.text(CodePoints.read(step.values)) }
            if step.type.cases != nil {
                names = step.values.map { Notation.text($0, .category, step.type) }
            }
        }
    }
}

extension CoordinateKind {
    /// As JSON has it.
    package var name: String {
        switch self {
        case .real32: "float32"
        case .real64: "float64"
        case .integer: "integer"
        case .category: "category"
        }
    }
}

extension SayType {
    /// What each of its values is.
    fileprivate var elementName: String {
        switch element {
        case .real: "real"
        case .int: "integer"
        case .bool: "truth"
        case .enumeration: "category"
        case nil: isText ? "text" : "record"
        }
    }
}

extension Verdict.Word {
    /// As JSON and SARIF have it.
    package var name: String { rawValue.replacing(" ", with: "-") }
}
