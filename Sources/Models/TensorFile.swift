import Tensors

/// A tensor in a file of its own, as ONNX's test vectors are.
package enum TensorFile {
    /// Reads a serialised `TensorProto`. Throws if it is not one, or is of a type that no graph has.
    package static func read(_ bytes: [UInt8]) throws(ModelError) -> (name: String, tensor: Tensor) {
        try ModelError.only {
            try bytes.withUnsafeBytes { buffer in
                let proto = try TensorProto(decoding: buffer, DecodingBudget(fileSize: buffer.count))
                return (proto.name, try TensorElements(external: .none).tensor(proto))
            }
        }
    }
}
