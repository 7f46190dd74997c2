import Checker
import Search
import Tensors

/// `corrected(net, for: fourier_heavy, ...)`: a sum of parities that stands for the model, which is not asked any more.
package struct ParityPlan: Sendable {
    /// The bits of each parity, bit j of the mask for number j of the input; of the empty one, the number 1.
    package let parities: [UInt64]
    /// [outputs, parities], row-major, of all outputs one after the other.
    package let coefficients: [Double]
    /// What makes each number of the input a sign: -1 at its lower value, 1 at its upper.
    package let scale, offset: [Double]

    init(_ wrapper: CheckedWrapper.Parities, _ model: Graph, _ random: inout Random) throws {
        scale = zip(wrapper.low, wrapper.high).map { 2 / ($1 - $0) }
        offset = zip(wrapper.low, wrapper.high).map { -($0 + $1) / ($1 - $0) }
        var learner = try ParityLearner(wrapper, model)
        (parities, coefficients) = try learner.learn(&random)
    }

    func graph(of model: Graph) throws(ShapeError) -> Graph {
        let type = model.type(of: model.inputs[0].value)
        let width = type.shape.count
        var graph = Graph()
        let input = try graph.input(model.inputs[0].name, type)
        let line = try graph.add(Rearrange.reshape(type.shape, to: Shape([width])), [input])
        let bits = type.element == .float64 ? line : try graph.add(Cast(to: .float64), [line])
        let scaled = try graph.add(Binary(.multiply), [bits, graph.constant(Tensor(Shape([width]), scale))])
        let signs = try graph.add(Binary(.add), [scaled, graph.constant(Tensor(Shape([width]), offset))])
        let one = graph.constant(try Tensor(Shape([1]), [1.0]))
        let factors = try graph.add(Rearrange.concatenate([Shape([width]), Shape([1])], axis: 0), [signs, one])
        let picked = try graph.add(
            Rearrange.gather(Shape([width + 1]), axis: 0, index: factorPlaces(width)), [factors])
        let products = try graph.add(Reduce(.product, axes: [1]), [picked])
        let weights = try Tensor(Shape([coefficients.count / parities.count, parities.count]), coefficients)
        try graph.setOutputs(like: model, from: graph.add(Dense(weights: weights), [products]))
        return graph
    }

    /// Which numbers each parity multiplies, [parities, largest]; filled up with the place of the 1 behind them.
    package func factorPlaces(_ width: Int) throws(ShapeError) -> Tensor {
        let most = max(1, parities.map(\.nonzeroBitCount).max() ?? 0)
        let rows = parities.flatMap { mask -> [Int64] in
            let own = (0..<width).filter { mask >> UInt64($0) & 1 == 1 }.map(Int64.init)
            return own + [Int64](repeating: Int64(width), count: most - own.count)
        }
        return try Tensor(Shape([parities.count, most]), rows)
    }
}
