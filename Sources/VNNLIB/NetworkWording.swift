import Diagnostics

/// What can be wrong in VNN-LIB 2.0 only.
extension Diagnostic {
    static func unknownVersion(_ version: String, at span: Span) -> Diagnostic {
        Diagnostic(
            code: "vnnlib-version", "version \(version.prefix(40)) of VNN-LIB is not known", at: span,
            hints: [Hint("versions 1.0 and 2.0 are read")])
    }

    static func lateVersion(at span: Span) -> Diagnostic {
        Diagnostic(
            code: "vnnlib-version", "this is VNN-LIB 2.0, and the file does not begin with its version", at: span,
            hints: [Hint("begin the file with `(vnnlib-version <2.0>)`")])
    }

    static func lateNetwork(at span: Span) -> Diagnostic {
        Diagnostic(code: "vnnlib-order", "networks are declared before the first `assert`", at: span)
    }

    static func noNetwork(at span: Span) -> Diagnostic {
        Diagnostic(
            code: "vnnlib-nothing-declared", "no network is declared", at: span,
            hints: [
                Hint(
                    "`(declare-network N (declare-input X float32 [1,5]) (declare-output Y float32 [1,2]))` declares one"
                )
            ])
    }

    static func badName(_ name: String, at span: Span) -> Diagnostic {
        Diagnostic(
            code: "vnnlib-syntax", "`\(name.prefix(40))` is not a name", at: span,
            hints: [Hint("names have letters, digits and `_`, and begin with a letter")])
    }

    static func nameTwice(_ name: String, at span: Span) -> Diagnostic {
        Diagnostic(code: "vnnlib-declared-twice", "`\(name.prefix(40))` is declared twice", at: span)
    }

    static func unknownNetwork(_ name: String, among names: [String], at span: Span) -> Diagnostic {
        Diagnostic(
            code: "vnnlib-undeclared", "no network named `\(name.prefix(40))` is declared before this", at: span,
            hints: didYouMean(name, names))
    }

    static func relatedTwice(_ name: String, at span: Span) -> Diagnostic {
        Diagnostic(
            code: "vnnlib-chain", "`\(name.prefix(40))` is itself declared equal or isomorphic to another network",
            at: span, hints: [Hint("name the network that it refers to")])
    }

    static func otherTensorCount(_ network: Network, _ other: Network) -> Diagnostic {
        Diagnostic(
            code: "vnnlib-unequal",
            "`\(network.name)` does not have as many inputs and outputs as `\(other.name)`, to which it refers",
            at: network.span, labels: [Label("`\(other.name)` is declared here", at: other.span)])
    }

    static func otherTensor(_ tensor: DeclaredTensor, _ other: DeclaredTensor) -> Diagnostic {
        Diagnostic(
            code: "vnnlib-unequal",
            "`\(tensor.name)` is \(tensor.typeText), and `\(other.name)`, to which it corresponds, is \(other.typeText)",
            at: tensor.span, labels: [Label("`\(other.name)` is declared here", at: other.span)])
    }

    static func unknownElement(_ name: String, at span: Span) -> Diagnostic {
        let names = DeclaredElement.Kind.allCases.map(\.rawValue)
        return Diagnostic(
            code: "vnnlib-unknown-type", "no element type is named `\(name.prefix(40))`", at: span,
            hints: didYouMean(name, names) + [Hint("they are those of ONNX, such as `float32` and `int64`, and `real`")]
        )
    }

    static func emptyDimension(at span: Span) -> Diagnostic {
        Diagnostic(code: "vnnlib-syntax", "a dimension is at least 1", at: span)
    }

    static func tooManyDimensions(at span: Span) -> Diagnostic {
        Diagnostic(code: "vnnlib-syntax", "a tensor has at most 64 dimensions", at: span)
    }

    static func tooManyElements(_ limit: Int, at span: Span) -> Diagnostic {
        Diagnostic(
            code: "vnnlib-too-many-variables", "the tensors have more than \(limit) elements altogether", at: span)
    }

    static func undeclaredTensor(_ name: String, among names: [String], at span: Span) -> Diagnostic {
        Diagnostic(
            code: "vnnlib-undeclared", "no tensor named `\(name.prefix(40))` is declared", at: span,
            hints: didYouMean(name, names))
    }

    static func indexCount(_ tensor: DeclaredTensor, _ count: Int, at span: Span) -> Diagnostic {
        Diagnostic(
            code: "vnnlib-index", "`\(tensor.name)` is \(tensor.typeText), and has \(count) indices here", at: span,
            hints: [Hint("its elements are written like `\(tensor.elementName(0))`")],
            declaring: tensor)
    }

    static func indexOutside(_ tensor: DeclaredTensor, at span: Span) -> Diagnostic {
        Diagnostic(
            code: "vnnlib-index",
            "an index is not below the size of its dimension: `\(tensor.name)` is \(tensor.typeText)",
            at: span, declaring: tensor)
    }

    static func mixedElements(_ first: DeclaredElement, _ second: DeclaredElement, at span: Span) -> Diagnostic {
        Diagnostic(
            code: "vnnlib-mixed-types",
            "this is \(second.spelling), and it stands in one comparison with \(first.spelling)", at: span,
            hints: [Hint("VNN-LIB converts no element type to another; declare both `real`")])
    }

    static func fractionAmongWhole(_ element: DeclaredElement, at span: Span) -> Diagnostic {
        Diagnostic(
            code: "vnnlib-mixed-types", "this is no whole number, and it stands in a comparison of \(element.spelling)",
            at: span)
    }

    private init(
        code: String, _ message: String, at span: Span, hints: [Hint] = [], declaring tensor: DeclaredTensor
    ) {
        self.init(
            code: code, message, at: span, labels: [Label("`\(tensor.name)` is declared here", at: tensor.span)],
            hints: hints)
    }

    private static func didYouMean(_ name: String, _ names: [String]) -> [Hint] {
        suggest(name, among: names).map { [Hint("did you mean `\($0)`?")] } ?? []
    }
}

extension DeclaredTensor {
    /// `float32 [1,5]`
    package var typeText: String {
        "\(element.spelling) [\((shape ?? [count]).map(String.init).joined(separator: ","))]"
    }
}
