import Checker
import Diagnostics
import Syntax
import Tensors

/// A spec as an editor sees it.
package struct Examination {
    /// The spec's own, then those of the files that it uses.
    package let trees: [SyntaxTree]
    /// Which files each file uses.
    package let imports: [SourceFile.ID: [SourceFile.ID]]
    package let sources: [SourceFile]
    /// The types of expressions and locals, as far as they are known.
    package let types: [Span: SayType]
    /// What the files of models offer, by the models' names.
    package let signatures: [String: Signature]
    /// Empty where something is wrong outside properties.
    package let parameters: [CheckedParameter]
    /// In reading order.
    package let diagnostics: [Diagnostic]
}
