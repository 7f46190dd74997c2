import Tensors

/// A place in a graph where weights are read: an input of the graph, with a form of its own for the kernels.
struct WeightUse: Sendable {
    /// The form in which an operator reads it, beside the plain array.
    enum Form: Sendable {
        case plain
        case dense(DenseWeights)
        case convolution(ConvolutionWeights)
    }

    /// Where its elements are among all weights.
    enum Source: Sendable {
        /// One after another, from there on.
        case stretch(Int)
        case places([Int32])
    }

    let form: Form
    /// Whether what it is applied to depends on weights too.
    let isInner: Bool
    let source: Source
    let count: Int

    init(form: Form, isInner: Bool, places: [Int32]) {
        (self.form, self.isInner) = (form, isInner)
        count = places.count
        let first = places.first ?? 0
        let isStretch = places.indices.allSatisfy { places[$0] == first + Int32($0) }
        source = isStretch ? .stretch(Int(first)) : .places(places)
    }

    /// How many numbers the gradient takes while it is summed.
    var sumCount: Int {
        if case .dense(let weights) = form { weights.sumCount } else { count }
    }
}
