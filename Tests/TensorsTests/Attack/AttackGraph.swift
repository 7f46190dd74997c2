@testable import Tensors

/// A small graph of operators drawn by chance, as models and specs are made of: coordinates in float64, int64 and bool,
/// float32 behind casts, values used more than once, and margins, which stand for their signs.
struct AttackGraph {
    /// What a coordinate may be.
    enum Grid { case float32, float64, integers, truths }

    var graph = Graph()
    var random: Adversary
    /// One for each element of all inputs.
    private(set) var grids: [Grid] = []
    private(set) var values: [Value] = []
    private(set) var margins: [Value] = []
    /// How often each operator was made, by name.
    private(set) var uses: [String: Int] = [:]

    init(seed: UInt64, operations: Int) throws {
        random = Adversary(seed: seed)
        try makeInputs()
        for _ in 0..<operations { try grow() }
    }

    private mutating func makeInputs() throws {
        for index in 0..<(1 + random.below(3)) {
            let grid: Grid = index == 0 ? random.pick([.float32, .float32, .float64]) : random.pick(Grid.all)
            let shape = try Shape(random.pick([[1], [2], [3], [1, 4], [2, 2], [5]]))
            let element: ElementType = grid == .integers ? .int64 : grid == .truths ? .bool : .float64
            let input = try graph.input("x\(index)", TensorType(element, shape))
            grids += [Grid](repeating: grid, count: shape.count)
            values.append(grid == .float32 ? try graph.add(Cast(to: .float32), [input]) : input)
        }
    }

    /// Adds an operation, and counts it if it is one.
    mutating func add(_ operation: any Operator, _ inputs: [Value]) throws -> Value {
        let value = try graph.add(operation, inputs)
        if graph.constant(of: value) == nil { uses[operation.label, default: 0] += 1 }
        return value
    }

    mutating func keep(_ value: Value) {
        guard graph.constant(of: value) == nil else { return }
        values.append(value)
    }

    mutating func keep(margin: Value) {
        guard graph.constant(of: margin) == nil else { return }
        margins.append(margin)
    }
}

extension AttackGraph.Grid {
    fileprivate static let all: [AttackGraph.Grid] = [.float32, .float64, .integers, .truths]
}

/// Operands.
extension AttackGraph {
    func type(_ value: Value) -> TensorType { graph.type(of: value) }
    func count(_ value: Value) -> Int { graph.shape(of: value).count }

    /// Real numbers: those of a model more often than those of a spec.
    mutating func element() -> ElementType { random.chance(0.6) ? .float32 : .float64 }

    /// A value of a type of elements; late ones are preferred.
    mutating func some(_ element: ElementType) throws -> Value {
        let fitting = values.filter { type($0).element == element }
        if let last = fitting.last, random.chance(0.85) { return random.chance(0.5) ? last : random.pick(fitting) }
        let value = random.pick(values)
        return try type(value).element == element ? value : add(Cast(to: element), [value])
    }

    /// The elements of a value, repeated or cut to fit a shape.
    mutating func shaped(_ value: Value, _ shape: [Int]) throws -> Value {
        let target = try Shape(shape)
        guard graph.shape(of: value) != target else { return value }
        let flat = try graph.add(Rearrange.reshape(graph.shape(of: value), to: Shape([count(value)])), [value])
        let total = count(value)
        let places = (0..<target.count).map { Int64($0 % total) }
        let index = try Tensor(Shape([target.count]), places)
        let chosen = try graph.add(Rearrange.gather(graph.shape(of: flat), axis: 0, index: index), [flat])
        return try graph.add(Rearrange.reshape(graph.shape(of: chosen), to: target), [chosen])
    }

    /// A value that can be broadcast to another: of its shape, of one element, or a constant.
    mutating func partner(of value: Value) throws -> Value {
        let (type, shape) = (type(value), graph.shape(of: value).dimensions)
        switch random.below(5) {
        case 0: return graph.constant(try random.tensor(type.element, shape))
        case 1: return graph.constant(try random.tensor(type.element, []))
        case 2: return try shaped(some(type.element), [1])
        default: return try shaped(some(type.element), shape)
        }
    }

    mutating func number(_ number: Double, like value: Value) throws -> Value { try graph.number(number, like: value) }
}

extension Operator {
    /// The name, with what tells kinds apart.
    var label: String {
        switch self {
        case let reduce as Reduce: "reduce \(reduce.kind)"
        case let dense as Dense: "dense, \(dense.activation.label)"
        case let filter as Convolution: "convolution, \(filter.activation.label)"
        case let compare as Compare: "margin \(compare.relation)"
        case let region as ForEachRow: "for each row, \(region.reduction)"
        case let loop as Iterate: "iterate, \(loop.result)"
        case let move as Rearrange: "rearrange, \(move.name)"
        case let cast as Cast: "cast to \(cast.element)"
        default: name
        }
    }
}

extension Activation {
    fileprivate var label: String { "\(self)".prefix { $0 != "(" }.description }
}
