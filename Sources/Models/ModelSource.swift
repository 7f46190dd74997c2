import Tensors

/// A model's file of any format that is read, before what it leaves open is decided.
package enum ModelSource: Sendable {
    case onnx([UInt8])
    case trees(TreeModel)

    /// Told apart by the bytes. Throws where they are no model of trees though they look like one; an ONNX file is not read yet.
    package init(_ bytes: [UInt8]) throws(ModelError) {
        let format = ModelFormat(bytes)
        self = format == .onnx ? .onnx(bytes) : .trees(try TreeModel(bytes, format))
    }

    /// What the file says of its inputs and outputs.
    package func openSignature() throws(ModelError) -> OpenSignature {
        switch self {
        case .onnx(let bytes): try Model.openSignature(onnx: bytes)
        case .trees(let model): model.openSignature
        }
    }

    package func summary() throws(ModelError) -> ModelSummary {
        switch self {
        case .onnx(let bytes): try ModelSummary(onnx: bytes)
        case .trees(let model): ModelSummary(model)
        }
    }

    package func model(
        _ choices: Model.Choices = .init(), external: ExternalFiles = .none
    ) throws(ModelError) -> Model {
        switch self {
        case .onnx(let bytes): try Model(onnx: bytes, choices, external: external)
        case .trees(let model): try model.model(choices)
        }
    }

    /// What the file shows of whole inputs, whether it loads or not.
    package func wholeNumberUses(
        _ choices: Model.Choices = .init(), external: ExternalFiles = .none
    ) -> [String: WholeNumberUse] {
        guard case .onnx(let bytes) = self else { return [:] }
        return Model.wholeNumberUses(onnx: bytes, choices, external: external)
    }
}
