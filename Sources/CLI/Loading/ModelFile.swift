import Models
import Tensors

/// A model's file: read once, and made a model for each choice of the sizes that it leaves open.
struct ModelFile {
    let path: String
    let open: OpenSignature
    private let bytes: [UInt8]

    init(_ path: String) throws(Failure) {
        self.path = path
        bytes = try Files.read(path)
        do { open = try Model.openSignature(onnx: bytes) } catch { throw Failure("\(error)") }
    }

    var byteCount: Int { bytes.count }

    func summary() throws(Failure) -> ModelSummary {
        do { return try ModelSummary(onnx: bytes) } catch { throw Failure("\(path): \(error)") }
    }

    /// The model with these shapes of its inputs, and these numbers for some, by their names. What is not said is as the
    /// file says it.
    func model(
        shapes: [String: [Int]] = [:], numbers: [String: Double] = [:], lengths: [String: Int] = [:]
    ) throws(Failure) -> Model {
        let external = ExternalFiles { [path] name, offset, count in
            try Files.readAsIs(Files.path(name, besides: path), offset: offset, count: count)
        }
        do { return try Model(onnx: bytes, .init(shapes: shapes, numbers: numbers, lengths: lengths), external: external) } catch {
            throw Failure("\(error)")
        }
    }
}

extension ModelFile {
    /// The model, or a failure that names the file.
    static func read(named file: String, shapes: (OpenSignature) throws -> [String: [Int]]) throws -> Model {
        do {
            let found = try ModelFile(file)
            return try found.model(shapes: try shapes(found.open))
        } catch let failure as Failure {
            throw Failure(failure.message.contains(file) ? failure.message : "\(file): \(failure.message)")
        }
    }
}
