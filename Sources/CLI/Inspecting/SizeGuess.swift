import Loading
import Models
import Tensors
import Terminal

/// Sizes for what a model's file leaves open, so that it can be looked at before a declaration says them.
///
/// A size is known by the file's name for it, or by its input and place: `input.1`.
struct SizeGuess {
    /// A model that loads and runs, and what it was made with.
    struct Taken {
        let model: Model
        let sizes: [String: Int]
        /// Inputs that are one number: what the file compares them with.
        let numbers: [String: Double]
        /// Of the other inputs.
        let uses: [String: WholeNumberUse]
    }

    private let file: ModelFile
    private let slots: SizeSlots
    private let lengths: [String: Int]

    /// How often files are read at most, all their bytes counted.
    private static let byteLimit = 1 << 31

    /// `given` are sizes by the names above, and how many tensors a sequence has by the name of its input; `known` whole shapes
    /// by the names of inputs. Throws where a size is given that the file does not leave open.
    init(_ file: ModelFile, given: [String: Int], known: [String: [Int]] = [:]) throws(Failure) {
        self.file = file
        let open = file.open
        let names = open.inputs.flatMap { port in
            port.form == .sequence ? (0..<(given[port.name] ?? 2)).map { port.element($0).name } : [port.name]
        }
        let named = open.named(inputs: names, outputs: [])
        lengths = open.lengths(of: names)
        slots = SizeSlots(named.inputs, given: given, known: known)
        let sequences = open.inputs.filter { $0.form == .sequence }.map(\.name)
        let unknown = given.keys.filter { !slots.open.contains($0) && !sequences.contains($0) }.sorted()
        if let first = unknown.first {
            let list = (slots.open + sequences).map { "`\($0)`" }.joined(separator: ", ")
            throw Failure(
                "--size \(first)=...: the model leaves no such size open"
                    + (list.isEmpty ? "" : "; it leaves open \(list)"))
        }
    }

    /// The first sizes with which the file loads and runs; or why it does not with the very first ones.
    func load() -> Result<Taken, Failure> {
        var (first, dependsOnSizes) = ((failure: Failure, sizes: [String: Int])?.none, false)
        let limit = max(SizeSlots.guesses.count, Self.byteLimit / max(1, file.byteCount))
        for sizes in slots.attempts.prefix(limit) {
            let shapes = slots.shapes(sizes)
            let uses = file.wholeNumberUses(shapes: shapes, lengths: lengths)
            for numbers in choices(of: uses) {
                do throws(Failure) {
                    let model = try file.model(shapes: shapes, numbers: numbers, lengths: lengths)
                    try run(model)
                    return .success(Taken(model: model, sizes: slots.named(sizes), numbers: numbers, uses: uses))
                } catch {
                    if let first { dependsOnSizes = dependsOnSizes || first.failure.message != error.message }
                    first = first ?? (error, sizes)
                }
            }
        }
        guard let first else { return .failure(Failure("it does not load")) }
        return .failure(dependsOnSizes ? told(first.failure, first.sizes) : first.failure)
    }

    /// Scalars that are compared with numbers: the only one each; else first left open, then each number in its turn.
    private func choices(of uses: [String: WholeNumberUse]) -> [[String: Double]] {
        var (only, several) = ([String: Double](), [(String, [Int])]())
        for (name, use) in uses.sorted(by: { $0.key < $1.key }) where slots.isScalar(name) {
            guard case .among(let values) = use else { continue }
            if values.count == 1 { only[name] = Double(values[0]) } else { several.append((name, values)) }
        }
        return [only]
            + several.flatMap { name, values in
                values.map { only.merging([name: Double($0)], uniquingKeysWith: { $1 }) }
            }
    }

    private func run(_ model: Model) throws(Failure) {
        do {
            let graph = model.graph
            let zeros = try graph.inputs.map { input in
                let type = graph.type(of: input.value)
                return try Tensor(
                    TensorType(type.element, Shape([1] + type.shape.dimensions)),
                    rounding: [Double](repeating: 0, count: type.shape.count))
            }
            _ = try Evaluator(graph, outputs: graph.outputs.map(\.value)).run(zeros)
        } catch { throw Failure("\(error)") }
    }

    private func told(_ failure: Failure, _ sizes: [String: Int]) -> Failure {
        let taken = slots.named(sizes).sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)" }
        guard !taken.isEmpty else { return failure }
        return Failure(
            "\(failure.message); the sizes that the file leaves open were taken as \(taken.joined(separator: ", ")), and "
                + "as others: `--size` says them")
    }
}
