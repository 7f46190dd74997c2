import Checker
import Diagnostics
import Search
import Tensors

/// What an entry of a `shrink` clause counts changes from, `row.x` in `l0(x - row.x)`: a value that depends on nothing, or only
/// on which rows, or other named things, a point is about.
package struct ShrinkTarget: Sendable {
    /// The coordinates that name those.
    let names: [Int]
    private let evaluator: Evaluator

    /// nil where the value depends on anything else, or cannot be evaluated.
    init?(_ value: Value, in graph: Graph, _ leaves: [Leaf]) {
        let needed = graph.ancestors(of: [value])
        let used = zip(graph.inputs, leaves).filter { needed[$0.0.value.index] }.map(\.1)
        guard used.allSatisfy({ $0.table != nil && $0.coordinates.count == 1 }),
            let evaluator = try? Evaluator(graph, outputs: [value])
        else { return nil }
        self.evaluator = evaluator
        names = used.map(\.coordinates.lowerBound)
    }

    /// Row-major.
    func values(at point: [Double], _ leaves: [Leaf]) throws(ShapeError) -> [Double] {
        var inputs: [Tensor] = []
        for leaf in leaves { inputs.append(try Tensor(try Shape([1] + leaf.shape), Array(point[leaf.coordinates]))) }
        return try evaluator.run(inputs)[0].doubles
    }
}

extension Trial {
    /// Whether changes are counted from what depends on a point's row.
    package var hasOwnReferences: Bool { shrinkKeys.contains { $0.target?.names.isEmpty == false } }

    /// What changes at a point are counted from: the simplest point of the space, or what the `shrink` clause measures from, for
    /// the point's own rows.
    package func reference(at point: [Double]) -> [Double] {
        var reference = space.reference
        guard let box = space.box(holding: point).map({ space.boxes[$0] }) else { return reference }
        for (index, key) in shrinkKeys.enumerated() {
            // What the clause says first of a variable counts.
            guard !shrinkKeys[..<index].contains(where: { $0.coordinates == key.coordinates }) else { continue }
            guard let target = key.target, let values = try? target.values(at: point, leaves) else { continue }
            for name in target.names { reference[name] = point[name] }
            for (place, coordinate) in key.coordinates.enumerated() {
                reference[coordinate] = space.snapped(values[values.count == 1 ? 0 : place], at: coordinate, in: box)
            }
        }
        return reference
    }
}

extension TrialBuilder {
    func shrinkKey(_ clause: Clause) throws(Diagnostic) -> ShrinkKey {
        let other = ShrinkKey(span: clause.span, norm: nil, coordinates: 0..<0, target: nil)
        guard case .apply(let function, let arguments) = clause.term.kind, let norm = function.norm,
            let argument = arguments.first
        else { return other }
        if let leaf = leaf(of: argument) {
            return ShrinkKey(span: clause.span, norm: norm, coordinates: leaf.coordinates, target: nil)
        }
        guard let (leaf, origin) = difference(argument), [[], leaf.shape].contains(origin.type.shape) else {
            return other
        }
        let value = try lowering.numbers(origin)
        guard let target = ShrinkTarget(value, in: lowering.graph, bounds.leaves) else { return other }
        return ShrinkKey(span: clause.span, norm: norm, coordinates: leaf.coordinates, target: target)
    }

    /// A whole leaf less something else, either way round.
    private func difference(_ term: Term) -> (leaf: Leaf, origin: Term)? {
        switch term.kind {
        case .binding(let binding): return difference(binding.term)
        case .arithmetic(.subtract, let first, let second):
            if let leaf = leaf(of: first), leaf.table == nil { return (leaf, second) }
            return leaf(of: second).flatMap { $0.table == nil ? ($0, first) : nil }
        default: return nil
        }
    }
}

extension Term.Function {
    fileprivate var norm: ShrinkKey.Norm? {
        switch self {
        case .l0: .l0
        case .l1: .l1
        case .l2: .l2
        case .linf: .linf
        default: nil
        }
    }
}
