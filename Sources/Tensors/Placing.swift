/// A matrix product whose factors are read where they lie in larger values, and whose result is laid down in another order.
///
/// What a rearrangement would have moved is read or written in place; stands only where evaluators run.
struct PlacedMatMul: Operator {
    let rows, inner, columns: Int
    let first, second, result: Placement
    let shape: Shape

    var name: String { "placed matmul" }

    func resultType(of inputs: [TensorType]) throws(ShapeError) -> TensorType {
        guard inputs.count == 2 else { throw .inputCount(name, expected: "2", found: inputs.count) }
        for (placement, shape, (rows, columns)) in [
            (first, inputs[0].shape, (rows, inner)), (second, inputs[1].shape, (inner, columns)),
            (result, shape, (rows, columns)),
        ] {
            let reach = (rows - 1) * placement.row + (columns - 1) * placement.column
            guard placement.starts.allSatisfy({ $0 >= 0 && $0 + reach < shape.count }) else {
                throw .unfit(name, shape, "ends before its matrices do")
            }
        }
        return TensorType(inputs[0].element, shape)
    }

    func prepare(_ site: Site) -> any Step {
        MatMulStep(
            rows: rows, inner: inner, columns: columns, storage: site.storage, first: first, second: second,
            result: result)
    }
}

/// Lets products read their factors where they lie, and write results where they are wanted: the slices and transposes
/// between are not carried out. Results stay the same to the bit, and so do gradients: where one is asked for, factors are
/// read in place only if nothing else adds to the gradient of what is read.
struct Placing {
    private let graph: Graph
    /// Whether each value that factors were moved out of may be read in place.
    private var isReadable: [Value: Bool] = [:]

    init(_ plan: Plan) {
        graph = plan.graph
        let needed = graph.ancestors(of: plan.kept)
        var consumers = [[Int]](repeating: [], count: graph.nodes.count)
        for (index, node) in graph.nodes.enumerated() where needed[index] {
            for input in node.inputs { consumers[input.index].append(index) }
        }
        let kept = Set(plan.kept)
        for (index, node) in graph.nodes.enumerated() where needed[index] && isProduct(node) {
            for (root, table) in node.inputs.map(origin) where table != nil && isReadable[root] == nil {
                isReadable[root] = plan.gradient == nil || isReadOnce(root, consumers, kept)
            }
        }
    }

    func apply(_ rewriting: inout Rewriting, _ node: Graph.Node, _ index: Int) throws(ShapeError) -> Value {
        guard case .operation(let operation) = node.source else { return rewriting.image[index] }
        if operation is MatMul, let placed = try product(of: node.inputs, as: node.type.shape, &rewriting) {
            return placed
        }
        if let (factors, places) = written(by: node, rewriting.uses),
            let placed = try product(of: factors, at: places, as: node.type.shape, &rewriting)
        {
            return placed
        }
        return try rewriting.graph.add(operation, rewriting.images(of: node))
    }

    /// The product of two factors with each of its elements at one of the places, or in order; nil if nothing lies elsewhere
    /// than `MatMul` has it, or if it lies so that no product can read or write it.
    private func product(
        of factors: [Value], at places: [Int32]? = nil, as shape: Shape, _ rewriting: inout Rewriting
    ) throws(ShapeError) -> Value? {
        let extents = try MatMul.Extents(graph.shape(of: factors[0]), graph.shape(of: factors[1]))
        let (rows, inner, columns) = (extents.rows, extents.inner, extents.columns)
        let first = read(factors[0], extents.firstBatch.count, rows, inner)
        let second = read(factors[1], extents.secondBatch.count, inner, columns)
        var result = Placement.packed(extents.batch.count, rows, columns)
        if let places {
            guard let placed = Placement(places, extents.batch.count, rows, columns), placed.column == 1 else {
                return nil
            }
            result = placed
        } else if first.root == factors[0], second.root == factors[1] {
            return nil
        }
        let product = PlacedMatMul(
            rows: rows, inner: inner, columns: columns, first: extents.first(first.placement),
            second: extents.second(second.placement), result: result, shape: shape)
        return try rewriting.graph.add(product, [first.root, second.root].map { rewriting.image[$0.index] })
    }

    // MARK: factors

