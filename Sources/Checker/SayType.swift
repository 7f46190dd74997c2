/// The type of a term, all sizes known.
package indirect enum SayType: Sendable, Hashable {
    case bool
    case int
    case real
    case enumeration(Enumeration)
    case tensor(Tensor)
    case record([Field])
    /// A row of a data table: its columns are fields.
    case row([Field])
    /// What checking went wrong with; agrees with everything, so that one mistake is reported once.
    case unknown

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
        /// Whether it was declared `as image`: shown as a picture.
        package var isImage: Bool
    }
}
