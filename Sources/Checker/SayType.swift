/// The type of a term, all sizes known.
package indirect enum SayType: Sendable, Hashable {
    case bool
    case int
    case real
    case enumeration(Enumeration)
    case tensor(Tensor)
    case record(Record)
    /// Code points, at most so many: a tensor of them, filled up with -1.
    case text(most: Int)
    /// A regular expression, which is a value only where texts are held against it.
    case pattern(String)
    /// A row of a data table: its columns are fields.
    case row([Field])
    /// What checking went wrong with; agrees with everything, so that one mistake is reported once.
    case unknown

    /// Fields in order; two records with equal field names and types agree, whatever they were declared as.
    package struct Record: Sendable, Hashable {
        /// The declared type it comes from, with the constants it was made with: `Patch`, `size` = 3.
        package struct Origin: Sendable, Hashable {
            package var name: String
            package var arguments: [Argument]
        }

        package struct Argument: Sendable, Hashable {
            package var name: String
            package var value: Double
            package var isInteger: Bool
        }

        package var origin: Origin?
        /// For a sequence, one tensor for each field of its entries, the entries along the first dimension; before them, where
        /// the length varies, `length`.
        package var fields: [Field]
        /// Set where the record is how a sequence of records is kept.
        package var sequence: Sequence?
        /// Set where the record is how a value is kept that may be missing: `missing`, a Bool, and `value`.
        package var isOptional = false

        package init(origin: Origin?, fields: [Field], sequence: Sequence? = nil) {
            self.origin = origin
            self.fields = fields
            self.sequence = sequence
        }
    }

    /// Records one behind the other: `P[3]`, `P[1..8]`.
    package struct Sequence: Sendable, Hashable {
        package var entry: SayType
        package var least: Int
        package var most: Int

        package var isFixed: Bool { least == most }
    }

    package struct Field: Sendable, Hashable {
        package var name: String
        package var type: SayType
        /// The first word of the comment behind the field, where it is there: `ft`, `rad`.
        package var unit: String?
    }

    /// An enum: its cases are indices from 0, and names of a dimension's entries.
    package struct Enumeration: Sendable, Hashable {
        package var name: String
        package var cases: [String]
        /// For each case what models and data write for it: its text, or its name where it has none.
        package var texts: [String]

        package init(name: String, cases: [String], texts: [String]? = nil) {
            (self.name, self.cases, self.texts) = (name, cases, texts ?? cases)
        }
    }

    package struct Tensor: Sendable, Hashable {
        package enum Element: Sendable, Hashable {
            case real, int, bool
            case enumeration(Enumeration)
        }

        package struct Dimension: Sendable, Hashable {
            package var size: Int
            /// Set where the dimension's entries have names.
            package var labels: Enumeration?
        }

        package var element: Element
        package var dimensions: [Dimension]
        /// What it was declared as, and is shown as; nil for numbers.
        package var view: View?

        /// So many code points of a text.
        package static func codePoints(_ count: Int) -> Tensor {
            Tensor(element: .int, dimensions: [.init(size: count)])
        }

        package enum View: Sendable, Hashable {
            /// `as image`: a picture.
            case image
            /// `as sound(16000)`: with so many frames a second.
            case sound(rate: Int)
        }
    }
}

extension SayType.Tensor {
    /// `Tensor[count]` of reals.
    package static func vector(_ count: Int) -> SayType.Tensor { reals([count]) }

    /// `Tensor[...]` of reals with dimensions of these sizes.
    package static func reals(_ sizes: [Int]) -> SayType.Tensor {
        SayType.Tensor(element: .real, dimensions: sizes.map { .init(size: $0, labels: nil) })
    }
}
