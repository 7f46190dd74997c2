import Diagnostics

/// One entry of a file.
package indirect enum Declaration: Sendable {
    case use(UseDeclaration)
    case enumeration(EnumDeclaration)
    case type(TypeDeclaration)
    case model(ModelDeclaration)
    case languageModel(LanguageModelDeclaration)
    case data(DataDeclaration)
    case param(ParamDeclaration)
    case constant(ConstantDeclaration)
    case function(FuncDeclaration)
    case fit(FitDeclaration)
    case property(PropertyDeclaration)
    /// Text that begins no declaration; already reported.
    case malformed(Span)

    package var span: Span {
        switch self {
        case .use(let it): it.span
        case .enumeration(let it): it.span
        case .type(let it): it.span
        case .model(let it): it.span
        case .languageModel(let it): it.span
        case .data(let it): it.span
        case .param(let it): it.span
        case .constant(let it): it.span
        case .function(let it): it.span
        case .fit(let it): it.span
        case .property(let it): it.span
        case .malformed(let span): span
        }
    }

    /// The name it declares, where it declares one.
    package var name: Name? {
        switch self {
        case .use, .malformed: nil
        case .enumeration(let it): it.name
        case .type(let it): it.name
        case .model(let it): it.name
        case .languageModel(let it): it.name
        case .data(let it): it.name
        case .param(let it): it.name
        case .constant(let it): it.name
        case .function(let it): it.name
        case .fit(let it): it.name
        case .property(let it): it.name
        }
    }
}

/// `use std.backdoor` or `use "./mine.say"`.
package struct UseDeclaration: Sendable {
    package enum Target: Sendable {
        /// `std.backdoor`: SpecLibrary/std/backdoor.say. Never empty.
        case library([Name])
        case file(StringLiteral)
    }
    package let target: Target
    package let span: Span
}

/// `enum Label = zero, one, two` or, as models and data write them, `enum Job = clerk "adm-clerical", nurse "Nurse"`
package struct EnumDeclaration: Sendable {
    package struct Case: Sendable {
        /// One that is missing has no text.
        package let name: Name
        /// What models and data write for it, where that is not the name.
        package let text: StringLiteral?
    }

    package let name: Name
    /// At least one.
    package let entries: [Case]
    package let documentation: String?
    package let span: Span

    package var cases: [Name] { entries.map(\.name) }
}

/// `type Digit = Tensor[1, 8, 8] in [0, 1] as image` or, with parameters, `type Patch(c, h, w, size: Int) = { ... }`
package struct TypeDeclaration: Sendable {
    package let name: Name
    package let parameters: [Parameter]
    package let type: TypeExpression
    package let documentation: String?
    package let span: Span
}

/// `model net : (image: Digit) -> (scores: Tensor[Label]) with { fc1: Tensor[32] at "fc1/Relu" } from "digits.onnx"`, or
/// another model in a wrapper, `model safe = corrected(net, for: linear, samples: 99)`.
package struct ModelDeclaration: Sendable {
    /// What stands behind `=`; such a declaration has no ports and no file of its own.
    package struct Wrapping: Sendable {
        package let method: Name
        package let arguments: [Argument]
    }

    /// What the text behind `from` names.
    package enum Origin: Sendable {
        case file
        /// `from command "python3 serve.py"`
        case command
    }

    package let name: Name
    package let inputs: [Field]
    package let outputs: [Field]
    /// Named tensors inside the model, from its `with { ... }`.
    package let activations: [Field]
    package let file: StringLiteral?
    package let origin: Origin
    package let wrapping: Wrapping?
    package let documentation: String?
    package let span: Span
}

/// `language model lm from "smollm.gguf"`
package struct LanguageModelDeclaration: Sendable {
    package let name: Name
    package let file: StringLiteral?
    package let documentation: String?
    package let span: Span
}

/// `data test : { image: Digit, label: Label } from "digits-test.npz"`
package struct DataDeclaration: Sendable {
    package let name: Name
    package let type: TypeExpression
    package let file: StringLiteral?
    package let documentation: String?
    package let span: Span
}

/// `param eps: Real = 0.1`
package struct ParamDeclaration: Sendable {
    package let name: Name
    package let type: TypeExpression
    package let value: Expression
    package let documentation: String?
    package let span: Span
}

/// `let g: Real = 9.81` beside the other declarations, or with the word `const`; the type may be left out.
package struct ConstantDeclaration: Sendable {
    package let name: Name
    package let type: TypeExpression?
    package let value: Expression
    package let documentation: String?
    package let span: Span
}

/// `func costs(e: Encounter) -> Tensor[Advisory] = ...`; the result type may be left out.
package struct FuncDeclaration: Sendable {
    package let name: Name
    package let parameters: [Parameter]
    package let result: TypeExpression?
    package let body: Expression
    package let documentation: String?
    package let span: Span
}

/// `fit flag = probe(row in marked : net(row.image).fc1 => row.is_triggered)`
package struct FitDeclaration: Sendable {
    package let name: Name
    /// What is fitted: `gaussian`, `probe`.
    package let method: Name
    /// At least one.
    package let binders: [Binder]
    package let body: Expression
    /// What stands behind `=>`.
    package let target: Expression?
    package let arguments: [Argument]
    package let documentation: String?
    package let span: Span
}

/// `property robust "a small change does not change the answer" { ... }`, or a family of properties:
/// `property robust(l: Label, eps: Real in {0.05, 0.1}) "{l} keeps its label at {eps}" { ... }`
package struct PropertyDeclaration: Sendable {
    package let name: Name
    /// One property for each of their values; none where no parentheses are written.
    package let parameters: [Binder]
    package let title: StringLiteral?
    package let clauses: [Clause]
    package let documentation: String?
    package let span: Span
}

/// One parameter of a type or function. `(c, h, w, size: Int)` are four, each with the type `Int`.
package struct Parameter: Sendable {
    package let name: Name
    package let type: TypeExpression
    package let span: Span
}

/// `rho: Real in [0, 60760]`, in a record type, a model's inputs, outputs and activations; `at "..."` gives the name in the file.
package struct Field: Sendable {
    package let name: Name
    package let type: TypeExpression
    /// The name of the tensor (of a model) or the array or column (of a data set), if it is not the field's name.
    package let fileName: StringLiteral?
    /// The comment behind it on its line, blanks made one: by custom its first word is the unit.
    package let remark: String?
    package let span: Span
}
