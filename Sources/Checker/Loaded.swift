import Diagnostics
import Syntax
import Tensors

/// What the caller has loaded for a spec before it is checked; `check` itself reads no disk.
package struct Loaded {
    /// By the model's name in the spec; where one is absent the declared types stand.
    package var signatures: [String: Signature]
    /// By the data set's name in the spec; where one is absent the declared types stand and there are no rows.
    package var tables: [String: TableSignature]
    /// `--set name=text`.
    package var parameters: [String: String]
    /// The tree of what a `use` in the file names, nil if there is none; the same file has the same `SourceFile.ID` each time.
    package var resolve: (UseDeclaration.Target, SourceFile) -> SyntaxTree?
    /// The value of a term that depends on no variable, row-major; nil where it cannot be had. Models and tables are
    /// those of the spec given with it.
    package var evaluate: (Term, CheckedSpec) -> [Double]? = { _, _ in nil }

    package init(
        signatures: [String: Signature] = [:], tables: [String: TableSignature] = [:],
        parameters: [String: String] = [:],
        resolve: @escaping (UseDeclaration.Target, SourceFile) -> SyntaxTree? = { _, _ in nil }
    ) {
        self.signatures = signatures
        self.tables = tables
        self.parameters = parameters
        self.resolve = resolve
    }
}

/// What a data file offers.
package struct TableSignature: Sendable, Hashable {
    package enum Element: String, Sendable, Hashable { case real, integer, bool }

    package struct Column: Sendable, Hashable {
        package let name: String
        package let element: Element
        /// Of one row's entry; `[]` is a scalar.
        package let shape: [Int]

        package init(_ name: String, _ element: Element, shape: [Int]) {
            self.name = name
            self.element = element
            self.shape = shape
        }
    }

    package let columns: [Column]
    package let rowCount: Int

    package init(columns: [Column], rowCount: Int) {
        self.columns = columns
        self.rowCount = rowCount
    }
}
