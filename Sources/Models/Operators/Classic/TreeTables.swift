import Tensors

/// The trees of `TreeEnsemble` (version 5): lists of inner nodes and of leaves, which name each other by place.
struct TreeTables {
    private let roots, features, trueNodes, falseNodes: [Int]
    private let areTrueLeaves, areFalseLeaves, missing: [Bool]
    private let modes: [Int]
    private let splits: [Double]
    private let leafTargets: [Int]
    private let leafWeights: [Double]
    private var members: [[Double]] = []
    private let isDouble: Bool

    private static let membership = 6

    init(_ node: Application, isDouble: Bool) throws {
        func list(_ name: String, count: Int? = nil) throws -> [Int] {
            let list = try node.integers(name) ?? []
            guard count == nil || list.count == count else {
                throw ModelError("attribute `\(name)` has \(list.count) entries for \(count ?? 0)")
            }
            return list
        }
        features = try list("nodes_featureids")
        let count = features.count
        roots = try list("tree_roots")
        trueNodes = try list("nodes_truenodeids", count: count)
        falseNodes = try list("nodes_falsenodeids", count: count)
        areTrueLeaves = try list("nodes_trueleafs", count: count).map { $0 != 0 }
        areFalseLeaves = try list("nodes_falseleafs", count: count).map { $0 != 0 }
        let tracks = try list("nodes_missing_value_tracks_true")
        missing = tracks.count == count ? tracks.map { $0 == 1 } : Array(repeating: false, count: count)
        guard let modes = try node.tensor("nodes_modes")?.integers,
            let splits = try node.tensor("nodes_splits")?.doubles,
            modes.count == count, splits.count == count
        else { throw ModelError("`nodes_modes` and `nodes_splits` do not have an entry for each of \(count) nodes") }
        self.modes = modes.map { Int($0) }
        self.splits = splits
        leafTargets = try list("leaf_targetids")
        leafWeights = try node.tensor("leaf_weights")?.doubles ?? []
        guard leafTargets.count == leafWeights.count else {
            throw ModelError("\(leafTargets.count) leaves have \(leafWeights.count) weights")
        }
        self.isDouble = isDouble
        // The members of each test of membership, in order, with NaN behind each.
        members = (try node.tensor("membership_values")?.doubles ?? []).split(
            omittingEmptySubsequences: false, whereSeparator: \.isNaN
        ).map { Array($0) }
    }

    func trees() throws -> [DecisionTrees.Tree] {
        var places: [Int: Int] = [:]
        for (place, node) in modes.indices.filter({ modes[$0] == Self.membership }).enumerated() {
            places[node] = place
        }
        return try roots.map { try tree($0, places) }
    }

    /// What a root leads to, a node or a leaf being known by its place and which of the two it is.
    private func tree(_ root: Int, _ memberships: [Int: Int]) throws -> DecisionTrees.Tree {
        struct Name: Hashable {
            let isLeaf: Bool
            let place: Int
        }
        // A tree that is a leaf alone has one node whose children are that leaf.
        var (order, places) = ([Name(isLeaf: false, place: root)], [Name(isLeaf: false, place: root): 0])
        func place(_ name: Name) throws -> Int {
            guard (name.isLeaf ? leafTargets : features).indices.contains(name.place) else {
                throw ModelError("there is no \(name.isLeaf ? "leaf" : "node") \(name.place)")
            }
            if let place = places[name] { return place }
            places[name] = order.count
            order.append(name)
            return order.count - 1
        }
        guard features.indices.contains(root) else {
            throw ModelError("there is no node \(root), which a tree begins with")
        }
        var children: [(yes: Int, no: Int)] = []
        var next = 0
        while next < order.count {
            let name = order[next]
            next += 1
            guard !name.isLeaf else {
                children.append((0, 0))
                continue
            }
            children.append(
                (
                    try place(Name(isLeaf: areTrueLeaves[name.place], place: trueNodes[name.place])),
                    try place(Name(isLeaf: areFalseLeaves[name.place], place: falseNodes[name.place]))
                ))
        }
        var nodes = TreeNodes(count: order.count, isDouble: isDouble)
        for (index, name) in order.enumerated() {
            guard !name.isLeaf else {
                nodes.leaf(index, [(leafTargets[name.place], leafWeights[name.place])])
                continue
            }
            let (yes, no) = children[index]
            try add(name.place, index, yes, no, memberships, to: &nodes)
        }
        return nodes.tree
    }

    private func add(
        _ node: Int, _ place: Int, _ yes: Int, _ no: Int, _ memberships: [Int: Int], to nodes: inout TreeNodes
    ) throws {
        let (feature, isMissingYes) = (features[node], missing[node])
        if let number = memberships[node] {
            guard members.indices.contains(number) else { throw ModelError("node \(node) has no members to look for") }
            nodes.membership(place, feature: feature, members[number], isMissingYes: isMissingYes, yes: yes, no: no)
            return
        }
        guard TreeNodes.Test.numbered.indices.contains(modes[node]) else {
            throw ModelError("mode \(modes[node]) of node \(node) is unknown")
        }
        nodes.test(
            place, TreeNodes.Test.numbered[modes[node]], feature: feature, splits[node], isMissingYes: isMissingYes,
            yes: yes, no: no)
    }
}
