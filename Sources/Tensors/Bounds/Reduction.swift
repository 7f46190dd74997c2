/// What a plan comes down to within one region: the elements whose sign is settled there are gone, and everything between
/// those that are left is one sum. Parts of the region that are told by signs of inner values are bounded by this.
///
/// Each element of the reduced plan is Σ a·x + Σ b·y + c over coordinates x and earlier curves y, where c lies between two
/// numbers that hold in all of the region, and pay for whatever the model and the plan round on the way.
package struct Reduction {
    package let plan: BoundPlan
    /// What is known of the region, by pivot of the reduced plan.
    package let known: KnownBounds
    /// For each sum that a curve takes, by node of the reduced plan: which elements of which node of the whole plan it is.
    package let origins: [Int: (node: Int, elements: [Int])]
}

extension BoundWorkspace {
    /// The plan that is left of this one for some of its targets, after `bound` in the only region; nil where it is not made
    /// of sums and curves alone, something is not known, it would be too large, or time is up. What `bound` left is not to
    /// be used after this.
    package func reduced(to targets: [Value]) -> Reduction? {
        var reducer = Reducer(self)
        for curve in curves(before: targets) {
            guard reducer.keep(curve) else { return nil }
        }
        for target in targets {
            guard reducer.add(target: target.index) else { return nil }
        }
        return reducer.reduction()
    }

    /// The curves that targets depend on, in order.
    private func curves(before targets: [Value]) -> [Int] {
        plan.nodes.indices.filter { index in
            guard case .curve = plan.nodes[index].kind else { return false }
            return targets.contains { plan.cones[$0.index]?.contains(index) ?? false }
        }
    }
}

/// A reduction in the making.
private struct Reducer {
    /// A node of the reduced plan.
    private enum Piece {
        case input(first: Int, count: Int)
        case sum(Sum)
        case curve(BoundPlan.CurveNode, of: Int, count: Int)
    }

    /// For each source that came before, each element's coefficients; and the constant part of each element.
    private struct Sum {
        var rows: [[[ScatteredMatrix.Entry]]]
        var constant: [Double] = []
        var spread: [Double] = []
    }

    /// Where coefficients end: coordinates, or a curve with the elements that are left of it.
    private struct Source {
        /// In the plan that is reduced, and in what is left of it.
        let node, piece: Int
        let elements: [Int]
    }

    private let workspace: BoundWorkspace
    private let plan: BoundPlan
    private var pieces: [Piece] = []
    private var sources: [Source] = []
    private var targets: [Value] = []
    private var entryCount = 0
    /// So many coefficients take about 300 MB in all the forms in which they are kept.
    private static let greatestCount = 1 << 22
    /// By sum that a curve takes.
    private var origins: [Int: (node: Int, elements: [Int])] = [:]

    init(_ workspace: BoundWorkspace) {
        self.workspace = workspace
        plan = workspace.plan
        for (index, node) in plan.nodes.enumerated() {
            guard case .input(let first) = node.kind else { continue }
            workspace.silence(index, 0..<node.count)
            sources.append(Source(node: index, piece: pieces.count, elements: Array(0..<node.count)))
            pieces.append(.input(first: first, count: node.count))
        }
    }

    /// Keeps the elements of a curve that bend, and what they are taken of; false where that is not known.
    mutating func keep(_ index: Int) -> Bool {
        guard case .curve(let curve) = plan.nodes[index].kind else { return false }
        let input = BoundPlan.root(plan.nodes[index].inputs[0], plan.nodes)
        let (lower, upper) = (workspace.memory[input].lower, workspace.memory[input].upper)
        let all = 0..<plan.nodes[index].count
        guard all.allSatisfy({ lower[$0].isFinite && upper[$0].isFinite }) else { return false }
        let open = curve.kind == .relu ? all.filter { workspace.memory[input].crosses($0) } : Array(all)
        workspace.silence(index, open)
        guard !open.isEmpty else { return true }
        guard let sum = sum(input, open) else { return false }
        origins[pieces.count] = (input, open)
        pieces.append(.sum(sum))
        sources.append(Source(node: index, piece: pieces.count, elements: open))
        pieces.append(.curve(curve, of: pieces.count - 1, count: open.count))
        return true
    }

    mutating func add(target: Int) -> Bool {
        guard let sum = sum(target, Array(0..<plan.nodes[target].count)) else { return false }
        targets.append(Value(pieces.count))
        pieces.append(.sum(sum))
        return true
    }

    /// Elements of a node by what the sources contribute: propagated backward, once for each end of the constant part.
    private mutating func sum(_ node: Int, _ elements: [Int]) -> Sum? {
        guard let cone = plan.cones[node], cone.nodes.allSatisfy(isSumOrCurve) else { return nil }
        var sum = Sum(rows: sources.map { _ in [] })
        let half = BoundWorkspace.rows / 2
        for first in stride(from: 0, to: elements.count, by: half) {
            guard !workspace.isHalted(), entryCount <= Reducer.greatestCount else { return nil }
            let part = Array(elements[first..<min(first + half, elements.count)])
            let rows = workspace.seedBothBounds(node, part)
            workspace.propagate(from: node, rows: rows, .ofRegion(0))
            for index in part.indices {
                let (lower, upper) = (
                    workspace.bound(2 * index, .ofRegion(0)), -workspace.bound(2 * index + 1, .ofRegion(0))
                )
                let middle = 0.5 * lower + 0.5 * upper
                var spread = max(upper - middle, middle - lower).nextUp
                for (place, source) in sources.enumerated() {
                    let row = cone.contains(source.node) ? row(of: source, 2 * index, rows, &spread) : []
                    sum.rows[place].append(row)
                    entryCount += row.count
                }
                guard middle.isFinite, spread.isFinite else { return nil }
                sum.constant.append(middle)
                sum.spread.append(spread)
            }
        }
        return sum
    }

