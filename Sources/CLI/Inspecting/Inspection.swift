import Loading
import Models
import Tensors
import Terminal

/// What a model's file holds, and what can be done with it.
struct Inspection: Encodable {
    struct Port: Encodable {
        let name, type: String
        /// A number, a name, or `?`; none where the file gives no shape.
        let shape: [String]?
    }

    struct Operator: Encodable {
        let name: String
        let domain: String?
        let count: Int
        /// Whether the file loads as far as this operator is concerned.
        let known: Bool
    }

    struct Inner: Encodable {
        let name: String
        let shape: [Int]
    }

    /// What there is of a file that loads.
    struct Loaded: Encodable {
        /// Sizes that the file leaves open, as they were decided for this inspection.
        let sizes: [String: Int]
        /// Inputs that are taken as one number, the one that the file compares them with.
        let numbers: [String: Double]
        let declaration: String
        let inner: [Inner]
        /// Inputs from which a slope leads to an output, as measured at random inputs.
        let slopes: [String]
        /// Operators for which no bounds are known.
        let unbounded: [String]
    }

    let file: String
    let bytes: Int
    /// `ONNX`, or the library of trees that wrote the file.
    let kind: String
    /// ONNX's version of the format.
    let format: Int?
    let producer: String
    let operatorSets: [String: Int]
    let inputs, outputs: [Port]
    let operators: [Operator]
    let parameters: Int
    let loaded: Loaded?
    /// Why it does not load.
    let reason: String?

    /// `sizes` decide open dimensions by their names. Throws where the file is no model at all.
    init(_ path: String, sizes: [String: Int]) throws(Failure) {
        let file = try ModelFile(path)
        let summary = try file.summary()
        self.file = path
        bytes = file.byteCount
        (kind, format, producer) = (summary.kind, summary.version, summary.producer)
        operatorSets = Dictionary(
            summary.operatorSets.map { ($0.domain.isEmpty ? "ai.onnx" : $0.domain, $0.version) },
            uniquingKeysWith: max)
        inputs = summary.signature.inputs.map { Port($0) }
        outputs = summary.signature.outputs.map { Port($0) }
        operators = summary.operators.map {
            Operator(
                name: $0.name, domain: $0.domain.isEmpty ? nil : $0.domain, count: $0.count, known: $0.isKnown)
        }
        parameters = summary.parameterCount
        switch try SizeGuess(file, given: sizes).load() {
        case .success(let taken): (loaded, reason) = (Loaded(taken, path), nil)
        case .failure(let failure):
            (loaded, reason) = (nil, failure.message)
        }
    }
}

extension Inspection.Port {
    fileprivate init(_ port: OpenSignature.Port) {
        self.init(name: port.name, type: port.elementText, shape: port.dimensions?.map(\.description))
    }
}

extension Inspection.Loaded {
    fileprivate init(_ taken: SizeGuess.Taken, _ path: String) {
        (sizes, numbers) = (taken.sizes, taken.numbers)
        let model = taken.model
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let declared = ModelDeclaration(model.signature)
        declaration = declared.text(from: name, types: declared.types(fixed: taken.numbers))
        var seen = Set(model.graph.outputs.map(\.value))
        inner = model.graph.inner.filter { seen.insert($0.value).inserted }.map {
            .init(name: $0.name, shape: model.graph.shape(of: $0.value).dimensions)
        }
        slopes = (try? SlopeProbe(model.graph).inputs()) ?? []
        unbounded = (try? model.graph.unboundedOperators()) ?? ["all: the model is too large to be bounded"]
    }
}
