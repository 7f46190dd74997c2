import Models
import Tensors
import Terminal

/// A model's file: read once, and made a model for each choice of the sizes that it leaves open.
package struct ModelFile {
    package let path: String
    package let open: OpenSignature
    package let byteCount: Int
    private let source: ModelSource

    package init(_ path: String) throws(Failure) {
        self.path = path
        let bytes = try Files.read(path)
        byteCount = bytes.count
        do {
            source = try ModelSource(bytes)
            open = try source.openSignature()
        } catch { throw Failure("\(error)") }
    }

    package func summary() throws(Failure) -> ModelSummary {
        do { return try source.summary() } catch { throw Failure("\(path): \(error)") }
    }

    /// The model with these shapes of its inputs, and these numbers for some, by their names. What is not said is as the
    /// file says it.
    package func model(
        shapes: [String: [Int]] = [:], numbers: [String: Double] = [:], lengths: [String: Int] = [:],
        texts: [String: [[String]]] = [:]
    ) throws(Failure) -> Model {
        do {
            return try source.model(
                .init(shapes: shapes, numbers: numbers, lengths: lengths, texts: texts), external: external)
        } catch { throw Failure("\(error)") }
    }

    /// What the file shows of whole inputs, whether it loads or not.
    package func wholeNumberUses(shapes: [String: [Int]], lengths: [String: Int]) -> [String: WholeNumberUse] {
        source.wholeNumberUses(.init(shapes: shapes, lengths: lengths), external: external)
    }

    private var external: ExternalFiles {
        ExternalFiles { [path] name, offset, count in
            try Files.readAsIs(Files.path(name, besides: path), offset: offset, count: count)
        }
    }
}

extension ModelFile {
    /// The model, or a failure that names the file.
    package static func read(named file: String, shapes: (OpenSignature) throws -> [String: [Int]]) throws -> Model {
        do {
            let found = try ModelFile(file)
            return try found.model(shapes: try shapes(found.open))
        } catch let failure as Failure {
            throw Failure(failure.message.contains(file) ? failure.message : "\(file): \(failure.message)")
        }
    }
}
