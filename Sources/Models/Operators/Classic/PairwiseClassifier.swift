import Tensors

/// A classifier with a decision for each pair of classes, whose votes are counted (Chang and Lin, LIBSVM, 2011, section 7).
struct PairwiseClassifier {
    private let node: Application
    private let classes: Int
    private let vectorsPerClass: [Int]
    private let coefficients, offsets, slopes, shifts: [Float]

    init(_ node: Application, classes: Int, vectorsPerClass: [Int]) throws {
        (self.node, self.classes, self.vectorsPerClass) = (node, classes, vectorsPerClass)
        coefficients = try node.floats("coefficients") ?? []
        offsets = try node.floats("rho") ?? []
        slopes = try node.floats("prob_a") ?? []
        shifts = try node.floats("prob_b") ?? []
        let (count, pairs) = (vectorsPerClass.reduce(0, +), classes * (classes - 1) / 2)
        guard vectorsPerClass.count == classes, coefficients.count >= (classes - 1) * count, offsets.count >= pairs,
            slopes.count == shifts.count, slopes.isEmpty || slopes.count >= pairs
        else { throw ModelError("its lists do not fit \(classes) classes of \(count) vectors") }
    }

    private var pairs: [(first: Int, second: Int)] {
        (0..<classes).flatMap { first in (first + 1..<classes).map { (first, $0) } }
    }

    func read(_ x: Value) throws -> (classes: Value, scores: Value) {
        let vectors = try node.floats("support_vectors") ?? []
        let kernels = try SupportVectors.Kernel(node, isLinear: false).values(
            node, x, vectors, count: vectorsPerClass.reduce(0, +), offset: 0)
        let sums = try node.add(
            Dense(weights: weights(), bias: Tensor(Shape([pairs.count]), offsets.prefix(pairs.count).map(Double.init))),
            node.cast(kernels, to: .float64))
        let best = try node.add(ArgExtremum(.max, axis: 1), votes(sums))
        let decisions = try node.cast(sums, to: .float32)
        return (
            best,
            try PostTransform(node).finish(node, slopes.isEmpty ? decisions : probabilities(decisions), slopes.isEmpty)
        )
    }

    /// Of each pair the coefficients of the two classes' vectors.
    private func weights() throws -> Tensor {
        let count = vectorsPerClass.reduce(0, +)
        var starts = [0]
        for own in vectorsPerClass { starts.append((starts.last ?? 0) + own) }
        try node.allow(elements: pairs.count * count)
        var weights = [Double](repeating: 0, count: pairs.count * count)
        for (row, pair) in pairs.enumerated() {
            for vector in starts[pair.first]..<starts[pair.first + 1] {
                weights[row * count + vector] = Double(coefficients[(pair.second - 1) * count + vector])
            }
            for vector in starts[pair.second]..<starts[pair.second + 1] {
                weights[row * count + vector] = Double(coefficients[pair.first * count + vector])
            }
        }
        return try Tensor(Shape([pairs.count, count]), weights)
    }

    private func votes(_ sums: Value) throws -> Value {
        let isFirst = try node.cast(node.binary(.greater, sums, 0), to: .float64)
        var weights = [Double](repeating: 0, count: classes * pairs.count)
        var bias = [Double](repeating: 0, count: classes)
        for (place, pair) in pairs.enumerated() {
            weights[pair.first * pairs.count + place] += 1
            weights[pair.second * pairs.count + place] -= 1
            bias[pair.second] += 1
        }
        return try node.add(
            Dense(weights: Tensor(Shape([classes, pairs.count]), weights), bias: Tensor(Shape([classes]), bias)),
            isFirst)
    }

    // MARK: - Probabilities

    /// Of the classes, from those of the pairs (Wu, Lin and Weng 2004, algorithm 2, stopped as LIBSVM stops it).
    private func probabilities(_ decisions: Value) throws -> Value {
        let values = try node.binary(
            .add,
            node.binary(.multiply, decisions, node.row(slopes.prefix(pairs.count).map(Double.init), like: decisions)),
            node.row(shifts.prefix(pairs.count).map(Double.init), like: decisions))
        let opposite = try node.binary(.subtract, node.scalar(1, like: values), node.unary(.sigmoid, values))
        let limit = Double(Float(1e-7))
        let first = try node.unary(.clip(lower: limit, upper: Double(1 - Float(1e-7))), opposite)
        let second = try node.binary(.subtract, node.scalar(1, like: first), first)
        // r[i, j] lies at i · classes + j: that i wins against j.
        var won = [Value?](repeating: nil, count: classes * classes)
        for (place, pair) in pairs.enumerated() {
            won[pair.first * classes + pair.second] = try node.slice(first, axis: 1, from: place, count: 1)
            won[pair.second * classes + pair.first] = try node.slice(second, axis: 1, from: place, count: 1)
        }
        return try PairwiseCoupling(node, classes: classes, rows: node.shape(decisions)[0]).probabilities(won)
    }
}

extension PostTransform {
    /// The scores of a machine for two classes, or for any number; one decision of two stands for the second class.
    fileprivate func finish(_ node: Application, _ scores: Value, _ areDecisions: Bool) throws -> Value {
        guard areDecisions, node.shape(scores)[1] == 1, self != .probit else { return try apply(node, scores) }
        return try self == .none ? ofTwo(node, scores) : ofProbability(node, scores)
    }
}