    /// Where the matrices of a value are read: in what it was taken from, if that can be, or in itself.
    private func read(_ value: Value, _ count: Int, _ rows: Int, _ columns: Int) -> (root: Value, placement: Placement)
    {
        let (root, table) = origin(of: value)
        guard let table, isReadable[root] == true, let placement = Placement(table, count, rows, columns) else {
            return (value, .packed(count, rows, columns))
        }
        return (root, placement)
    }

    /// What a value was moved out of, and the place there of each element; no places where nothing was moved.
    private func origin(of value: Value) -> (root: Value, table: [Int32]?) {
        var (root, table) = (value, [Int32]?.none)
        while let move = rearrangement(graph.nodes[root.index]) {
            if case .table(let next) = move.map { table = table.map { taken($0, from: next) } ?? next }
            root = graph.nodes[root.index].inputs[0]
        }
        return table == nil ? (value, nil) : (root, table)
    }

    private func taken(_ places: [Int32], from table: [Int32]) -> [Int32] {
        places.map { $0 < 0 ? $0 : table[Int($0)] }
    }

    private func rearrangement(_ node: Graph.Node) -> Rearrange? {
        guard case .operation(let operation) = node.source, let move = operation as? Rearrange, move.counts.count == 1
        else { return nil }
        return move
    }

    private func isProduct(_ node: Graph.Node) -> Bool {
        if case .operation(let operation) = node.source { operation is MatMul } else { false }
    }

    /// Whether products, and nothing else, read a value, each element at most once.
    private func isReadOnce(_ root: Value, _ consumers: [[Int]], _ kept: Set<Value>) -> Bool {
        var isRead = [Bool](repeating: false, count: graph.shape(of: root).count)
        var open: [(index: Int, table: [Int32])] = [(root.index, isRead.indices.map { Int32($0) })]
        while let (index, table) = open.popLast() {
            guard !kept.contains(Value(index)) else { return false }
            for consumer in consumers[index] {
                if let move = rearrangement(graph.nodes[consumer]) {
                    if case .table(let next) = move.map {
                        open.append((consumer, taken(next, from: table)))
                    } else {
                        open.append((consumer, table))
                    }
                    continue
                }
                guard isProduct(graph.nodes[consumer]) else { return false }
                for place in table where place >= 0 {
                    if isRead[Int(place)] { return false }
                    isRead[Int(place)] = true
                }
            }
        }
        return true
    }

    // MARK: results

    /// The factors of a product that a node rearranges and nothing else reads, and the place of each of its elements there.
    private func written(by node: Graph.Node, _ uses: [Int]) -> (factors: [Value], places: [Int32])? {
        guard let move = rearrangement(node), case .table(var table) = move.map else { return nil }
        var source = node.inputs[0]
        while uses[source.index] == 1, let before = rearrangement(graph.nodes[source.index]) {
            if case .table(let next) = before.map { table = taken(table, from: next) }
            source = graph.nodes[source.index].inputs[0]
        }
        guard uses[source.index] == 1, isProduct(graph.nodes[source.index]),
            let places = inverse(of: table, count: graph.shape(of: source).count)
        else { return nil }
        return (graph.nodes[source.index].inputs, places)
    }

    /// Where each of `count` elements goes; nil where not each goes to one place.
    private func inverse(of table: [Int32], count: Int) -> [Int32]? {
        guard table.count == count else { return nil }
        var places = [Int32](repeating: -1, count: count)
        for (place, source) in table.enumerated() {
            guard source >= 0, places[Int(source)] < 0 else { return nil }
            places[Int(source)] = Int32(place)
        }
        return places
    }
}

extension Placement {
    /// Matrices whose elements, one after the other, lie at the given places; nil where these are not a fixed distance apart,
    /// or neither rows nor columns are side by side.
    init?(_ places: [Int32], _ count: Int, _ rows: Int, _ columns: Int) {
        guard rows > 0, columns > 0, places.count == count * rows * columns else { return nil }
        let column = columns > 1 ? Int(places[1]) - Int(places[0]) : 1
        let row = rows > 1 ? Int(places[columns]) - Int(places[0]) : column == 1 ? columns : 1
        guard column == 1 || row == 1, column > 0, row > 0 else { return nil }
        let starts = (0..<count).map { Int(places[$0 * rows * columns]) }
        var index = 0
        for start in starts {
            guard start >= 0 else { return nil }
            for r in 0..<rows {
                for c in 0..<columns {
                    guard Int(places[index]) == start + r * row + c * column else { return nil }
                    index += 1
                }
            }
        }
        self.init(starts: starts, row: row, column: column)
    }
}