    private func isSumOrCurve(_ node: Int) -> Bool {
        switch plan.nodes[node].kind {
        case .input, .alias, .linear, .curve: true
        case .unneeded, .constant, .product, .quotient, .enclosed: false
        }
    }

    /// One row's coefficients of a source. What float32 cannot hold of them spreads the constant.
    private func row(
        of source: Source, _ row: Int, _ rows: Int, _ spread: inout Double
    ) -> [ScatteredMatrix.Entry] {
        let magnitude = workspace.memory[source.node].magnitude
        var entries: [ScatteredMatrix.Entry] = []
        for (column, element) in source.elements.enumerated() {
            let coefficient = workspace.coefficient(source.node, element * rows + row)
            guard coefficient != 0 else { continue }
            let weight = Double(Float(coefficient))
            let lost = (coefficient - weight).magnitude
            // Where the coefficient is no number, the spread becomes none: nothing is known of the sum.
            if !(lost == 0) { spread = (spread + (lost * magnitude[element]).nextUp).nextUp }
            entries.append(.init(column: Int32(column), weight: weight))
        }
        return entries
    }

    func reduction() -> Reduction {
        let terms = LinearTerms(forward: widestRow + 1, backward: widestColumn + 1)
        let nodes = pieces.map { piece in
            switch piece {
            case .input(let first, let count):
                BoundPlan.Node(kind: .input(first: first), inputs: [], type: .floats(count), isConstant: false)
            case .curve(let curve, let input, let count):
                BoundPlan.Node(kind: .curve(curve), inputs: [input], type: .floats(count), isConstant: false)
            case .sum(let sum): node(of: sum, terms)
            }
        }
        for source in sources { nodes[source.piece].gathers = true }
        let plan = BoundPlan(nodes, targets: targets, varying: Set(plan.varying.map(\.coordinate)))
        return Reduction(
            plan: plan,
            known: KnownBounds(
                lower: plan.pivots.map { known($0) { Float.roundedDown($0.lower[$1]) } },
                upper: plan.pivots.map { known($0) { Float.roundedUp($0.upper[$1]) } }),
            origins: origins)
    }

    private func known(_ sum: Int, _ end: (BoundMemory, _ element: Int) -> Float) -> [Float] {
        guard let origin = origins[sum] else { return [] }
        return origin.elements.map { end(workspace.memory[origin.node], $0) }
    }

    private func node(of sum: Sum, _ terms: LinearTerms) -> BoundPlan.Node {
        let inputs = sources[..<sum.rows.count]
        let columns = inputs.map(\.elements.count)
        func step(_ storage: LaneStorage) -> ScatteredSum {
            ScatteredSum(sum.rows, bias: sum.constant, columns: columns, storage)
        }
        let magnitudes = sum.rows.map { $0.map { $0.map(\.magnitude) } }
        let linear = BoundPlan.LinearNode(
            step: step(.float32), wide: step(.float64),
            magnitude: ScatteredSum(magnitudes, bias: sum.constant.map { _ in 0 }, columns: columns, .float64),
            constant: sum.constant, spread: sum.spread, rounding: .exact, terms: terms)
        return BoundPlan.Node(
            kind: .linear(linear), inputs: inputs.map(\.piece), type: .floats(sum.constant.count), isConstant: false)
    }

    private var allSums: [Sum] {
        pieces.compactMap { piece in if case .sum(let sum) = piece { sum } else { nil } }
    }

    /// The most terms of any sum.
    private var widestRow: Int {
        allSums.flatMap { sum in
            sum.constant.indices.map { row in sum.rows.reduce(0) { $0 + $1[row].count } }
        }.max() ?? 0
    }

    /// The most sums that any element of a source is part of.
    private var widestColumn: Int {
        var widest = 0
        for (place, source) in sources.enumerated() {
            var uses = [Int](repeating: 0, count: source.elements.count)
            for sum in allSums where place < sum.rows.count {
                for entry in sum.rows[place].joined() { uses[Int(entry.column)] += 1 }
            }
            widest = max(widest, uses.max() ?? 0)
        }
        return widest
    }
}

extension BoundWorkspace {
    /// Leaves elements of a node out of what is propagated: their coefficients stay, and lead nowhere.
    fileprivate func silence(_ node: Int, _ elements: some Sequence<Int>) {
        for pair in [memory[node].slopes, memory[node].offsets] {
            guard let pair else { continue }
            for array in [pair.lower, pair.upper] {
                for element in elements {
                    switch plan.nodes[node].storage {
                    case .float32: array.assumingMemoryBound(to: Float.self)[element] = 0
                    case .float64: array.assumingMemoryBound(to: Double.self)[element] = 0
                    }
                }
            }
        }
    }
}

extension ScatteredMatrix.Entry {
    fileprivate var magnitude: Self { Self(column: column, weight: weight.magnitude) }
}

extension TensorType {
    fileprivate static func floats(_ count: Int) -> TensorType {
        TensorType(.float32, Shape(trusted: [count], count: count))
    }
}
