import Models
import Tensors

/// Sizes for what a model's file leaves open, so that it can be looked at before a declaration says them.
struct SizeGuess {
    private let signature: OpenSignature
    private let given: [String: Int]
    private let known: [String: [Int]]

    /// `given` are sizes by the file's names for them, `known` whole shapes by the names of inputs.
    init(_ signature: OpenSignature, given: [String: Int], known: [String: [Int]] = [:]) {
        (self.signature, self.given, self.known) = (signature, given, known)
    }

    /// A length, the side of a picture, and what fits least: one after the other until the file loads.
    private static let guesses = [16, 224, 64, 32, 8, 4, 2, 1]

    /// The model, with the sizes that it was made with, by their names; or why none of them does.
    func load(_ file: ModelFile) -> Result<(Model, [String: Int]), Failure> {
        var first: Failure?
        for guess in isDecided ? [1] : Self.guesses {
            do throws(Failure) {
                return .success((try file.model(shapes: shapes(guess)), sizes(guess)))
            } catch {
                first = first ?? error
            }
        }
        return .failure(first ?? Failure("it does not load"))
    }

    /// Whether nothing but batches is left to guess.
    private var isDecided: Bool {
        signature.inputs.allSatisfy { port in
            guard let dimensions = port.dimensions, known[port.name] == nil else { return true }
            return dimensions.dropFirst().allSatisfy { !$0.isOpen || name(of: $0).map { given[$0] != nil } ?? false }
        }
    }

    private func shapes(_ guess: Int) -> [String: [Int]] {
        var shapes: [String: [Int]] = [:]
        for port in signature.inputs {
            guard let dimensions = port.dimensions else { continue }
            shapes[port.name] = known[port.name] ?? dimensions.enumerated().map { size(of: $1, at: $0, guess) }
        }
        return shapes
    }

    /// The batch is 1.
    private func size(of dimension: OpenSignature.Dimension, at axis: Int, _ guess: Int) -> Int {
        if case .size(let size) = dimension, size > 0 { return size }
        return name(of: dimension).flatMap { given[$0] } ?? (axis == 0 ? 1 : guess)
    }

    private func name(of dimension: OpenSignature.Dimension) -> String? {
        if case .named(let name) = dimension { name } else { nil }
    }

    private func sizes(_ guess: Int) -> [String: Int] {
        var sizes: [String: Int] = [:]
        for port in signature.inputs {
            for (axis, dimension) in (port.dimensions ?? []).enumerated() where dimension.isOpen {
                let size = known[port.name]?[axis] ?? size(of: dimension, at: axis, guess)
                sizes[name(of: dimension) ?? "\(port.name)[\(axis)]"] = size
            }
        }
        return sizes
    }
}
