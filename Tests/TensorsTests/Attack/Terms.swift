@testable import Tensors

/// One product of a sum: of a constant, or an element, with another element; elements of all inputs are numbered one after
/// the other, and -1 is none.
struct Term {
    var constant = 1.0
    var first = -1
    var second = -1
}

/// What each element of a result sums up, for operators that sum: in reading order, the bias first.
struct Terms {
    let sums: [[Term]]
    /// What is done to elements first, and to sums last.
    var before: Unary.Kind?
    var after: Unary.Kind?
    /// Of each sum.
    var divisors: [Double]?
    var activation = Activation.none
    /// Whether it stands for a product and what is added to it.
    var isFused = false

    init?(_ operation: any Operator, _ inputs: [TensorType], _ output: TensorType) {
        let shapes = inputs.map(\.shape)
        switch operation {
        case let dense as Dense:
            sums = Terms.dense(dense, shapes[0])
            activation = dense.activation
        case let filter as Convolution:
            sums = Terms.convolution(filter, shapes[0], output.shape)
            activation = filter.activation
        case let filter as TransposedConvolution: sums = Terms.transposed(filter, shapes[0], output.shape)
        case is MatMul:
            guard let extents = try? MatMul.Extents(shapes[0], shapes[1]) else { return nil }
            sums = Terms.matrices(extents, shapes[0].count)
        case let reduce as Reduce:
            guard [.sum, .mean, .l1, .l2, .sumSquare, .logSum].contains(reduce.kind), inputs[0].element.isReal,
                let axes = try? reduce.positiveAxes(of: shapes[0])
            else { return nil }
            let groups = Terms.groups(shapes[0], axes)
            let isSquare = reduce.kind == .l2 || reduce.kind == .sumSquare
            sums = groups.map { $0.map { Term(first: $0, second: isSquare ? $0 : -1) } }
            before = reduce.kind == .l1 ? .absolute : nil
            after = reduce.kind == .l2 ? .squareRoot : reduce.kind == .logSum ? .logarithm : nil
            if reduce.kind == .mean { divisors = groups.map { Double($0.count) } }
        case let pool as Pool where pool.kind != .max:
            let windows = Terms.windows(pool.window, shapes[0], output.shape)
            sums = windows.map { $0.inside.map { Term(first: $0) } }
            divisors = windows.map { Double(pool.kind == .average(.padsExcluded) ? $0.inside.count : $0.padded) }
        default: return nil
        }
    }

    private static func dense(_ dense: Dense, _ shape: Shape) -> [[Term]] {
        let (rows, columns, weights) = (dense.weights.shape[0], dense.weights.shape[1], dense.weights.doubles)
        return (0..<(shape.count / columns * rows)).map { element in
            let (repeated, row) = (element / rows, element % rows)
            let bias = dense.bias.map { [Term(constant: $0.doubles[row])] } ?? []
            return bias
                + (0..<columns).map { Term(constant: weights[row * columns + $0], second: repeated * columns + $0) }
        }
    }

    private static func matrices(_ extents: MatMul.Extents, _ offset: Int) -> [[Term]] {
        let (rows, inner, columns) = (extents.rows, extents.inner, extents.columns)
        let first = Shape.walk(extents.batch, steps: extents.firstBatch.steps(in: extents.batch))
        let second = Shape.walk(extents.batch, steps: extents.secondBatch.steps(in: extents.batch))
        return (0..<extents.result.count).map { element in
            let (matrix, row, column) = (element / (rows * columns), element / columns % rows, element % columns)
            return (0..<inner).map { place in
                Term(
                    first: (Int(first[matrix]) * rows + row) * inner + place,
                    second: offset + (Int(second[matrix]) * inner + place) * columns + column)
            }
        }
    }

    private static func groups(_ shape: Shape, _ axes: [Int]) -> [[Int]] {
        let order = shape.dimensions.indices.filter { !axes.contains($0) } + axes
        let moved = Shape(trusted: order.map { shape[$0] }, count: shape.count)
        let table = Shape.walk(moved, steps: order.map { shape.strides[$0] }).map(Int.init)
        let size = axes.reduce(1) { $0 * shape[$1] }
        return stride(from: 0, to: table.count, by: max(size, 1)).map { Array(table[$0..<($0 + size)]) }
    }
}

