import Search
import Tensors
import Testing

@testable import Proof

/// What intervals alone show, and what very large graphs cost.
@Suite struct PlainTests {
    /// bend(x) over so many coordinates in [-1, 1], and the margin of `sum >= limit`.
    private func prover(_ dimension: Int, _ bend: Unary.Kind, limit: Double, boxes: Int = 1) throws -> Prover {
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float64, Shape([dimension])))
        let sum = try graph.add(Reduce(.sum), [graph.add(Unary(bend), [x])])
        let margin = try graph.add(Compare(.lessOrEqual), [graph.constant(.scalar(limit)), sum])
        let box = Box(lower: Array(repeating: -1, count: dimension), upper: Array(repeating: 1, count: dimension))
        let space = Space(
            kinds: Array(repeating: .real64, count: dimension), boxes: Array(repeating: box, count: boxes),
            reference: Array(repeating: 0, count: dimension), variables: [])
        return try Prover(try MarginObjective(space, graph, margin), graph: graph, margin: margin)
    }

    @Test func whatIntervalsShowIsProved() throws {
        #expect(try prover(3, .relu, limit: -1e-9, boxes: 2).provePlainly() == 2)
        #expect(try prover(3, .relu, limit: 1e-9).provePlainly() == nil)
    }

    /// What is kept for each coordinate grows with their number, not with its square: 100,000 of them would take 80 GB.
    @Test func manyCoordinatesThroughSmoothFunctionsAreBounded() throws {
        var prover = try prover(100_000, .sigmoid, limit: 50_000)
        prover.regionLimit = 2
        switch prover.prove() {
        case .proved: #expect(Bool(false), "proved what does not hold")
        case .found(_, let effort), .undecided(_, let effort): #expect(effort.regions >= 1)
        }
    }

    /// Time is looked at between the leaves of a region, and what was bounded before is not taken for what was not.
    @Test func nothingIsTakenFromBoundsThatWereCutShort() throws {
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float64, Shape([2])))
        var margin = graph.constant(.scalar(Double.infinity))
        for limit in 0..<8 {
            let sum = try graph.add(Reduce(.sum), [graph.add(Unary(.sigmoid), [x])])
            let part = try graph.add(Compare(.lessOrEqual), [graph.constant(.scalar(-Double(limit) + 0.9)), sum])
            margin = try graph.add(Binary(.minimum), [margin, part])
        }
        let space = Space(.real64, [(-1, 1), (-1, 1)])
        let objective = try MarginObjective(space, graph, margin)
        for ticks in 1...40 {
            let clock = Ticks()
            var prover = try Prover(objective, graph: graph, margin: margin)
            prover.clock = { clock.next() }
            prover.seconds = Double(ticks)
            if case .proved = prover.prove() { #expect(Bool(false), "proved what does not hold, after \(ticks)") }
        }
    }

    @Test func weightsBeyondMemoryAreRefused() throws {
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float32, Shape([1 << 13])))
        let weights = Tensor.zeros([1 << 13, 1 << 13])
        let sum = try graph.add(Reduce(.sum), [graph.add(MatMul(), [x, graph.constant(weights)])])
        let margin = try graph.add(Cast(to: .float64), [sum])
        let space = Space(.real32, [(0, 1)])
        let refused = #expect(throws: ShapeError.self) {
            try Prover(Nowhere(space: space), graph: graph, margin: margin)
        }
        #expect("\(try #require(refused))".contains("do not fit into memory"))
    }
}

/// Seconds that pass each time they are asked for.
private final class Ticks: @unchecked Sendable {
    private var count = 0.0
    func next() -> Double {
        count += 1
        return count
    }
}

/// Is never evaluated.
private struct Nowhere: Objective {
    let space: Space
    var hasGradient: Bool { false }
    var keyCount: Int { 0 }
    var outputCount: Int { 0 }
    func evaluate(_ tile: Tile, _ reading: Reading) {}
}

extension Tensor {
    fileprivate static func zeros(_ shape: Shape) -> Tensor {
        (try? Tensor(shape, [Float](repeating: 0, count: shape.count))) ?? .scalar(Float(0))
    }
}
