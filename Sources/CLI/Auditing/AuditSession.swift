import Auditors
import Datasets
import Disk
import Glibc
import Loading
import Models
import Tensors
import Terminal

/// What an audit is of: a model's file, and rows for it.
struct AuditSession {
    let model: AuditedModel
    let twin: Twin
    let reference: AuditedModel?
    let domain: Domain
    /// Inputs that the model answers as they are labelled; nil where there are no data.
    let rows: CleanRows?
    let source: String
    let accuracy: Double?

    /// Fewer than this cannot be cut in two halves that tell anything.
    private static let leastRows = 20

    init(
        _ path: String, data: String?, reference: String?, range: ClosedRange<Float>?, sizes: [String: Int],
        threads: Int
    ) throws {
        let dataset = try data.map { (path) throws(Failure) in try DataFile.read(path) }
        let file = try ModelFile(path)
        let known = dataset.map { FirstData.shapes(of: file.open, in: $0) } ?? [:]
        let taken = try SizeGuess(file, given: sizes, known: known).load().get()
        model = try Self.audited(taken.model, path)
        let (bytes, numbers) = (try Files.read(path), taken.numbers)
        let shapes = Dictionary(
            taken.model.graph.inputs.map { ($0.name, taken.model.graph.shape(of: $0.value).dimensions) },
            uniquingKeysWith: { first, _ in first })
        twin = Twin(file: bytes) { try Model(onnx: $0, .init(shapes: shapes, numbers: numbers)).graph }
        self.reference = try reference.map { path in
            try Self.audited(SizeGuess(ModelFile(path), given: [:], known: known).load().get().model, path)
        }
        guard let data, let dataset else {
            (rows, accuracy) = (nil, nil)
            let range = range ?? 0...1
            domain = Domain(
                lower: Array(repeating: range.lowerBound, count: model.layout.count),
                upper: Array(repeating: range.upperBound, count: model.layout.count))
            source = "inputs made up from noise in \(range.lowerBound)..\(range.upperBound), as there are no data"
            return
        }
        let columns = try FirstData(data, dataset, for: ModelDeclaration(taken.model.signature), numbers: [:])
        guard let column = columns.inputs.first ?? nil, column.tensor.isFinite else {
            throw Failure("\(data): an input is not a finite number")
        }
        let all = column.tensor.floats
        let answers = try model.labels(all, threads: threads)
        let labels = columns.label?.tensor.doubles.map { Int($0) }
        let right = answers.indices.filter { labels == nil || labels?[$0] == answers[$0] }
        let size = model.layout.count
        guard right.count >= Self.leastRows else {
            throw Failure(
                "\(data): the model answers \(right.count) of \(answers.count) rows as they are labelled, and an audit takes "
                    + "\(Self.leastRows) at least")
        }
        rows = CleanRows(numbers: all, labels: answers, size: size).picked(right)
        accuracy = labels.map { _ in Double(right.count) / Double(answers.count) }
        domain = Domain(of: all, layout: model.layout, range: range)
        source = "\(answers.count) rows of \(Path.name(of: data))"
    }

    private static func audited(_ model: Model, _ path: String) throws -> AuditedModel {
        do { return try AuditedModel(model.graph) } catch { throw Failure("\(path): \(error)") }
    }
}
