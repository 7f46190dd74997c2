/// Which coordinates each number of a graph may depend on, one by one where numbers are made element by element.
package struct CoordinateDependence {
    private let graph: Graph
    /// Sets of coordinates, each listed once; the first is empty.
    private var sets: [Set<Int>] = [[]]
    private var numbers: [Set<Int>: Int] = [[]: 0]
    private var unions: [Set<Int>: Int] = [:]
    /// By value and place, the number of a set.
    private var found: [[Int]] = []

    private let isOver: () -> Bool

    /// Of what some values need. The coordinates are the elements of the graph's inputs, in order. Throws, too, once `isOver`
    /// says so: it takes a step for each number of the graph.
    package init(_ graph: Graph, of wanted: [Value], isOver: @escaping () -> Bool = { false }) throws(ShapeError) {
        (self.graph, self.isOver) = (graph, isOver)
        let needed = graph.ancestors(of: wanted)
        found = Array(repeating: [], count: graph.nodes.count)
        var first = 0
        for input in graph.inputs {
            let count = graph.shape(of: input.value).count
            found[input.value.index] = (first..<(first + count)).map { number([$0]) }
            first += count
        }
        for (index, node) in graph.nodes.enumerated() where needed[index] {
            switch node.source {
            case .input: continue
            case .constant: found[index] = Array(repeating: 0, count: node.type.shape.count)
            case .operation(let operation): found[index] = try sets(of: operation, Value(index), node)
            }
        }
    }

    package func coordinates(of element: GraphElement) -> Set<Int> { sets[found[element.value.index][element.place]] }

    private mutating func sets(
        of operation: any Operator, _ value: Value, _ node: Graph.Node
    ) throws(ShapeError) -> [Int] {
        var result: [Int] = []
        result.reserveCapacity(node.type.shape.count)
        switch operation {
        case is Unary, is Cast, is Truth: return found[node.inputs[0].index]
        case is Binary, is Compare, is Select:
            for place in 0..<node.type.shape.count {
                try heedTime(place)
                result.append(union(graph.operands(of: GraphElement(value, place))))
            }
        case is Rearrange:
            for place in 0..<node.type.shape.count {
                try heedTime(place)
                guard case .element(let origin) = graph.origin(of: GraphElement(value, place)) else {
                    result.append(0)
                    continue
                }
                result.append(found[origin.value.index][origin.place])
            }
        case let reduce as Reduce:
            for place in 0..<node.type.shape.count {
                try heedTime(place)
                result.append(union(try graph.members(of: GraphElement(value, place), reduce)))
            }
        default:
            let all = Set(node.inputs.flatMap { found[$0.index] })
            return Array(repeating: union(all), count: node.type.shape.count)
        }
        return result
    }

    private func heedTime(_ place: Int) throws(ShapeError) {
        if place % 256 == 0, isOver() { throw ShapeError("time is up") }
    }

    private mutating func union(_ elements: [GraphElement]) -> Int {
        union(Set(elements.map { found[$0.value.index][$0.place] }))
    }

    /// Of sets by number.
    private mutating func union(_ parts: Set<Int>) -> Int {
        let parts = parts.subtracting([0])
        guard parts.count > 1 else { return parts.first ?? 0 }
        if let known = unions[parts] { return known }
        let result = number(parts.reduce(into: Set()) { $0.formUnion(sets[$1]) })
        unions[parts] = result
        return result
    }

    private mutating func number(_ set: Set<Int>) -> Int {
        if let known = numbers[set] { return known }
        sets.append(set)
        numbers[set] = sets.count - 1
        return sets.count - 1
    }
}
