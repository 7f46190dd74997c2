import Tensors

/// LightGBM's own model file: lines `key=value`, first of the model, then of one tree after the other.
struct LightGBMText {
    private let header: Section
    private let trees: [Section]

    init(_ bytes: [UInt8]) throws(ModelError) {
        var sections = [Section(tree: nil)]
        for line in bytes.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
            if line.starts(with: "end of trees".utf8) { break }
            if line.starts(with: "Tree=".utf8) {
                sections.append(Section(tree: sections.count - 1))
                continue
            }
            try sections[sections.count - 1].add(line)
        }
        (header, trees) = (sections[0], Array(sections.dropFirst()))
    }

    func model() throws -> TreeModel {
        let model = try LightGBMModel(
            version: header.text("version") ?? "", lastFeature: try header.whole("max_feature_idx"),
            targets: try header.whole("num_tree_per_iteration"), objective: header.text("objective") ?? "",
            isAverage: header.text("average_output") != nil)
        return try model.model(
            trees.enumerated().map { number, section in
                try LightGBMTextTree(section).tree(number, features: model.features, target: number % model.targets)
            })
    }

    /// The lines of one tree, or of the model.
    struct Section {
        let tree: Int?
        private var values: [String: ArraySlice<UInt8>] = [:]

        init(tree: Int?) { self.tree = tree }

        mutating func add(_ line: ArraySlice<UInt8>) throws(ModelError) {
            let end = line.firstIndex(of: UInt8(ascii: "=")) ?? line.endIndex
            let key = String(decoding: line[..<end], as: UTF8.self)
            guard values.updateValue(line[end...].dropFirst(), forKey: key) == nil else {
                throw ModelError("key `\(key)` stands there twice", in: subject)
            }
        }

        private var subject: String? { tree.map { "tree \($0)" } }

        func text(_ key: String) -> String? { values[key].map { String(decoding: $0, as: UTF8.self) } }

        func whole(_ key: String) throws(ModelError) -> Int {
            let list: [Int] = try list(key)
            guard list.count == 1 else { throw ModelError("key `\(key)` is not one whole number", in: subject) }
            return list[0]
        }

        /// Numbers with spaces between them.
        func list<Number: LosslessStringConvertible>(_ key: String) throws(ModelError) -> [Number] {
            guard let value = values[key] else { throw ModelError("there is no key `\(key)`", in: subject) }
            var numbers: [Number] = []
            for word in value.split(separator: UInt8(ascii: " ")) {
                let text = String(decoding: word, as: UTF8.self)
                guard let number = Number(text) else {
                    throw ModelError(
                        "`\(text)`, entry \(numbers.count) of key `\(key)`, is not a number of its kind", in: subject)
                }
                numbers.append(number)
            }
            return numbers
        }

        func list<Number: LosslessStringConvertible>(
            _ key: String, count: Int, of what: String
        ) throws(ModelError) -> [Number] {
            let list: [Number] = try list(key)
            do throws(ModelError) { try TreeWords.require(key, list.count, count, of: what) } catch {
                throw error.inside(subject ?? "the model")
            }
            return list
        }
    }
}

/// A tree as parallel lists, of its tests and of its leaves. A child that is negative is a leaf: -1 the first.
private struct LightGBMTextTree {
    private let leaves: [Double]
    private var features, kinds, left, right: [Int]
    private var thresholds: [Double]
    /// Where the words of each set of categories begin, and one more; each word is 32 categories.
    private var boundaries: [Int] = [0]
    private var words: [UInt32] = []

    init(_ section: LightGBMText.Section) throws(ModelError) {
        let count = try section.whole("num_leaves")
        leaves = try section.list("leaf_value", count: count, of: "leaves")
        if let isLinear = section.text("is_linear"), isLinear != "0" { throw ModelError.linearTrees }
        guard count > 1 else {
            (features, kinds, left, right, thresholds) = ([], [], [], [], [])
            return
        }
        func list<Number: LosslessStringConvertible>(_ key: String) throws(ModelError) -> [Number] {
            try section.list(key, count: count - 1, of: "tests")
        }
        (features, kinds) = (try list("split_feature"), try list("decision_type"))
        (left, right) = (try list("left_child"), try list("right_child"))
        thresholds = try list("threshold")
        if try section.whole("num_cat") > 0 {
            (boundaries, words) = (try section.list("cat_boundaries"), try section.list("cat_threshold"))
        }
    }

    /// Tests have the places from 0 on, leaves those behind them.
    func tree(_ number: Int, features count: Int, target: Int) throws(ModelError) -> DecisionTrees.Tree {
        guard !leaves.isEmpty else { throw ModelError("it has no leaves", in: "tree \(number)") }
        var nodes = TreeNodes(count: features.count + leaves.count, isDouble: true)
        for node in features.indices {
            do throws(ModelError) {
                let split = LightGBMSplit(feature: features[node], test: try test(node))
                try split.add(to: &nodes, node, features: count, left: place(left[node]), right: place(right[node]))
            } catch { throw error.inside(TreeWords.place(number, node)) }
        }
        for (leaf, value) in leaves.enumerated() { nodes.leaf(features.count + leaf, [(target, value)]) }
        return nodes.tree
    }

    private func place(_ child: Int) throws(ModelError) -> Int {
        guard child >= 0 ? child < features.count : ~child < leaves.count else {
            throw ModelError(
                child < 0
                    ? "it leads to leaf \(~child) of \(leaves.count)" : "it leads to node \(child) of \(features.count)"
            )
        }
        return child >= 0 ? child : features.count + ~child
    }

    /// Bit 0 of the kind: categories; bit 1: default left; bits 2 and 3: what is missing.
    private func test(_ node: Int) throws(ModelError) -> LightGBMSplit.Test {
        let (kind, threshold) = (kinds[node], thresholds[node])
        guard kind & 1 == 0 else { return .oneOf(try categories(threshold)) }
        let missing: [LightGBMSplit.Missing] = [.none, .zero, .nan]
        guard (0..<12).contains(kind) else { throw ModelError("its `decision_type` is \(kind), which is unknown") }
        return .atMost(threshold, missing: missing[kind >> 2], isDefaultLeft: kind & 2 != 0)
    }

    /// Of the set whose number is in the threshold's place.
    private func categories(_ number: Double) throws(ModelError) -> [Int] {
        guard let set = Int(exactly: number), set >= 0, set + 1 < boundaries.count else {
            throw ModelError("it has set \(number) of \(boundaries.count - 1) sets of categories")
        }
        let (start, end) = (boundaries[set], boundaries[set + 1])
        guard 0 <= start, start <= end, end <= words.count else {
            throw ModelError("its categories are words \(start) to \(end) of \(words.count)")
        }
        return (0..<(end - start) * 32).filter { words[start + $0 / 32] >> UInt32($0 % 32) & 1 == 1 }
    }
}
