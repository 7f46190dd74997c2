import Foundation
import Tensors

@testable import Models

/// What one input or output of a test vector is: a tensor, or those of a sequence or an optional.
struct NodeValue {
    struct Part {
        let name: String
        let tensor: Tensor
    }

    let name: String
    let tensors: [Part]

    /// The files `input_0.pb`, `input_1.pb`, ... of a folder, one for each port.
    static func all(in folder: URL, _ kind: String, _ ports: [ValueInfoProto]) throws -> [NodeValue] {
        var values: [NodeValue] = []
        for (index, port) in ports.enumerated() {
            guard let data = try? Data(contentsOf: folder.appending(path: "\(kind)_\(index).pb")) else { break }
            values.append(try NodeValue([UInt8](data), port))
        }
        return values
    }

    private init(_ bytes: [UInt8], _ port: ValueInfoProto) throws {
        name = port.name
        guard let holder = port.holders.first else {
            tensors = [Part(name: name, tensor: try TensorFile.read(bytes).tensor)]
            return
        }
        let found = try bytes.withUnsafeBytes { try Self.tensors($0, holder) }
        tensors = found.enumerated().map { index, tensor in
            Part(name: port.form == .sequence ? "\(port.name)[\(index)]" : port.name, tensor: tensor)
        }
    }

    /// Of a `SequenceProto` or an `OptionalProto`: field 3 holds tensors, field 5 a sequence.
    private static func tensors(
        _ bytes: UnsafeRawBufferPointer, _ holder: ValueInfoProto.Holder
    ) throws -> [Tensor] {
        var tensors: [Tensor] = []
        var reader = WireReader(bytes)
        while let field = try reader.next() {
            switch field.number {
            case 3: tensors.append(try TensorFile.read([UInt8](field.message())).tensor)
            case 5 where holder == .optional: tensors += try Self.tensors(field.message(), .sequence)
            default: continue
            }
        }
        return tensors
    }
}
