import Checker
import Search
import Tensors
import VNNLIB

/// The inputs of one case of a query: what each coordinate is, and its bounds in each box.
struct QueryDomain: Sendable {
    let leaves: [Leaf]
    let bounds: [LeafBounds]
    let coverage: QueryTrial.Coverage

    /// nil where no box holds a value of the inputs' types.
    init?(of part: Query.Case, _ networks: [FittedNetwork]) {
        let tensors = networks.flatMap(\.network.inputs)
        leaves = tensors.enumerated().map { Leaf($1, variable: $0) }
        let grid = InputGrid(networks)
        var bounds: [LeafBounds] = []
        var coverage = QueryTrial.Coverage.whole
        for box in part.boxes {
            if let open = box.firstUnbounded, coverage == .whole {
                coverage = .part(without: networks.inputName(open))
            }
            for box in grid.boxes(of: box) {
                bounds.append(LeafBounds(leaves, kinds: grid.kinds, lower: box.lower, upper: box.upper))
            }
        }
        guard !bounds.isEmpty else { return nil }
        self.bounds = bounds
        self.coverage = coverage
    }

    /// A coordinate is float32, its bounds rounded inward, unless some box has no float32 between its bounds.
    func space(of graph: Graph) -> Space {
        let direct = zip(graph.inputs, Float32Inputs(graph: graph).elements()).flatMap { input, elements in
            elements.marks(graph.shape(of: input.value).count)
        }
        var bounds = bounds
        for place in direct.indices where direct[place] && bounds[0].kinds[place] == .real64 {
            let rounded = bounds.map { $0.float32Bounds(place) }
            guard rounded.allSatisfy({ $0 != nil }) else { continue }
            for index in bounds.indices { bounds[index].makeFloat32(place) }
        }
        return Space(
            kinds: bounds[0].kinds, boxes: bounds.map { Box(lower: $0.lower, upper: $0.upper) },
            reference: bounds[0].kinds.indices.map { bounds[0].reference($0) },
            variables: leaves.map { Search.Variable(name: $0.name, coordinates: $0.coordinates, shape: $0.shape) })
    }
}

extension Leaf {
    fileprivate init(_ tensor: DeclaredTensor, variable: Int) {
        self.init(
            name: tensor.name, type: tensor.shape == [] ? .real : .tensor(.reals(tensor.shape ?? [tensor.count])),
            unit: nil, coordinates: tensor.indices, table: nil, values: nil, variable: variable, path: [])
    }
}

/// What values the inputs of networks can have: the grid on which a query's boxes are laid.
private struct InputGrid {
    private(set) var kinds: [CoordinateKind] = []
    private var ranges: [ClosedRange<Double>] = []

    init(_ networks: [FittedNetwork]) {
        for network in networks {
            for tensor in network.network.inputs {
                let (kind, range) = Self.values(of: tensor, in: network)
                kinds += [CoordinateKind](repeating: kind, count: tensor.count)
                ranges += [ClosedRange<Double>](repeating: range, count: tensor.count)
            }
        }
    }

    private static func values(
        of tensor: DeclaredTensor, in network: FittedNetwork
    ) -> (CoordinateKind, ClosedRange<Double>) {
        let graph = network.model.graph
        let index = network.inputs.firstIndex(of: tensor) ?? 0
        switch graph.type(of: graph.inputs[index].value).element {
        case .float32:
            let limit = tensor.element.kind == .float16 ? 65504 : Double(Float.greatestFiniteMagnitude)
            return (.real64, -limit...limit)
        case .float64:
            let limit = Double.greatestFiniteMagnitude / 2
            return (.real64, -limit...limit)
        case .bool: return (.category, 0...1)
        case .int64: return (.integer, tensor.element.kind.wholeRange)
        }
    }

    /// The box within what the inputs can be; where a bound is missing also, and first, one of a size that is easy to search.
    func boxes(of box: InputBox) -> [InputBox] {
        guard let whole = clamped(box) else { return [] }
        guard box.firstUnbounded != nil else { return [whole] }
        var near = whole
        for place in kinds.indices {
            let (low, high) = (box.lower[place], box.upper[place])
            if !low.isFinite { near.lower[place] = max(whole.lower[place], high.isFinite ? high - 100 : -50) }
            if !high.isFinite { near.upper[place] = min(whole.upper[place], low.isFinite ? low + 100 : 50) }
        }
        return [near, whole]
    }

    private func clamped(_ box: InputBox) -> InputBox? {
        var result = box
        for place in kinds.indices {
            var (low, high) = (
                max(box.lower[place], ranges[place].lowerBound), min(box.upper[place], ranges[place].upperBound)
            )
            if kinds[place] == .integer || kinds[place] == .category {
                (low, high) = (low.rounded(.up), high.rounded(.down))
            }
            guard low <= high else { return nil }
            (result.lower[place], result.upper[place]) = (low, high)
        }
        return result
    }
}

extension DeclaredElement.Kind {
    /// As far as float64 counts without a gap.
    fileprivate var wholeRange: ClosedRange<Double> {
        switch self {
        case .int8: -128...127
        case .uint8: 0...255
        case .int16: -32_768...32_767
        case .uint16: 0...65_535
        case .int32: Double(Int32.min)...Double(Int32.max)
        case .uint32: 0...Double(UInt32.max)
        case .uint64: 0...0x1p53
        default: -0x1p53...0x1p53
        }
    }
}

extension [FittedNetwork] {
    func inputName(_ index: Int) -> String {
        guard let tensor = flatMap(\.network.inputs).first(where: { $0.indices.contains(index) }) else { return "" }
        return tensor.elementName(index - tensor.start)
    }
}
