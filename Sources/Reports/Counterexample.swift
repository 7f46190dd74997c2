import Checker
import Compiler
import Search

/// A shrunk violation, replayed from the values as printed, with all that is said of it.
package struct Counterexample: Sendable {
    /// One leaf of a quantified variable.
    package struct Input: Sendable {
        package let leaf: Leaf
        /// As it is shown: that of the leaf, or of the number that may be missing.
        package let name: String
        /// How the values are to be read.
        package let kind: CoordinateKind
        package let values: [String]
        /// Entries that differ from the reference, in index order; empty for a scalar.
        package let changes: [Change]
        /// Whether any other value of the leaf fails as well.
        package let isArbitrary: Bool
        /// For a scalar: between which values it still fails.
        package let interval: Interval?
        /// For a data row: its number and its scalar fields.
        package let row: Row?
        /// For a text: the places where anything else that its type lets stand there fails too, as far as tried.
        package var freePlaces: [Int] = []
        /// For a text of a language model's tokens: the numbers that its file has for them.
        package var tokens: [Int]?
        /// As `values`, of the simplest input; nil where nothing is simpler, or that is not told.
        package var reference: [String]?

        package init(
            leaf: Leaf, kind: CoordinateKind, values: [String], changes: [Change], isArbitrary: Bool,
            interval: Interval?, row: Row?
        ) {
            self.leaf = leaf
            name = leaf.shape.isEmpty ? leaf.optional ?? leaf.name : leaf.name
            self.kind = kind
            self.values = values
            self.changes = changes
            self.isArbitrary = isArbitrary
            self.interval = interval
            self.row = row
        }
    }

    package struct Change: Sendable {
        /// One index per dimension.
        package let place: [String]
        package let from: String
        package let to: String
        package let interval: Interval?

        package init(place: [String], from: String, to: String, interval: Interval?) {
            self.place = place
            self.from = from
            self.to = to
            self.interval = interval
        }
    }

    /// Both ends, and values between them, were tried and fail.
    package struct Interval: Sendable, Codable, Hashable {
        package let lower: String
        package let upper: String

        package init(lower: String, upper: String) {
            self.lower = lower
            self.upper = upper
        }
    }

    package struct Row: Sendable {
        package let table: String
        package let number: Int
        /// Those that are one number, or a text.
        package let fields: [(name: String, text: String)]
        /// All of its fields.
        package let columns: [Column]
        /// The fields that are texts, or no single values.
        package let tensors: [Step]

        /// A field of a row: its values as texts that read back exactly, row-major; `type` says how, as it does of inputs.
        package struct Column: Sendable, Codable {
            package let name, type: String
            package let shape: [Int]
            package let values: [String]

            package init(name: String, type: String, shape: [Int], values: [String]) {
                (self.name, self.type, self.shape, self.values) = (name, type, shape, values)
            }
        }

        package init(
            table: String, number: Int, fields: [(name: String, text: String)], columns: [Column] = [],
            tensors: [Step] = []
        ) {
            (self.table, self.number, self.fields, self.columns, self.tensors) = (
                table, number, fields, columns, tensors
            )
        }

        /// The fields that are texts, as they are.
        var texts: [(name: String, text: String)] {
            tensors.filter(\.type.isText).map { ($0.name, Notation.text(of: $0.values)) }
        }
    }

    /// A `let`, or a side of the check under the words it has in the spec.
    package struct Step: Sendable {
        package let name: String
        package let type: SayType
        package let values: [Double]

        package init(name: String, type: SayType, values: [Double]) {
            self.name = name
            self.type = type
            self.values = values
        }
    }

    package enum Minimality: Sendable, Hashable {
        /// All inputs were tried.
        case nothingSmallerFails(tried: Int)
        /// No input that is smaller by a single step of shrinking fails.
        case noStepFails(checks: Int)
        /// The smallest so far: time ended before all steps were tried.
        case budgetSpent
        /// As found: shrinking was not asked for.
        case unshrunk
        /// A kept case, evaluated again.
        case replayed
    }

    package let id: String
    /// The values of all variables; nil of what cannot be replayed.
    package let witness: Witness?
    package let inputs: [Input]
    package let lets: [Step]
    package let sides: [Step]
    /// The check that fails, in its words.
    package let check: String
    package let margin: Double
    package let worstMargin: Double
    /// In the norm of the `shrink` clause, where it has one.
    package let nearestDistance: Distance?
    package let minimality: Minimality
    /// What was proved of anything smaller; nil where nothing was.
    package let floor: Floor?
    package let tries: Int
    package let shrinkTries: Int
    package let strategy: String
    package let replay: String
    /// Answers of black boxes that were not asked for again: no query was left for them, or nobody to ask.
    package let unasked: Int
    /// Whether others than the spec's models say the same; nil where nobody was asked.
    package let confirmation: Confirmation?
    /// Files saved beside the case.
    package let files: [String]
    /// What rates and means are on rows that the search did not use; nil where it used all, or there are none.
    package let unused: UnusedRows?

    /// What other servers say, asked in place of the models.
    package struct Confirmation: Sendable {
        package enum Answer: Sendable, Hashable {
            /// Whether it fails there too, its margin there, and by how much a number of a model's answers differs at most.
            case asked(fails: Bool, margin: Double, difference: Double)
            /// Why there is no answer.
            case unasked(String)
        }

        /// As the command line says them.
        package let servers: String
        package let answer: Answer

        package init(by servers: String, _ answer: Answer) { (self.servers, self.answer) = (servers, answer) }

        package var isConfirmed: Bool { if case .asked(fails: true, _, _) = answer { true } else { false } }
    }

    /// Of a property that all rows of data share.
    package struct UnusedRows: Sendable {
        package struct Searched: Sendable {
            package let table: String
            /// So many of its rows were searched.
            package let count, of: Int

            package init(table: String, count: Int, of: Int) {
                (self.table, self.count, self.of) = (table, count, of)
            }
        }

        /// A rate or a mean over rows of some tables.
        package struct Average: Sendable {
            package let quantity: Verdict.Quantity
            package let tables: [String]
            /// Whether several rows, or other values, were drawn together with each row.
            package let isJoint: Bool

            package init(_ quantity: Verdict.Quantity, tables: [String], isJoint: Bool) {
                (self.quantity, self.tables, self.isJoint) = (quantity, tables, isJoint)
            }
        }

        /// By how much it fails at least on the searched rows.
        package let excess: Double
        /// Of each interval.
        package let confidence: Double
        package let searched: [Searched]
        package let averages: [Average]

        package init(excess: Double, confidence: Double, searched: [Searched], averages: [Average]) {
            (self.excess, self.confidence, self.searched, self.averages) = (excess, confidence, searched, averages)
        }
    }

    package struct Distance: Sendable {
        /// The key's words in the spec.
        package let measure: String
        package let value: Double

        package init(measure: String, value: Double) {
            self.measure = measure
            self.value = value
        }
    }

    /// That nothing fails with a measure below a value (for the minimum), or up to it.
    package struct Floor: Sendable {
        /// The key's words in the spec.
        package let measure: String
        package let value: Double
        /// Whether the value is the counterexample's own.
        package let isMinimum: Bool

        package init(measure: String, value: Double, isMinimum: Bool) {
            self.measure = measure
            self.value = value
            self.isMinimum = isMinimum
        }
    }

    package init(
        id: String, witness: Witness? = nil, inputs: [Input], lets: [Step], sides: [Step], check: String,
        margin: Double, worstMargin: Double,
        nearestDistance: Distance?, minimality: Minimality, floor: Floor?, tries: Int, shrinkTries: Int,
        strategy: String, unasked: Int = 0, confirmation: Confirmation? = nil, replay: String, files: [String],
        unused: UnusedRows? = nil
    ) {
        (self.unused, self.unasked, self.confirmation) = (unused, unasked, confirmation)
        (self.id, self.witness) = (id, witness)
        self.inputs = inputs
        self.lets = lets
        self.sides = sides
        self.check = check
        self.margin = margin
        self.worstMargin = worstMargin
        self.nearestDistance = nearestDistance
        self.minimality = minimality
        self.floor = floor
        self.tries = tries
        self.shrinkTries = shrinkTries
        self.strategy = strategy
        self.replay = replay
        self.files = files
    }
}
