/// What a model's file says of its inputs and outputs before the sizes that it leaves open are decided.
package struct OpenSignature: Sendable, Hashable {
    package enum Dimension: Sendable, Hashable, CustomStringConvertible {
        case size(Int)
        /// Open; the same name means the same size.
        case named(String)
        /// Open, and no other size has to be the same.
        case unnamed

        package var description: String {
            switch self {
            case .size(let size): "\(size)"
            case .named(let name): name
            case .unnamed: "?"
            }
        }

        /// Some exporters write 0 where they know no size.
        package var isOpen: Bool { if case .size(let size) = self { size == 0 } else { true } }
    }

    /// What is behind a name of the file.
    package enum Form: Sendable, Hashable {
        case tensor
        /// So many tensors as a declaration names: `xs[0]`, `xs[1]`.
        case sequence
        /// A tensor, or nothing where no declaration names it.
        case optional
    }

    package struct Port: Sendable, Hashable, CustomStringConvertible {
        package let name: String
        /// As the file calls it.
        package let element: String
        /// nil where the file gives no shape.
        package let dimensions: [Dimension]?
        package let form: Form

        package init(_ name: String, element: String, _ dimensions: [Dimension]?, _ form: Form = .tensor) {
            (self.name, self.element, self.dimensions, self.form) = (name, element, dimensions, form)
        }

        /// `[N, 3]`
        package var shapeText: String {
            dimensions.map { "[\($0.map(\.description).joined(separator: ", "))]" } ?? "of any shape"
        }

        /// `float32`, `sequence of float32`
        package var elementText: String {
            switch form {
            case .tensor: element
            case .sequence: "sequence of \(element)"
            case .optional: "optional \(element)"
            }
        }

        package var description: String { "\(elementText)\(dimensions == nil ? " " : "")\(shapeText)" }
    }

    /// In the order in which the model declares them.
    package let inputs: [Port]
    package let outputs: [Port]

    package init(inputs: [Port], outputs: [Port]) { (self.inputs, self.outputs) = (inputs, outputs) }

    /// Whether the inputs leave a size to be decided.
    package var isOpen: Bool { inputs.contains { $0.dimensions?.contains(where: \.isOpen) ?? true } }
}

extension OpenSignature {
    /// With the tensors of each sequence that are among the declared names, and without the optionals that are not.
    package func named(inputs: [String], outputs: [String]) -> OpenSignature {
        func tensors(_ ports: [Port], _ names: [String]) -> [Port] {
            let all = ports.flatMap { $0.tensors(among: Set(names), isNeeded: true) }
            // A declaration need not name what it declares in its place.
            return all.count <= names.count ? all : ports.flatMap { $0.tensors(among: Set(names), isNeeded: false) }
        }
        return OpenSignature(inputs: tensors(self.inputs, inputs), outputs: tensors(self.outputs, outputs))
    }

    /// How many tensors each input is that is a sequence or an optional, with these shapes of them all.
    package func lengths(of shapes: some Collection<String>) -> [String: Int] {
        let names = Set(shapes)
        return Dictionary(
            inputs.filter { $0.form != .tensor }.map { ($0.name, $0.tensors(among: names, isNeeded: false).count) },
            uniquingKeysWith: { first, _ in first })
    }

    /// A signature with nothing open.
    package init(_ signature: Signature) {
        self.init(inputs: signature.inputs.map(Port.init), outputs: signature.outputs.map(Port.init))
    }
}

extension OpenSignature.Port {
    package init(_ port: Signature.Port) {
        self.init(
            port.name, element: port.texts == nil ? port.type.element.rawValue : "string",
            port.type.shape.dimensions.map(OpenSignature.Dimension.size))
    }
}

extension OpenSignature.Port {
    /// What it is called as far as it is there: from the first of a sequence to the last that is among `names`; an optional
    /// where it is needed or named.
    fileprivate func tensors(among names: Set<String>, isNeeded: Bool) -> [Self] {
        switch form {
        case .tensor: [self]
        case .optional: isNeeded || names.contains(name) ? [Self(name, element: element, dimensions)] : []
        case .sequence: (0..<names.count).prefix { names.contains(element($0).name) }.map(element)
        }
    }

    /// One tensor of a sequence. The same name of a size may mean another in each.
    package func element(_ index: Int) -> Self {
        Self(
            "\(name)[\(index)]", element: element,
            dimensions.map { $0.map { if case .size = $0 { $0 } else { .unnamed } } })
    }
}
