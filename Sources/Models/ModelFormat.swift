/// What kind of file holds a model, told from its first bytes: a name may say anything.
package enum ModelFormat: Sendable {
    case onnx
    /// JSON as XGBoost, LightGBM and CatBoost write it.
    case json
    /// The same in binary, as XGBoost writes it.
    case universalBinaryJSON
    /// LightGBM's lines.
    case lightGBMText

    /// No ONNX file begins as the others do: `{` and `t` would be fields that protocol buffers do not have.
    package init(_ bytes: some Sequence<UInt8>) {
        let start = Array(bytes.lazy.drop { Self.isSpace($0) }.prefix(8))
        if start.starts(with: "tree".utf8), start.count == 4 || Self.isSpace(start[4]) {
            self = .lightGBMText
        } else if start.first == UInt8(ascii: "{") {
            self = start.count > 1 && "iUIlL$#N".utf8.contains(start[1]) ? .universalBinaryJSON : .json
        } else {
            self = .onnx
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    /// `JSON`
    package var name: String {
        switch self {
        case .onnx: "ONNX"
        case .json: "JSON"
        case .universalBinaryJSON: "UBJSON"
        case .lightGBMText: "LightGBM's text"
        }
    }

    /// Throws where the bytes are no ONNX file and what is asked for needs one.
    static func requireONNX(_ bytes: UnsafeRawBufferPointer) throws(ModelError) {
        let format = ModelFormat(bytes)
        guard format == .onnx else {
            throw ModelError(
                "not an ONNX file but \(format.name)",
                hint: "models of XGBoost, LightGBM and CatBoost can be checked; what changes a model's file needs ONNX")
        }
    }
}
