import Tensors

/// How a number of a graph follows one coordinate: through steps each of which, as computed, never turns back.
///
/// Rounding is monotone, so a sum, a product with a constant, a minimum with one and the like are monotone as computed.
struct FeaturePath: Sendable {
    enum Direction: Sendable { case up, down }

    let coordinate: Int
    let direction: Direction
    /// From the coordinate to the number, where all steps have an inverse.
    let steps: [FeatureStep]?

    /// The coordinate's values for which the number is at most a threshold; nil where only asking tells.
    func side(of threshold: Double) -> FeatureStep.Bound? {
        guard let steps else { return nil }
        var bound: FeatureStep.Bound? = .init(side: .atMost, number: threshold)
        for step in steps.reversed() { bound = bound.flatMap(step.inverse) }
        return bound
    }

    enum Reading: Sendable {
        /// Nothing that varies leads to it.
        case constant
        case path(FeaturePath)
        /// Several coordinates do, or one by something that may turn back.
        case other
    }
}

struct FeaturePathReading {
    let graph: Graph
    let dependence: CoordinateDependence
    /// The coordinates that have more than one value.
    let varying: Set<Int>
    /// The first coordinate of each input of the graph.
    private var firsts: [Int: Int] = [:]

    init(_ graph: Graph, _ dependence: CoordinateDependence, varying: Set<Int>) {
        (self.graph, self.dependence, self.varying) = (graph, dependence, varying)
        var first = 0
        for input in graph.inputs {
            firsts[input.value.index] = first
            first += graph.shape(of: input.value).count
        }
    }

    func read(_ moved: GraphElement) -> FeaturePath.Reading {
        var (element, direction, steps) = (moved, FeaturePath.Direction.up, [FeatureStep]?.some([]))
        guard varies(moved) else { return .constant }
        while true {
            guard case .element(let own) = graph.origin(of: element) else { return .constant }
            if let first = firsts[own.value.index] {
                return .path(FeaturePath(coordinate: first + own.place, direction: direction, steps: steps?.reversed()))
            }
            guard case .operation(let operation) = graph.nodes[own.value.index].source else { return .other }
            let operands = graph.operands(of: own).map { (element: $0, varies: varies($0)) }
            guard operands.count(where: { $0.varies }) == 1, let place = operands.firstIndex(where: \.varies),
                let sign = sign(of: operation, place, operands.map(\.element))
            else { return .other }
            if sign == .down { direction = direction == .up ? .down : .up }
            if let step = step(operation, own, place, operands.map(\.element)) {
                steps?.append(step)
            } else {
                steps = nil
            }
            element = operands[place].element
        }
    }

    private func step(
        _ operation: any Operator, _ result: GraphElement, _ place: Int, _ operands: [GraphElement]
    ) -> FeatureStep? {
        let type = graph.type(of: result.value).element
        switch operation {
        case let cast as Cast where cast.element.isReal:
            let from = graph.type(of: operands[0].value).element
            return from.isReal ? .cast(from: from, to: cast.element) : .cast(from: .float64, to: cast.element)
        case let unary as Unary where unary.kind == .negate && type.isReal: return .negate
        case let binary as Binary where type.isReal:
            guard case .constant(let number) = graph.origin(of: operands[1 - place]), number.isFinite else {
                return nil
            }
            switch binary.kind {
            case .add: return .add(number, type)
            case .subtract: return place == 0 ? .add(-number, type) : .subtractedFrom(number, type)
            case .multiply where number != 0: return .scale(number, type)
            default: return nil
            }
        default: return nil
        }
    }

    private func varies(_ element: GraphElement) -> Bool {
        !dependence.coordinates(of: element).isDisjoint(with: varying)
    }

    /// Which way a result goes with the one operand that varies; nil where it may turn back.
    private func sign(of operation: any Operator, _ place: Int, _ operands: [GraphElement]) -> FeaturePath.Direction? {
        switch operation {
        case let cast as Cast: return cast.element == .bool ? nil : .up
        case let unary as Unary:
            switch unary.kind {
            case .negate: return .down
            case .relu, .clip, .floor, .ceiling, .round, .sign: return .up
            default: return nil
            }
        case let binary as Binary:
            switch binary.kind {
            case .add, .minimum, .maximum: return .up
            case .subtract: return place == 0 ? .up : .down
            case .multiply,
                .divide where place == 0:
                guard case .constant(let factor) = graph.origin(of: operands[1 - place]), factor.isFinite, factor != 0
                else { return nil }
                return factor > 0 ? .up : .down
            default: return nil
            }
        default: return nil
        }
    }
}
