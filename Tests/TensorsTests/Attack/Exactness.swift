@testable import Tensors

/// The real numbers that a spec's float64 arithmetic stands for, from what the models in it compute; where they are known:
/// sums, products, and choices among numbers.
struct Exactness {
    /// For each node, its elements; nil where some are not known.
    private(set) var values: [[Dyadic]?] = []

    /// `computed` are the values of all nodes of the graph at one point.
    init(_ graph: Graph, _ computed: [Tensor]) {
        for (index, node) in graph.nodes.enumerated() {
            guard case .operation(let operation) = node.source, node.type.element == .float64 else {
                values.append(Exactness.exact(computed[index]))
                continue
            }
            let inputs = node.inputs.map { values[$0.index] }
            guard inputs.allSatisfy({ $0 != nil }) else {
                values.append(nil)
                continue
            }
            let types = node.inputs.map { graph.type(of: $0) }
            values.append(Exactness.result(operation, inputs.compactMap(\.self), types, node.type))
        }
    }

    private static func exact(_ tensor: Tensor) -> [Dyadic]? {
        let elements = tensor.doubles.compactMap { Dyadic($0) }
        return elements.count == tensor.count ? elements : nil
    }

    private static func result(
        _ operation: any Operator, _ inputs: [[Dyadic]], _ types: [TensorType], _ output: TensorType
    ) -> [Dyadic]? {
        if let terms = Terms(operation, types, output) { return sums(terms, inputs.flatMap(\.self)) }
        switch operation {
        case is Cast: return inputs[0]
        case let unary as Unary: return function(unary.kind).map { inputs[0].map($0) }
        case let binary as Binary:
            guard let function = function(binary.kind) else { return nil }
            return broadcast(inputs, types, output.shape) { function($0[0], $0[1]) }
        case let compare as Compare:
            return broadcast(inputs, types, output.shape) { sides in
                let margin = sides[1] - sides[0]
                guard compare.relation == .less, margin.isZero else { return margin }
                return Dyadic(-.leastNonzeroMagnitude) ?? margin
            }
        case is Select: return broadcast(inputs, types, output.shape) { $0[0].isZero ? $0[2] : $0[1] }
        case let move as Rearrange:
            let elements = inputs.flatMap(\.self)
            guard case .table(let table) = move.map else { return elements }
            guard let fill = Dyadic(move.fill) else { return nil }
            return table.map { $0 < 0 ? fill : elements[Int($0)] }
        default: return nil
        }
    }

    private static func sums(_ terms: Terms, _ elements: [Dyadic]) -> [Dyadic]? {
        guard terms.after == nil, terms.divisors == nil else { return nil }
        var results: [Dyadic] = []
        for sum in terms.sums {
            var total = Dyadic.zero
            for term in sum {
                guard let constant = Dyadic(term.constant) else { return nil }
                let first = term.first < 0 ? constant : elements[term.first]
                let held = terms.before == .absolute ? first.magnitude : first
                total = total + (term.second < 0 ? held : held * elements[term.second])
            }
            results.append(total)
        }
        switch terms.activation {
        case .none: return results
        case .relu: return results.map { $0.signum < 0 ? .zero : $0 }
        case .leakyRelu(let slope): return function(.leakyRelu(slope: slope)).map { results.map($0) }
        case .clip(let lower, let upper): return function(.clip(lower: lower, upper: upper)).map { results.map($0) }
        }
    }

    private static func function(_ kind: Unary.Kind) -> ((Dyadic) -> Dyadic)? {
        switch kind {
        case .negate: return { -$0 }
        case .absolute: return { $0.magnitude }
        case .square: return { $0 * $0 }
        case .relu: return { $0.signum < 0 ? .zero : $0 }
        case .leakyRelu(let slope):
            guard let slope = Dyadic(slope) else { return nil }
            return { $0.signum < 0 ? slope * $0 : $0 }
        case .clip(let lower, let upper):
            guard let lower = Dyadic(lower), let upper = Dyadic(upper), lower <= upper else { return nil }
            return { $0 < lower ? lower : upper < $0 ? upper : $0 }
        default: return nil
        }
    }

    private static func function(_ kind: Binary.Kind) -> ((Dyadic, Dyadic) -> Dyadic)? {
        switch kind {
        case .add: { $0 + $1 }
        case .subtract: { $0 - $1 }
        case .multiply: { $0 * $1 }
        case .minimum: { $0 < $1 ? $0 : $1 }
        case .maximum: { $0 < $1 ? $1 : $0 }
        default: nil
        }
    }

    private static func broadcast(
        _ inputs: [[Dyadic]], _ types: [TensorType], _ shape: Shape, _ function: ([Dyadic]) -> Dyadic
    ) -> [Dyadic] {
        let tables = types.map { Shape.walk(shape, steps: $0.shape.steps(in: shape)) }
        return (0..<shape.count).map { element in
            function(inputs.indices.map { inputs[$0][Int(tables[$0][element])] })
        }
    }
}
