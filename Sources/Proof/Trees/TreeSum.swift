import Tensors

/// A number that is a sum over trees: what ensembles give, each times a coefficient, and a constant.
struct TreeSum: Sendable {
    /// By element of what a `TreeEnsemble` gives.
    var coefficients: [GraphElement: Double] = [:]
    var constant = 0.0
    /// How far the computed number may lie from the sum of the leaves' weights as real numbers.
    var error = 0.0

    /// The greatest magnitude that it may have, by that of each element.
    func magnitude(_ greatest: (GraphElement) -> Double) -> Double {
        coefficients.reduce(constant.magnitude + error) { $0 + $1.value.magnitude * greatest($1.key) }.nextUp
    }

    /// The sum with another one, times a factor.
    func adding(_ other: TreeSum, times factor: Double) -> TreeSum {
        var sum = self
        for (element, coefficient) in other.coefficients {
            sum.coefficients[element, default: 0] += factor * coefficient
        }
        sum.coefficients = sum.coefficients.filter { $0.value != 0 }
        sum.constant += factor * other.constant
        sum.error = (sum.error + factor.magnitude * other.error).nextUp
        return sum
    }
}

/// Reads numbers of a graph as sums over trees, or as the least of several: as far as they are made by adding, scaling, negating, minima
/// and magnitudes that are taken off.
struct TreeSumReading {
    let graph: Graph
    /// The greatest magnitude of what an ensemble gives, and how far it may be from the real sum.
    private let ranges: (GraphElement) -> (magnitude: Double, error: Double)

    init(_ graph: Graph, ranges: @escaping (GraphElement) -> (magnitude: Double, error: Double)) {
        (self.graph, self.ranges) = (graph, ranges)
    }

    /// So many sums at most have a least one.
    private static let greatestCount = 64

    /// nil where the number is not such a least sum.
    func least(_ element: GraphElement) -> [TreeSum]? { parts(element, .least) }

    private enum Side {
        case least, greatest
        var opposite: Side { self == .least ? .greatest : .least }
    }

    /// The number as the least, or the greatest, of some sums.
    private func parts(_ moved: GraphElement, _ side: Side) -> [TreeSum]? {
        guard case .element(let element) = graph.origin(of: moved) else {
            guard case .constant(let number) = graph.origin(of: moved), number.isFinite else { return nil }
            return [TreeSum(constant: number)]
        }
        guard case .operation(let operation) = graph.nodes[element.value.index].source else { return nil }
        let operands = graph.operands(of:)
        let type = graph.type(of: element.value).element
        switch operation {
        case is TreeEnsemble: return [TreeSum(coefficients: [element: 1], error: ranges(element).error)]
        case let cast as Cast where cast.element.isReal && type.isReal:
            return parts(operands(element)[0], side)?.map { rounded($0, to: type) }
        case let unary as Unary where unary.kind == .negate:
            return parts(operands(element)[0], side.opposite)?.map { TreeSum().adding($0, times: -1) }
        case let unary as Unary where unary.kind == .absolute && side == .greatest:
            guard let inner = sum(operands(element)[0]) else { return nil }
            return [inner, TreeSum().adding(inner, times: -1)]
        case let binary as Binary:
            return parts(of: binary.kind, operands(element), type, side)
        case is Compare:
            // The margin of a comparison is a difference, to the sign exactly.
            let sides = operands(element)
            return sums(sides[1], sides[0], times: -1, side) { $0 }
        default: return nil
        }
    }

    /// The number as one sum.
    private func sum(_ element: GraphElement) -> TreeSum? {
        guard let parts = parts(element, .least), parts.count == 1 else { return nil }
        return parts[0]
    }

    private func parts(
        of kind: Binary.Kind, _ operands: [GraphElement], _ type: ElementType, _ side: Side
    ) -> [TreeSum]? {
        switch kind {
        case .add: return sums(operands[0], operands[1], times: 1, side) { rounded($0, to: type) }
        case .subtract: return sums(operands[0], operands[1], times: -1, side) { rounded($0, to: type) }
        case .multiply, .divide:
            guard let (moved, factor) = scaled(kind, operands) else { return nil }
            return parts(moved, factor < 0 ? side.opposite : side)?.map {
                // The factor itself may be rounded once more where it divides.
                var sum = TreeSum().adding($0, times: factor)
                sum.error += sum.magnitude { ranges($0).magnitude } * 0x1p-52
                return rounded(sum, to: type)
            }
        case .minimum where side == .least, .maximum where side == .greatest:
            guard let first = parts(operands[0], side), let second = parts(operands[1], side) else { return nil }
            return first.count + second.count <= Self.greatestCount ? first + second : nil
        default: return nil
        }
    }

    /// What is scaled by a constant, and by how much.
    private func scaled(_ kind: Binary.Kind, _ operands: [GraphElement]) -> (GraphElement, Double)? {
        if case .constant(let number) = graph.origin(of: operands[1]) {
            let factor = kind == .divide ? 1 / number : number
            return factor.isFinite ? (operands[0], factor) : nil
        }
        guard kind == .multiply, case .constant(let number) = graph.origin(of: operands[0]) else { return nil }
        return (operands[1], number)
    }

    private func sums(
        _ first: GraphElement, _ second: GraphElement, times factor: Double, _ side: Side, _ round: (TreeSum) -> TreeSum
    ) -> [TreeSum]? {
        guard let own = parts(first, side), let others = parts(second, factor < 0 ? side.opposite : side),
            own.count * others.count <= Self.greatestCount
        else { return nil }
        return own.flatMap { own in others.map { round(own.adding($0, times: factor)) } }
    }

    /// With the error of one rounding to a type.
    private func rounded(_ sum: TreeSum, to type: ElementType) -> TreeSum {
        var sum = sum
        let unit = type == .float32 ? 0x1p-24 : 0x1p-53
        let least = type == .float32 ? 0x1p-149 : .leastNonzeroMagnitude
        sum.error = (sum.error + sum.magnitude { ranges($0).magnitude } * unit * 1.000_001 + least).nextUp
        return sum
    }
}
