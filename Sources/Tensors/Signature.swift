/// What a model offers: the names and types of its inputs and outputs, and of the inner tensors that a spec may name.
package struct Signature: Sendable, Hashable {
    package struct Port: Sendable, Hashable {
        package let name: String
        package let type: TensorType
        /// Where the elements are texts: those that they stand for, by their numbers from 0.
        package let texts: [String]?
        /// Where the entries along the last axis have names: those.
        package let labels: [String]?
        /// Whether it is one text: its code points, negative behind its end.
        package let isText: Bool

        package init(
            _ name: String, _ type: TensorType, texts: [String]? = nil, labels: [String]? = nil, isText: Bool = false
        ) {
            self.isText = isText
            self.name = name
            self.type = type
            self.texts = texts
            self.labels = labels
        }
    }

    /// In the order in which the model declares them.
    package let inputs: [Port]
    package let outputs: [Port]
    /// Available for `at "..."`, in the order in which they are computed.
    package let inner: [Port]
    /// Inner tensors that no input changes: they were computed when the model was read.
    package let folded: [String]

    package init(inputs: [Port], outputs: [Port], inner: [Port] = [], folded: [String] = []) {
        self.folded = folded
        self.inputs = inputs
        self.outputs = outputs
        self.inner = inner
    }

    package func input(named name: String) -> Port? { inputs.first { $0.name == name } }
    package func output(named name: String) -> Port? { outputs.first { $0.name == name } }
    package func inner(named name: String) -> Port? { inner.first { $0.name == name } }
}
