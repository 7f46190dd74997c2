import Tensors

/// Products of what stands at a query's position and at keys' positions, before a softmax: element e is
/// Σ_i query[row, i]·key[column, i], times `scale`, plus an addend.
struct Paired {
    var shape: Shape
    /// [rows, d] and [columns, d]; each row is a function of one token.
    let queries, keys: Tabled
    /// Of each element.
    var rows, columns: [Int]
    var scale: Double
    var addends: [Double]
    /// How many roundings there are behind the sum of products.
    var roundings: Int

    var depth: Int { queries.shape[1] }

    func picking(_ elements: [Int], _ shape: Shape) -> Paired {
        var result = self
        result.shape = shape
        result.rows = elements.map { rows[$0] }
        result.columns = elements.map { columns[$0] }
        result.addends = elements.map { addends[$0] }
        return result
    }
}

/// A softmax of such products: weights of positions, which add up to 1 in each group.
struct Attention {
    let scores: Paired
    var shape: Shape
    /// Of each element of the shape: an element of the scores, and the group whose weights add up to 1.
    var elements, groups: [Int]
    /// How many elements each group has.
    let size: Int

    /// Of a softmax over the last axis.
    init(_ scores: Paired) {
        (self.scores, shape) = (scores, scores.shape)
        let last = scores.shape.dimensions.last ?? 1
        size = last
        elements = Array(0..<scores.shape.count)
        groups = elements.map { $0 / max(last, 1) }
    }

    func picking(_ places: [Int], _ shape: Shape) -> Attention {
        var result = self
        result.shape = shape
        result.elements = places.map { elements[$0] }
        result.groups = places.map { groups[$0] }
        return result
    }
}

/// What attention makes of a sequence: element e is base_e(token at the query) + Σ_j a_j·table_e,j(token at position j), with
/// the weights a of one group.
struct Mixed {
    let scores: Paired
    /// The elements of the scores whose softmax is a, for each group, in the order of the tables.
    let groups: [[Int]]
    var group: [Int]
    /// What does not pass through attention.
    var base: Tabled
    /// By element, then by j, then by token.
    var tables: Tabled
    /// How far the computed number may lie away besides.
    var slack: [Double]
    /// What is rectified and then added besides: nil for nothing.
    var rectified: Rectified?
    /// What the last matrix product was of: the base and the tables before it, and the matrix.
    var readout: Readout?

    /// max(x, 0) of what attention makes of a sequence, times coefficients, summed.
    struct Rectified {
        /// [positions, width], each row of one group. Has nothing rectified in it.
        let neurons: NeuronLayer
        /// By element, then by neuron of its group.
        var coefficients: [Double]
    }

    struct Readout {
        let base: Tabled
        let weights: [Double]
        let outputs: Int
    }

    /// Computed weights add up to no more than this.
    static let most = 1.001

    var shape: Shape { base.shape }

    func magnitude(_ element: Int) -> Double {
        var size = base.magnitude(element) + Self.most * tables.magnitude(element) + slack[element]
        if let rectified {
            for (coefficient, neuron) in rectified.terms(of: element, in: group[element]) {
                size += coefficient.magnitude * rectified.neurons.magnitudes[neuron]
            }
        }
        return size
    }

    /// max(x, 0), element by element; nil where something has been rectified before.
    func throughRectifier() -> Mixed? {
        let width = shape.dimensions.last ?? 1
        guard rectified == nil, group.count <= TokenReading.mostNumbers / max(width, 1),
            group.indices.allSatisfy({ group[$0] == $0 / width })
        else { return nil }
        var result = self
        for place in result.base.values.indices { (result.base.values[place], result.base.radii[place]) = (0, 0) }
        for place in result.tables.values.indices { (result.tables.values[place], result.tables.radii[place]) = (0, 0) }
        result.base.positions = base.positions.map { _ in -1 }
        result.slack = slack.map { _ in 0 }
        result.readout = nil
        result.rectified = Rectified(
            neurons: NeuronLayer(self),
            coefficients: group.indices.flatMap { element in (0..<width).map { $0 == element % width ? 1 : 0 } })
        return result
    }

    func picking(_ elements: [Int], _ shape: Shape) -> Mixed {
        var result = self
        result.group = elements.map { group[$0] }
        result.base = base.picking(elements, shape)
        result.tables = tables.picking(elements, shape)
        result.slack = elements.map { slack[$0] }
        result.rectified = rectified?.picking(elements)
        result.readout = nil
        return result
    }

