import Tensors

/// Probabilities of classes from those with which each wins against each other (Wu, Lin and Weng, *Probability Estimates for
/// Multi-class Classification by Pairwise Coupling*, JMLR 2004, algorithm 2), iterated and stopped as LIBSVM does it: what it stops at is
/// what a model gives, not the limit.
struct PairwiseCoupling {
    private static let iterations = 100

    private let node: Application
    private let classes, rows: Int

    init(_ node: Application, classes: Int, rows: Int) throws {
        (self.node, self.classes, self.rows) = (node, classes, rows)
        try node.allow(elements: Self.iterations * classes * classes * rows)
    }

    /// `won[i · classes + j]`, `[rows, 1]`: how probably i wins against j. The result is `[rows, classes]`.
    func probabilities(_ won: [Value?]) throws -> Value {
        let matrix = try node.concatenate(quadratic(won), axis: 1)
        let first = [Double](repeating: Double(1 / Float(classes)), count: rows * classes)
        let start = try node.concatenate(
            [
                node.constant(Tensor(TensorType(.float32, Shape([rows, classes])), rounding: first)),
                node.constant(Tensor(Shape([rows, 1]), [Float](repeating: 0, count: rows))),
            ], axis: 1)
        let last = try node.add(Iterate(body: step(), times: Self.iterations), start, matrix)
        return try node.slice(last, axis: 1, from: 0, count: classes)
    }

    /// Q of the paper, row by row: the sum of r[j, i]^2 on the diagonal, -r[j, i] r[i, j] off it.
    private func quadratic(_ won: [Value?]) throws -> [Value] {
        func chance(_ first: Int, _ second: Int) throws -> Value {
            guard let value = won[first * classes + second] else { throw ModelError("a pair has no probability") }
            return value
        }
        return try (0..<classes).flatMap { row in
            try (0..<classes).map { column in
                guard row == column else {
                    return try node.unary(.negate, node.binary(.multiply, chance(column, row), chance(row, column)))
                }
                let squares = try (0..<classes).filter { $0 != row }.map { try node.unary(.square, chance($0, row)) }
                return try squares.dropFirst().reduce(squares[0]) { try node.binary(.add, $0, $1) }
            }
        }
    }

    /// One round over all classes, unless the last one was near enough: the state is the probabilities, and whether to stop.
    private func step() throws -> Graph {
        var body = Graph()
        let state = try body.input("state", TensorType(.float32, Shape([rows, classes + 1])))
        let matrix = try body.input("quadratic", TensorType(.float32, Shape([rows, classes * classes])))
        var round = Round(graph: body, classes: classes)
        var p = try (0..<classes).map { try round.column($0, of: state) }
        let stopped = try round.column(classes, of: state)
        let q = try (0..<classes * classes).map { try round.column($0, of: matrix) }
        var products = try (0..<classes).map { row in
            try round.sum((0..<classes).map { try round.binary(.multiply, q[row * classes + $0], p[$0]) })
        }
        var value = try round.sum(zip(p, products).map { try round.binary(.multiply, $0, $1) })
        let errors = try products.map { try round.absolute(round.binary(.subtract, $0, value)) }
        let error = try errors.dropFirst().reduce(errors[0]) { try round.binary(.maximum, $0, $1) }
        let isNear = try round.isTrue(.less, error, Double(Float(0.005) / Float(classes)))
        let isOver = try round.binary(.maximum, stopped, isNear)
        let before = p
        for own in 0..<classes {
            let diagonal = q[own * classes + own]
            let change = try round.binary(.divide, round.binary(.subtract, value, products[own]), diagonal)
            p[own] = try round.binary(.add, p[own], change)
            let scale = try round.binary(.add, change, round.number(1))
            let inner = try round.binary(
                .add, round.binary(.multiply, change, diagonal), round.binary(.multiply, products[own], round.number(2))
            )
            let raised = try round.binary(.add, value, round.binary(.multiply, change, inner))
            value = try round.binary(.divide, round.binary(.divide, raised, scale), scale)
            for other in 0..<classes {
                let moved = try round.binary(
                    .add, products[other], round.binary(.multiply, change, q[own * classes + other]))
                products[other] = try round.binary(.divide, moved, scale)
                p[other] = try round.binary(.divide, p[other], scale)
            }
        }
        let after = try zip(before, p).map { try round.choose(isOver, $0, $1) }
        return try round.finished(after + [isOver])
    }
}

/// The graph of one round, whose values are columns.
private struct Round {
    var graph: Graph
    let classes: Int

    mutating func column(_ index: Int, of value: Value) throws -> Value {
        try graph.add(Rearrange.slice(graph.shape(of: value), axis: 1, from: index, count: 1), [value])
    }

    mutating func binary(_ kind: Binary.Kind, _ first: Value, _ second: Value) throws -> Value {
        try graph.add(Binary(kind), [first, second])
    }

    mutating func absolute(_ value: Value) throws -> Value { try graph.add(Unary(.absolute), [value]) }

    mutating func number(_ number: Double) throws -> Value {
        graph.constant(try Tensor(TensorType(.float32, Shape([])), rounding: [number]))
    }

    mutating func sum(_ values: [Value]) throws -> Value {
        var sum = values[0]
        for value in values.dropFirst() { sum = try binary(.add, sum, value) }
        return sum
    }

    /// 1 where it is so, else 0.
    mutating func isTrue(_ kind: Binary.Kind, _ value: Value, _ bound: Double) throws -> Value {
        try graph.add(Cast(to: .float32), [binary(kind, value, number(bound))])
    }

    mutating func choose(_ flag: Value, _ first: Value, _ second: Value) throws -> Value {
        try graph.add(Select(), [binary(.greater, flag, number(0)), first, second])
    }

    mutating func finished(_ columns: [Value]) throws -> Graph {
        let state = try graph.add(Rearrange.concatenate(columns.map { graph.shape(of: $0) }, axis: 1), columns)
        graph.output("state", state)
        return graph
    }
}
