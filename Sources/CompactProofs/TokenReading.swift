import Tensors

/// Why a graph is not read as one layer of attention.
package struct Unread: Error, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// Reads a graph as functions of tokens: embeddings and what is linear in them, products of two, a softmax over positions, what
/// it mixes. A value that is none of these is not read.
struct TokenReading {
    enum Form {
        case tabled(Tabled)
        case paired(Paired)
        case attention(Attention)
        case mixed(Mixed)

        var shape: Shape {
            switch self {
            case .tabled(let it): it.shape
            case .paired(let it): it.shape
            case .attention(let it): it.shape
            case .mixed(let it): it.shape
            }
        }

        /// The same elements under another shape.
        func reshaped(_ shape: Shape) -> Form {
            switch self {
            case .tabled(var it):
                it.shape = shape
                return .tabled(it)
            case .paired(var it):
                it.shape = shape
                return .paired(it)
            case .attention(var it):
                it.shape = shape
                return .attention(it)
            case .mixed(var it):
                it.base.shape = shape
                it.tables.shape = shape
                return .mixed(it)
            }
        }
    }

    /// The most numbers that the tables of one value may have.
    static let mostNumbers = 1 << 23

    private let graph: Graph
    private let vocabulary: Int
    private var forms: [Int: Form] = [:]

    /// `input` holds tokens below `vocabulary`, one at each position.
    init(_ graph: Graph, input: Graph.Value, vocabulary: Int) {
        (self.graph, self.vocabulary) = (graph, vocabulary)
        let shape = graph.shape(of: input)
        forms[input.index] = .tabled(Tabled(tokens: vocabulary, positions: shape.count, shape))
    }

    mutating func form(of value: Graph.Value) throws -> Form {
        let isNeeded = graph.ancestors(of: [value], stoppingAt: graph.nodes.indices.map { forms[$0] != nil })
        for index in 0...value.index where isNeeded[index] && forms[index] == nil {
            forms[index] = try read(graph.nodes[index])
        }
        guard let form = forms[value.index] else { throw Unread("nothing depends on the tokens") }
        return form
    }

    private func read(_ node: Graph.Node) throws -> Form {
        guard node.type.shape.count <= Self.mostNumbers / vocabulary else {
            throw Unread("tables of \(node.type.shape) are too large")
        }
        switch node.source {
        case .input(let name): throw Unread("`\(name)` is another input than the tokens")
        case .constant(let tensor): return .tabled(Tabled(constant: tensor, width: vocabulary))
        case .operation(let operation):
            let inputs = node.inputs.compactMap { forms[$0.index] }
            guard let form = try apply(operation, inputs, node) else {
                throw Unread("`\(operation.name)` is not part of one head of attention over tokens")
            }
            return form
        }
    }

    private func apply(_ operation: any Operator, _ inputs: [Form], _ node: Graph.Node) throws -> Form? {
        switch operation {
        case let it as Rearrange: return rearranged(it, inputs)
        case let it as Cast: return cast(it, inputs)
        case is GatherRows: return gathered(inputs, node)
        case let it as Dense where it.activation == .none:
            return try dense(
                inputs[0], it.weights.doubles, outputs: it.weights.shape[0], bias: it.bias?.doubles)
        case is MatMul: return try product(inputs, node)
        case let it as Binary: return try combined(it.kind, inputs, node)
        case let it as Unary where it.kind == .relu:
            guard case .mixed(let mixed) = inputs[0] else { return nil }
            return mixed.throughRectifier().map { .mixed($0) }
        case let it as Softmax where it.kind == .plain:
            guard case .paired(let scores) = inputs[0],
                try scores.shape.axis(it.axis, of: it.name) == scores.shape.rank - 1
            else { return nil }
            return .attention(Attention(scores))
        default: return nil
        }
    }

    private func rearranged(_ operation: Rearrange, _ inputs: [Form]) -> Form? {
        guard inputs.count == 1 else { return nil }
        let places: [Int]
        switch operation.map {
        case .identity: return inputs[0].reshaped(operation.shape)
        case .table(let table):
            guard !table.contains(where: { $0 < 0 }) else { return nil }
            places = table.map(Int.init)
        }
        switch inputs[0] {
        case .tabled(let it): return .tabled(it.picking(places, operation.shape))
        case .paired(let it): return .paired(it.picking(places, operation.shape))
        case .attention(let it): return .attention(it.picking(places, operation.shape))
        case .mixed(let it): return .mixed(it.picking(places, operation.shape))
        }
    }

    /// Whole numbers change their type exactly, and float32 is widened exactly; nothing else is read.
    private func cast(_ operation: Cast, _ inputs: [Form]) -> Form? {
        if case .tabled(let it) = inputs[0] {
            let isWhole = it.values.allSatisfy { $0 == $0.rounded() && $0.magnitude < 0x1p24 }
            guard (isWhole && it.radii.allSatisfy { $0 == 0 }) || operation.element == .float64 else { return nil }
            return inputs[0]
        }
        return operation.element == .float64 ? inputs[0] : nil
    }

