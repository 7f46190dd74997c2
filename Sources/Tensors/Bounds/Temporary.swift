package struct Decomposition {
    package let graph: Graph
    package let roundings: [Rounding]
    package init(_ graph: Graph, wanted: [Value]) throws(ShapeError) {
        self.graph = graph
        roundings = graph.nodes.map { node in
            guard case .operation(let op) = node.source else { return .exact }
            switch op {
            case let d as Dense: return .sum(terms: d.weights.shape[1] + 1, node.type.element)
            case let c as Convolution: return .sum(terms: c.weights.count / c.weights.shape[0] + 1, node.type.element)
            case is Cast, is Binary: return .sum(terms: 1, node.type.element)
            case is Reduce: return .sum(terms: 1000, node.type.element)
            default: return .exact
            }
        }
    }
    package func image(of value: Value) -> Value? { value }
}
extension Unary.Kind {
    package func range(lower: Double, upper: Double) -> (lower: Double, upper: Double) { (-.infinity, .infinity) }
    package func lines(lower: Double, upper: Double) -> Lines { Lines(lowerSlope: 0, lowerIntercept: -.infinity, upperSlope: 0, upperIntercept: .infinity) }
}
struct Planes {
    struct Plane { var x, y, constant: Double }
    let lower, upper: Plane
    init(x: (Double, Double), y: (Double, Double)) { lower = Plane(x: 0, y: 0, constant: -.infinity); upper = Plane(x: 0, y: 0, constant: .infinity) }
    static func range(x: (Double, Double), y: (Double, Double)) -> (lower: Double, upper: Double) { (-.infinity, .infinity) }
}
