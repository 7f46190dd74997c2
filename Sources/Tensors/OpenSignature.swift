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

    package struct Port: Sendable, Hashable, CustomStringConvertible {
        package let name: String
        /// As the file calls it.
        package let element: String
        /// nil where the file gives no shape.
        package let dimensions: [Dimension]?

        package init(_ name: String, element: String, _ dimensions: [Dimension]?) {
            (self.name, self.element, self.dimensions) = (name, element, dimensions)
        }

        /// `[N, 3]`
        package var shapeText: String {
            dimensions.map { "[\($0.map(\.description).joined(separator: ", "))]" } ?? "of any shape"
        }

        package var description: String { "\(element)\(dimensions == nil ? " " : "")\(shapeText)" }
    }

    /// In the order in which the model declares them.
    package let inputs: [Port]
    package let outputs: [Port]

    package init(inputs: [Port], outputs: [Port]) { (self.inputs, self.outputs) = (inputs, outputs) }

    /// Whether the inputs leave a size to be decided.
    package var isOpen: Bool { inputs.contains { $0.dimensions?.contains(where: \.isOpen) ?? true } }
}

extension OpenSignature {
    /// A signature with nothing open.
    package init(_ signature: Signature) {
        self.init(inputs: signature.inputs.map(Port.init), outputs: signature.outputs.map(Port.init))
    }
}

extension OpenSignature.Port {
    package init(_ port: Signature.Port) {
        self.init(
            port.name, element: port.type.element.rawValue,
            port.type.shape.dimensions.map(OpenSignature.Dimension.size))
    }
}
