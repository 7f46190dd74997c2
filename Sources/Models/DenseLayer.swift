import Tensors

/// A fully connected layer of an ONNX file: `Gemm`, or `MatMul` and an `Add` behind it, over weights of the file.
package struct DenseLayer: Sendable, Hashable {
    /// Where its matrix and its bias are among the file's weights.
    package let matrix: Int
    package let bias: Int?
    /// Whether the matrix is [outputs, inputs]; otherwise [inputs, outputs].
    package let isTransposed: Bool
    /// The names of what it reads and makes.
    package let input, output: String
}

extension ModelWeights {
    /// The fully connected layers of the file, in its order; `Gemm` with factors other than 1 is none.
    package var denseLayers: [DenseLayer] {
        get throws(ModelError) { try withNodes { denseLayers(of: $0) } }
    }

    /// Two layers with a rectifier between them and nothing else, the last such in the file; nil where there are none.
    package var rectifiedPair: (hidden: DenseLayer, last: DenseLayer)? {
        get throws(ModelError) {
            try withNodes { nodes in
                let layers = denseLayers(of: nodes)
                for last in layers.reversed() {
                    guard
                        let relu = nodes.first(where: { $0.outputs.first == last.input && $0.operatorName == "Relu" }),
                        let hidden = layers.first(where: { $0.output == relu.inputs.first }),
                        nodes.count(where: { $0.inputs.contains(hidden.output) }) == 1,
                        nodes.count(where: { $0.inputs.contains(last.input) }) == 1
                    else { continue }
                    return (hidden, last)
                }
                return nil
            }
        }
    }

    private func denseLayers(of nodes: [NodeProto]) -> [DenseLayer] {
        let places = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        return nodes.compactMap { node in
            switch node.operatorName {
            case "Gemm": Self.gemm(node, places)
            case "MatMul": Self.product(node, nodes, places)
            default: nil
            }
        }.filter { tensors[$0.matrix].shape.rank == 2 }
    }

    private static func gemm(_ node: NodeProto, _ places: [String: Int]) -> DenseLayer? {
        func attribute(_ name: String) -> AttributeProto.Value? { node.attributes.first { $0.name == name }?.value }
        for name in ["alpha", "beta"] {
            if case .float(let factor) = attribute(name), factor != 1 { return nil }
        }
        if case .integer(let flag) = attribute("transA"), flag != 0 { return nil }
        guard node.inputs.count >= 2, let matrix = places[node.inputs[1]], let output = node.outputs.first else {
            return nil
        }
        var isTransposed = false
        if case .integer(let flag) = attribute("transB") { isTransposed = flag != 0 }
        let bias = node.inputs.count > 2 ? places[node.inputs[2]] : nil
        guard node.inputs.count == 2 || bias != nil else { return nil }
        return DenseLayer(
            matrix: matrix, bias: bias, isTransposed: isTransposed, input: node.inputs[0], output: output)
    }

    private static func product(_ node: NodeProto, _ nodes: [NodeProto], _ places: [String: Int]) -> DenseLayer? {
        guard node.inputs.count == 2, let matrix = places[node.inputs[1]], let product = node.outputs.first else {
            return nil
        }
        let readers = nodes.filter { $0.inputs.contains(product) }
        if readers.count == 1, readers[0].operatorName == "Add",
            let bias = readers[0].inputs.compactMap({ places[$0] }).first, let output = readers[0].outputs.first
        {
            return DenseLayer(
                matrix: matrix, bias: bias, isTransposed: false, input: node.inputs[0], output: output)
        }
        return DenseLayer(matrix: matrix, bias: nil, isTransposed: false, input: node.inputs[0], output: product)
    }
}
