import Checker
import Search
import Statistics
import Tensors

/// A wrapper with all its numbers: what it asks the wrapped model, and what it makes of the answers.
package enum WrapperPlan: Sendable {
    case lines(LinePlan)
    case parities(ParityPlan)
    case votes(VotePlan)

    /// Draws, and learns, what the wrapper needs: a function of the seed and the wrapper's name.
    ///
    /// Throws where nothing is to be learnt, and what the model's graph throws.
    package init(_ wrapper: CheckedWrapper, named name: String, of graph: Graph, seed: UInt64) throws {
        let type = graph.type(of: graph.inputs[0].value)
        var random = Random(seed: seed, stream: Self.stream(name))
        switch wrapper.method {
        case .polynomial(let lines): self = .lines(try LinePlan(lines, type, &random))
        case .parities(let parities): self = .parities(try ParityPlan(parities, graph, &random))
        case .smoothed(let smoothing): self = .votes(try VotePlan(smoothing, type, &random))
        }
    }

    /// The wrapper's graph, with the input and the outputs of the wrapped model's.
    package func graph(of model: Graph) throws(ShapeError) -> Graph {
        switch self {
        case .lines(let plan): try plan.graph(of: model)
        case .parities(let plan): try plan.graph(of: model)
        case .votes(let plan): try plan.graph(of: model)
        }
    }

    /// FNV-1a: wrappers of other names draw other numbers.
    private static func stream(_ name: String) -> Int {
        let hash = name.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return Int(truncatingIfNeeded: hash)
    }

    /// A table with a row of drawn numbers for each of `count` inputs of this type, rounded to it.
    static func table(
        _ count: Int, _ type: TensorType, _ random: inout Random, _ distribution: (_ place: Int) -> Distribution
    ) throws(ShapeError) -> Tensor {
        let width = type.shape.count
        let each = (0..<width).map(distribution)
        var values: [Double] = []
        values.reserveCapacity(count * width)
        for _ in 0..<count {
            for place in 0..<width { values.append(each[place].value(random.next())) }
        }
        return try Tensor(TensorType(type.element, Shape([count] + type.shape.dimensions)), rounding: values)
    }
}

/// Why a wrapper cannot be made of a model.
package struct WrapperFailure: Error, CustomStringConvertible {
    package let description: String
}
