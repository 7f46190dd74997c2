/// What runs backward from one node: everything it depends on, last first, and where coefficients meet.
struct Cone: Sendable {
    /// A use of a node by one that comes later.
    struct Edge: Sendable, Hashable {
        let consumer, input: Int
    }

    /// The target, then nodes that are not constant, in descending order.
    let nodes: [Int]
    private let members: [Bool]
    /// For nodes that are used more than once within the cone, the uses: their coefficients are kept apart, then added.
    let joins: [Int: [Edge]]

    init(of target: Int, in nodes: [BoundPlan.Node]) {
        var needed = [Bool](repeating: false, count: target + 1)
        needed[target] = true
        var uses: [Int: [Edge]] = [:]
        for index in (0...target).reversed() where needed[index] {
            if case .enclosed = nodes[index].kind { continue }
            for (place, input) in nodes[index].inputs.enumerated() where !nodes[input].isConstant {
                needed[input] = true
                uses[input, default: []].append(Edge(consumer: index, input: place))
            }
        }
        members = (0...target).map { needed[$0] && ($0 == target || !nodes[$0].isConstant) }
        self.nodes = (0...target).reversed().filter { [members] in members[$0] }
        joins = uses.filter { $0.value.count > 1 && !nodes[$0.key].gathers }
    }

    func contains(_ node: Int) -> Bool { node < members.count && members[node] }
}