    private func gathered(_ inputs: [Form], _ node: Graph.Node) -> Form? {
        guard let data = graph.constant(of: node.inputs[0]), case .tabled(let index) = inputs[1] else { return nil }
        let (numbers, rows) = (data.doubles, data.shape[0])
        let inner = numbers.count / max(rows, 1)
        var values: [Double] = []
        values.reserveCapacity(index.count * inner * vocabulary)
        for element in 0..<index.count {
            let names = index.values[(element * vocabulary)..<((element + 1) * vocabulary)]
            guard names.allSatisfy({ $0 >= 0 && $0 < Double(rows) }) else { return nil }
            for entry in 0..<inner { for name in names { values.append(numbers[Int(name) * inner + entry]) } }
        }
        return .tabled(
            Tabled(
                node.type.shape, positions: index.positions.flatMap { [Int](repeating: $0, count: inner) },
                width: vocabulary, values: values, radii: [Double](repeating: 0, count: values.count)))
    }

    private func dense(_ input: Form, _ weights: [Double], outputs: Int, bias: [Double]?) throws -> Form? {
        switch input {
        case .tabled(let it): return try it.dense(weights, outputs: outputs, bias: bias).map { .tabled($0) }
        case .mixed(let it): return try it.dense(weights, outputs: outputs, bias: bias).map { .mixed($0) }
        case .paired, .attention: return nil
        }
    }

    private func product(_ inputs: [Form], _ node: Graph.Node) throws -> Form? {
        if let matrix = graph.constant(of: node.inputs[1]), matrix.shape.rank == 2 {
            let (rows, columns, numbers) = (matrix.shape[0], matrix.shape[1], matrix.doubles)
            let turned = (0..<(rows * columns)).map { numbers[$0 % rows * columns + $0 / rows] }
            return try dense(inputs[0], turned, outputs: columns, bias: nil)
        }
        guard case .tabled(let right) = inputs[1] else { return nil }
        switch inputs[0] {
        case .tabled(let left): return try paired(left, right, node.type.shape).map { .paired($0) }
        case .attention(let weights): return try mixed(weights, right, node.type.shape).map { .mixed($0) }
        case .paired, .mixed: return nil
        }
    }

    /// `[..., n, d]` by `[..., d, m]`, each row of the first and each column of the second of one position.
    private func paired(_ left: Tabled, _ right: Tabled, _ shape: Shape) throws -> Paired? {
        guard left.shape.rank >= 2, left.shape.rank == right.shape.rank,
            left.shape.dimensions.dropLast(2) == right.shape.dimensions.dropLast(2)
        else { return nil }
        let (n, d, m) = (shape[shape.rank - 2], left.shape[left.shape.rank - 1], shape[shape.rank - 1])
        let batches = shape.count / max(n * m, 1)
        let turned = (0..<(batches * m * d)).map { number in
            let (batch, rest) = (number / (m * d), number % (m * d))
            return batch * d * m + rest % d * m + rest / d
        }
        let keys = right.picking(turned, try Shape([batches * m, d]))
        var queries = left
        queries.shape = try Shape([batches * n, d])
        for rows in [queries, keys] {
            for first in Swift.stride(from: 0, to: rows.count, by: d)
            where Set(rows.positions[first..<(first + d)]).subtracting([-1]).count > 1 {
                return nil
            }
        }
        let places = (0..<shape.count).map { (batch: $0 / (n * m), row: $0 / m % n, column: $0 % m) }
        return Paired(
            shape: shape, queries: queries, keys: keys, rows: places.map { $0.batch * n + $0.row },
            columns: places.map { $0.batch * m + $0.column }, scale: 1,
            addends: [Double](repeating: 0, count: shape.count), roundings: 0)
    }