    /// x·Wᵀ + b over the last axis; nil where elements of several groups are added.
    func dense(_ weights: [Double], outputs: Int, bias: [Double]?) throws(ShapeError) -> Mixed? {
        let inputs = shape.dimensions.last ?? 1
        guard let base = try base.dense(weights, outputs: outputs, bias: bias),
            let tables = try tables.dense(weights, outputs: outputs, bias: nil)
        else { return nil }
        var result = self
        (result.base, result.tables) = (base, tables)
        result.rectified = rectified?.dense(weights, inputs: inputs, outputs: outputs)
        (result.group, result.slack) = ([], [])
        // The base and what was mixed are one sum: the rounding of one part depends on the other's size.
        let rounding = Rounding.sum(terms: inputs + 2, .float32)
        for first in stride(from: 0, to: group.count, by: inputs) {
            let own = first..<(first + inputs)
            guard own.allSatisfy({ group[$0] == group[first] }) else { return nil }
            let sizes = own.map(magnitude)
            for output in 0..<outputs {
                var (slack, size) = (0.0, bias?[output].magnitude ?? 0)
                for (input, element) in own.enumerated() {
                    let weight = weights[output * inputs + input].magnitude
                    slack += weight * self.slack[element]
                    size += weight * sizes[input]
                }
                result.group.append(group[first])
                result.slack.append(slack + rounding.relative * size + rounding.absolute)
            }
        }
        result.readout = Readout(base: self.base, weights: weights, outputs: outputs)
        return result
    }

    func adding(_ other: Tabled, sign: Double) throws(ShapeError) -> Mixed? {
        guard try shape.broadcast(with: other.shape, in: "tokens") == shape,
            let base = try base.adding(other, sign: sign)
        else { return nil }
        var result = self
        result.base = base
        result.readout = nil
        result.round()
        return result
    }

    func adding(_ other: Mixed, sign: Double) throws(ShapeError) -> Mixed? {
        guard shape == other.shape, groups == other.groups, group == other.group,
            rectified == nil || other.rectified == nil,
            let base = try base.adding(other.base, sign: sign), let tables = try tables.adding(other.tables, sign: sign)
        else { return nil }
        var result = self
        (result.base, result.tables, result.readout) = (base, tables, nil)
        result.rectified = rectified ?? other.rectified?.times(sign)
        for element in slack.indices { result.slack[element] += other.slack[element] }
        result.round()
        return result
    }

    /// Allows for one rounding of each element.
    private mutating func round() {
        let rounding = Rounding.sum(terms: 2, .float32)
        for element in slack.indices {
            slack[element] += rounding.relative * magnitude(element) + rounding.absolute
        }
    }
}

/// Neurons of a layer: what they are before they are rectified.
final class NeuronLayer {
    let mixed: Mixed
    let width: Int
    let magnitudes: [Double]

    init(_ mixed: Mixed) {
        self.mixed = mixed
        width = mixed.shape.dimensions.last ?? 1
        magnitudes = mixed.group.indices.map { mixed.magnitude($0) }
    }
}

extension Mixed.Rectified {
    /// Coefficients that are not 0, each with its neuron.
    func terms(of element: Int, in group: Int) -> [(Double, Int)] {
        let width = neurons.width
        return (0..<width).compactMap { neuron in
            let coefficient = coefficients[element * width + neuron]
            return coefficient == 0 ? nil : (coefficient, group * width + neuron)
        }
    }

    func picking(_ elements: [Int]) -> Mixed.Rectified {
        var result = self
        let width = neurons.width
        result.coefficients = elements.flatMap { coefficients[($0 * width)..<(($0 + 1) * width)] }
        return result
    }

    func times(_ factor: Double) -> Mixed.Rectified {
        var result = self
        result.coefficients = coefficients.map { $0 * factor }
        return result
    }

    func dense(_ weights: [Double], inputs: Int, outputs: Int) -> Mixed.Rectified {
        let width = neurons.width
        let repeats = coefficients.count / (width * inputs)
        var result = self
        result.coefficients = [Double](repeating: 0, count: repeats * outputs * width)
        for group in 0..<repeats {
            for output in 0..<outputs {
                for input in 0..<inputs {
                    let weight = weights[output * inputs + input]
                    for neuron in 0..<width {
                        result.coefficients[(group * outputs + output) * width + neuron] +=
                            weight * coefficients[(group * inputs + input) * width + neuron]
                    }
                }
            }
        }
        return result
    }
}
