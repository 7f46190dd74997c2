import Diagnostics
import Syntax
import Tensors
import Texts

/// What the caller has loaded for a spec before it is checked; `check` itself reads no disk.
package struct Loaded {
    /// By the model's name in the spec; where one is absent the declared types stand.
    package var models: [String: OfferedModel]
    /// By the data set's name in the spec; where one is absent the declared types stand and there are no rows.
    package var tables: [String: TableSignature]
    /// By the language model's name in the spec.
    package var languageModels: [String: any AskedModel] = [:]
    /// Those whose files could not be read, which has been told: no mistake of the spec's follows from it.
    package var unreadLanguageModels: Set<String> = []
    /// `--set name=text`.
    package var parameters: [String: String]
    /// The tree of what a `use` in the file names, nil if there is none; the same file has the same `SourceFile.ID` each time.
    package var resolve: (UseDeclaration.Target, SourceFile) -> SyntaxTree?
    /// The value of a term that depends on no variable, row-major; nil where it cannot be had. Models and tables are
    /// those of the spec given with it.
    package var evaluate: (Term, CheckedSpec) -> [Double]? = { _, _ in nil }

    /// The numbers of a projection; nil where they cannot be had, or why not. Models and tables are those of the spec given
    /// with it.
    package var project: (Projection, CheckedSpec) -> Result<ProjectedRows, Diagnostic>? = { _, _ in nil }

    /// Told the type of each expression and of each name that is declared in a property or function, where it is known: for
    /// editors. In a function that is called the types of its last call are told last.
    package var observe: ((Span, SayType) -> Void)?

    package init(
        models: [String: OfferedModel] = [:], tables: [String: TableSignature] = [:],
        parameters: [String: String] = [:],
        resolve: @escaping (UseDeclaration.Target, SourceFile) -> SyntaxTree? = { _, _ in nil }
    ) {
        self.models = models
        self.tables = tables
        self.parameters = parameters
        self.resolve = resolve
    }
}

/// A model's file that has been read: what it says of itself, and what it offers once its open sizes are decided.
package struct OfferedModel {
    package let open: OpenSignature
    /// Given what is declared of the inputs; or why the file is no model of that.
    package let signature: (Declared) -> Result<Signature, Diagnostic>

    /// By the file's names of its inputs.
    package struct Declared: Sendable, Hashable {
        package var shapes: [String: [Int]] = [:]
        /// Inputs that are the same number in every call: `sr: Int in {16000}`.
        package var numbers: [String: Double] = [:]
        /// How many tensors the inputs are that are sequences or optionals.
        package var lengths: [String: Int] = [:]
        /// The texts that inputs may be, one list for all elements or one for each, and those of outputs in the order in which
        /// they are wanted.
        package var texts: [String: [[String]]] = [:]

        package init(
            shapes: [String: [Int]] = [:], numbers: [String: Double] = [:], lengths: [String: Int] = [:],
            texts: [String: [[String]]] = [:]
        ) {
            self.shapes = shapes
            self.numbers = numbers
            self.lengths = lengths
            self.texts = texts
        }
    }

    package init(_ open: OpenSignature, signature: @escaping (Declared) -> Result<Signature, Diagnostic>) {
        (self.open, self.signature) = (open, signature)
    }

    /// A model that leaves nothing open.
    package init(_ signature: Signature) {
        self.init(OpenSignature(signature)) { _ in .success(signature) }
    }
}

/// What a data file offers.
package struct TableSignature: Sendable {
    package enum Element: String, Sendable, Hashable { case real, integer, bool, text }

    package struct Column: Sendable {
        package let name: String
        package let element: Element
        /// Of one row's entry; `[]` is a scalar.
        package let shape: [Int]
        /// Of all its numbers; nil where that is not known.
        package let values: ClosedRange<Double>?
        /// The first row that has no number, where that is known.
        package let missing: Int?
        /// Of texts some of which are numbers, the first row that is none.
        package let stranger: (row: Int, text: String)?
        /// Code points of the longest of its texts, numbers as they are written; nil where that is not known.
        package let longest: Int?

        package init(
            _ name: String, _ element: Element, shape: [Int], values: ClosedRange<Double>? = nil, missing: Int? = nil,
            stranger: (row: Int, text: String)? = nil, longest: Int? = nil
        ) {
            self.longest = longest
            self.missing = missing
            self.stranger = stranger
            self.name = name
            self.element = element
            self.shape = shape
            self.values = values
        }
    }

    package let columns: [Column]
    package let rowCount: Int

    package init(columns: [Column], rowCount: Int) {
        self.columns = columns
        self.rowCount = rowCount
    }
}