    /// `[..., n, m]` weights by `[..., m, d]`.
    private func mixed(_ weights: Attention, _ right: Tabled, _ shape: Shape) throws -> Mixed? {
        guard right.shape.rank >= 2, weights.shape.rank == right.shape.rank,
            weights.shape.dimensions.dropLast(2) == right.shape.dimensions.dropLast(2)
        else { return nil }
        let (n, d) = (shape[shape.rank - 2], shape[shape.rank - 1])
        let m = weights.shape[weights.shape.rank - 1]
        guard m == weights.size, shape.count * m <= Self.mostNumbers / vocabulary else { return nil }
        let width = m * vocabulary
        var groups: [[Int]] = []
        for first in Swift.stride(from: 0, to: weights.elements.count, by: m) {
            let own = Array(weights.elements[first..<(first + m)])
            // All weights of one softmax, each once: they add up to 1.
            guard Set(weights.groups[first..<(first + m)]).count == 1, Set(own).count == m else { return nil }
            groups.append(own)
        }
        var tables = Tabled(
            shape, positions: [Int](repeating: -1, count: shape.count), width: width, values: [], radii: [])
        tables.values.reserveCapacity(shape.count * width)
        tables.radii.reserveCapacity(shape.count * width)
        for number in 0..<shape.count {
            let (batch, column, row) = (number / (n * d), number % d, number / d)
            for j in 0..<m {
                let element = (batch * m + j) * d + column
                // The value at a key's place has to be of that key's position.
                let key = weights.scores.columns[groups[row][j]]
                let position = weights.scores.keys.position(of: key)
                guard right.positions[element] == -1 || right.positions[element] == position else { return nil }
                tables.values += right.values[(element * vocabulary)..<((element + 1) * vocabulary)]
                tables.radii += right.radii[(element * vocabulary)..<((element + 1) * vocabulary)]
            }
        }
        let rounding = Rounding.sum(terms: m + 1, .float32)
        let slack = (0..<shape.count).map {
            rounding.relative * Mixed.most * tables.magnitude($0) + rounding.absolute
        }
        let base = Tabled(
            constant: try Tensor(TensorType(.float64, shape), rounding: [Double](repeating: 0, count: shape.count)),
            width: vocabulary)
        return Mixed(
            scores: weights.scores, groups: groups, group: (0..<shape.count).map { $0 / d }, base: base, tables: tables,
            slack: slack, rectified: nil, readout: nil)
    }

    private func combined(_ kind: Binary.Kind, _ inputs: [Form], _ node: Graph.Node) throws -> Form? {
        switch kind {
        case .add, .subtract: return try sum(inputs[0], inputs[1], sign: kind == .add ? 1 : -1, node)
        case .multiply:
            if let factor = graph.constant(of: node.inputs[1]) { return try scaled(inputs[0], factor, false, node) }
            if let factor = graph.constant(of: node.inputs[0]) { return try scaled(inputs[1], factor, false, node) }
            return nil
        case .divide:
            guard let divisor = graph.constant(of: node.inputs[1]) else { return nil }
            return try scaled(inputs[0], divisor, true, node)
        default: return nil
        }
    }

    private func sum(_ first: Form, _ second: Form, sign: Double, _ node: Graph.Node) throws -> Form? {
        switch (first, second) {
        case (.tabled(let a), .tabled(let b)): return try a.adding(b, sign: sign).map { .tabled($0) }
        case (.mixed(let a), .tabled(let b)): return try a.adding(b, sign: sign).map { .mixed($0) }
        case (.tabled(let a), .mixed(let b)) where sign == 1: return try b.adding(a, sign: 1).map { .mixed($0) }
        case (.mixed(let a), .mixed(let b)): return try a.adding(b, sign: sign).map { .mixed($0) }
        case (.paired(let a), .tabled(let b)): return try masked(a, b, sign).map { .paired($0) }
        case (.tabled(let a), .paired(let b)) where sign == 1: return try masked(b, a, 1).map { .paired($0) }
        default: return nil
        }
    }

    /// With a constant added, such as a mask.
    private func masked(_ scores: Paired, _ addend: Tabled, _ sign: Double) throws -> Paired? {
        guard addend.positions.allSatisfy({ $0 == -1 }),
            try scores.shape.broadcast(with: addend.shape, in: "tokens") == scores.shape
        else { return nil }
        let all = try addend.broadcast(to: scores.shape)
        var result = scores
        for element in result.addends.indices {
            result.addends[element] += sign * all.values[element * all.width]
        }
        result.roundings += 1
        return result
    }

    private func scaled(_ form: Form, _ factor: Tensor, _ dividing: Bool, _ node: Graph.Node) throws -> Form? {
        let numbers = factor.doubles
        guard numbers.allSatisfy({ $0.isFinite && (!dividing || $0 != 0) }) else { return nil }
        switch form {
        case .tabled(let it):
            let places = try factor.shape.places(in: node.type.shape)
            return .tabled(
                try it.broadcast(to: node.type.shape).scaled(by: places.map { numbers[$0] }, dividing: dividing))
        case .paired(var it):
            guard numbers.count == 1, it.addends.allSatisfy({ $0 == 0 }), it.shape == node.type.shape else {
                return nil
            }
            it.scale *= dividing ? 1 / numbers[0] : numbers[0]
            it.roundings += 1
            return .paired(it)
        case .attention, .mixed: return nil
        }
    }
}

extension Tabled {
    /// The one position that a row of a matrix depends on; -1 for none.
    func position(of row: Int) -> Int {
        let depth = shape[1]
        return positions[(row * depth)..<((row + 1) * depth)].max() ?? -1
    }
}