/// Windows over the spatial axes.
extension Terms {
    /// All places of a grid, in reading order.
    private static func places(_ size: [Int]) -> [[Int]] {
        size.reduce([[]]) { places, length in places.flatMap { place in (0..<length).map { place + [$0] } } }
    }

    /// The row-major number of a place, nil outside.
    private static func row(_ place: [Int], _ size: [Int]) -> Int? {
        var row = 0
        for (index, length) in zip(place, size) {
            guard (0..<length).contains(index) else { return nil }
            row = row * length + index
        }
        return row
    }

    /// Where the window meets the input: at each step, for a position.
    private static func reach(_ window: Window, _ position: [Int], _ step: [Int]) -> [Int] {
        position.indices.map {
            position[$0] * window.strides[$0] - window.before[$0] + step[$0] * window.dilations[$0]
        }
    }

    fileprivate static func convolution(_ filter: Convolution, _ input: Shape, _ output: Shape) -> [[Term]] {
        let (from, to) = (Array(input.dimensions.dropFirst(2)), Array(output.dimensions.dropFirst(2)))
        let (weights, steps) = (filter.weights.doubles, places(filter.window.size))
        let (inner, perGroup) = (filter.weights.shape[1], output[1] / filter.groups)
        return places([output[0], output[1]] + to).map { place in
            let (batch, channel) = (place[0], place[1])
            var terms = filter.bias.map { [Term(constant: $0.doubles[channel])] } ?? []
            for source in 0..<inner {
                let plane = batch * input[1] + channel / perGroup * inner + source
                for (number, step) in steps.enumerated() {
                    guard let row = row(reach(filter.window, Array(place.dropFirst(2)), step), from) else { continue }
                    terms.append(
                        Term(
                            constant: weights[(channel * inner + source) * steps.count + number],
                            second: plane * from.reduce(1, *) + row))
                }
            }
            return terms
        }
    }

    fileprivate static func transposed(_ filter: TransposedConvolution, _ input: Shape, _ output: Shape) -> [[Term]] {
        let (from, to) = (Array(input.dimensions.dropFirst(2)), Array(output.dimensions.dropFirst(2)))
        let (weights, steps, outer) = (filter.weights.doubles, places(filter.window.size), filter.weights.shape[1])
        let size = to.reduce(1, *)
        var sums = (0..<output.count).map { element in
            filter.bias.map { [Term(constant: $0.doubles[element / size % output[1]])] } ?? []
        }
        for place in places([input[0], input[1]] + from) {
            let (batch, channel) = (place[0], place[1])
            let group = channel / (input[1] / filter.groups)
            guard let source = row(Array(place.dropFirst(2)), from) else { continue }
            for target in 0..<outer {
                for (number, step) in steps.enumerated() {
                    guard let row = row(reach(filter.window, Array(place.dropFirst(2)), step), to) else { continue }
                    sums[(batch * output[1] + group * outer + target) * size + row].append(
                        Term(
                            constant: weights[(channel * outer + target) * steps.count + number],
                            second: (batch * input[1] + channel) * from.reduce(1, *) + source))
                }
            }
        }
        return sums
    }

    fileprivate static func windows(
        _ window: Window, _ input: Shape, _ output: Shape
    ) -> [(inside: [Int], padded: Int)] {
        let (from, to) = (Array(input.dimensions.dropFirst(2)), Array(output.dimensions.dropFirst(2)))
        let size = from.reduce(1, *)
        return places([output[0] * output[1]] + to).map { place in
            let reaches = places(window.size).map { reach(window, Array(place.dropFirst()), $0) }
            let inside = reaches.compactMap { row($0, from).map { place[0] * size + $0 } }
            let padded = reaches.count { reach in reach.indices.allSatisfy { reach[$0] < from[$0] + window.after[$0] } }
            return (inside, padded)
        }
    }
}
