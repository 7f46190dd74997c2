import Diagnostics
import Statistics
import Tensors
import Texts

/// A spec whose every name is resolved, every type known and every shape concrete.
///
/// Functions are inlined, parameters are constants, library types are expanded: what is left is one small typed
/// language of `Term`s, which the compiler turns into graphs.
package struct CheckedSpec: Sendable {
    /// Every `param` of the file itself, with the value it has in this run; the terms hold the values already.
    package var parameters: [CheckedParameter]
    package var models: [CheckedModel]
    package var tables: [CheckedTable]
    package var fits: [CheckedFit] = []
    /// Those without a mistake.
    package var properties: [CheckedProperty]
    /// What is wrong with the others.
    package var mistaken: [MistakenProperty] = []
}

/// A property that does not compile.
package struct MistakenProperty: Sendable {
    package var name: String
    package var title: String?
    package var span: Span
}

/// A `param` as printed in a report.
package struct CheckedParameter: Sendable {
    package var name: String
    package var type: SayType
    /// Row-major; one for a scalar.
    package var values: [Double]
    package var span: Span
}

/// A model as declared, agreed with its file's signature where there was one.
package struct CheckedModel: Sendable {
    package struct Port: Sendable {
        package var name: String
        /// As declared; a record is flattened in the order of its fields, row-major.
        package var type: SayType
        /// The shape in the file: the terms of `Term.Kind.call` have exactly this one on both sides. `[]` is a scalar.
        package var shape: [Int]
        /// The tensor's name in the file: what `at "..."` says, or the file's own input or output in the same place.
        package var tensor: String?
        /// What an input is in every call, where it is declared as one number.
        package var number: Double?
        /// The values that the declared type lets it have.
        package var domain: Domain?
        /// Of an input that is a field of a declared record.
        package var column: Column?
        /// Of an input whose elements are texts: where the numbers of each field's cases begin, if it is a record.
        package var textOffsets: [Int]?
    }

    /// A field of an argument.
    package struct Column: Sendable {
        /// The argument's name.
        package var input: String
        package var type: SayType
        package var field: Int
    }

    package var name: String
    /// As written after `from`; nil where the command line has to say it.
    package var file: String?
    /// Of a model that is made of another one; it has no file.
    package var wrapper: CheckedWrapper?
    /// In the file's order, which need not be that of the declaration; all of the file's.
    package var inputs: [Port]
    package var outputs: [Port]
    /// The named inner tensors of `with { ... at "..." }`, then those that `layer("...")` reads.
    package var inner: [Port]
    package var span: Span
    /// What the file offers; nil where none was loaded.
    var offered: Signature?
}

/// A `data` declaration; row `i` is element `i` of every column.
package struct CheckedTable: Sendable {
    package var name: String
    package var file: String?
    /// Column name and the type of one row's entry.
    package var columns: [SayType.Field]
    /// The values that each column's type lets an entry have.
    package var domains: [Domain]
    /// For each column its name in the file.
    package var fileColumns: [String]
    /// 0 where no file was loaded.
    package var rowCount: Int
    package var span: Span
}

/// One `property`: for all values of the variables, whatever meets the assumptions passes the check; or, with `exists`, some
/// values do.
package struct CheckedProperty: Sendable {
    package var name: String
    /// Of a property that is one of a family; its name has the arguments too.
    package var member: FamilyMember?
    package var title: String?
    package var quantifier: Quantifier
    package var variables: [QuantifiedVariable]
    /// What `where` says beyond the variables' types, in order; the compiler narrows bounds by what it can see in it.
    package var restrictions: [Clause]
    /// Chosen when `variables` are known, by the other quantifier: `forall x exists y`, or `exists x forall y`.
    package var inner: [QuantifiedVariable]
    package var innerRestrictions: [Clause]
    package var bindings: [Binding]
    package var assumptions: [Clause]
    /// Several checks are joined by `and`.
    package var checks: [Clause]
    /// How sure a verdict has to be of what is estimated in the checks, the most that one of them asks for; nil where nothing is.
    package var confidence: Double?
    package var shrink: [Clause]
    /// Where the checks are about rates over rows that quantify: then quantifiers are left in the checks. nil elsewhere.
    package var rowwise: Rowwise?
    package var span: Span
}

/// One property of a family: `robust(three, 0.1)` of `robust`.
package struct FamilyMember: Sendable, Hashable {
    package struct Argument: Sendable, Hashable {
        package let name: String
        /// As the report shows it.
        package let text: String
    }

    package let family: String
    package let arguments: [Argument]
}

package enum Quantifier: String, Sendable {
    case forall, exists

    package var other: Quantifier { self == .forall ? .exists : .forall }
}

/// A term with the place and the words it was written in.
package struct Clause: Sendable {
    package var term: Term
    package var span: Span
}

/// A named `let`; other terms refer to it by `id`, so that it is computed, and shown, once.
package struct Binding: Sendable {
    package var id: Int
    package var name: String
    package var term: Term
    package var span: Span
}

/// What a `forall` introduces.
package struct QuantifiedVariable: Sendable {
    package var id: Int
    /// As written; a destructured one is `{ image, label }`, and its fields are terms `.field(.variable)`.
    package var name: String
    package var domain: Domain
    package var span: Span
    /// How each of its numbers is drawn, one for each or one for all; empty where that is evenly from the domain.
    package var distributions: [Distribution] = []
    /// Whether its values are drawn rather than searched.
    package var isDrawn = false

    package var type: SayType { domain.type }
}

/// The values a quantified variable ranges over, by construction.
package indirect enum Domain: Sendable {
    /// Inclusive bounds; a strict bound is a restriction besides. Infinite where the type gives none.
    case real(lower: Double, upper: Double)
    /// Inclusive bounds; -2^53 and 2^53 where the type gives none.
    case integer(lower: Int, upper: Int)
    case bool
    case enumeration(SayType.Enumeration)
    /// Bounds hold one value per element, or one for all. Integers where the element type is `int` (`Tokens[4] over 64`).
    case tensor(SayType.Tensor, lower: [Double], upper: [Double])
    /// These values only, each once, in order: Reals, Ints or cases of an enum.
    case set(SayType, [Double])
    /// One domain per field.
    case record(SayType.Record, [Domain])
    case text(TextDomain)
    /// A row of the table at this index in `CheckedSpec.tables`.
    case row(table: Int, type: SayType)

    package var type: SayType {
        switch self {
        case .real: .real
        case .integer: .int
        case .bool: .bool
        case .enumeration(let enumeration): .enumeration(enumeration)
        case .tensor(let tensor, _, _): .tensor(tensor)
        case .set(let type, _): type
        case .record(let record, _): .record(record)
        case .text(let texts): .text(most: texts.most)
        case .row(_, let type): type
        }
    }
}

/// Which texts there are.
package enum TextDomain: Sendable {
    /// Those that a pattern has.
    case generated(TextGenerator)
    /// Those that tokens of a language model make.
    case tokens(TokenTexts)
    /// The lines of a file: the one column of the table at this index in `CheckedSpec.tables`.
    case lines(table: Int, most: Int)

    /// Code points.
    package var most: Int {
        switch self {
        case .generated(let generator): max(generator.length.upperBound, 1)
        case .tokens(let texts): texts.most
        case .lines(_, let most): most
        }
    }
}
