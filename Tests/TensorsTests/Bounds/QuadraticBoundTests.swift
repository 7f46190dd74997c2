import Testing

@testable import Tensors

/// Quadratic lower bounds: how low they get, and what they are worth for products that depend on each other.
@Suite struct QuadraticBoundTests {
    private func random(_ dimension: Int, _ noise: inout Noise) -> QuadraticBound {
        var bound = QuadraticBound(dimension: dimension)
        bound.clear()
        bound.constant = noise.value(in: -1...1)
        bound.isCurved = true
        for row in 0..<dimension {
            bound.linear[row] = noise.value(in: -1...1)
            for column in 0...row {
                let value = noise.value(in: -1...1)
                bound.square[row * dimension + column] = value
                bound.square[column * dimension + row] = value
            }
        }
        return bound
    }

    private func value(_ bound: QuadraticBound, _ point: [Double]) -> Double {
        var sum = bound.constant
        for row in point.indices {
            sum += bound.linear[row] * point[row]
            for column in point.indices {
                sum += bound.square[row * point.count + column] * point[row] * point[column]
            }
        }
        return sum
    }

    @Test func noPointIsBelowTheLeast() {
        var noise = Noise(seed: 11)
        for _ in 0..<200 {
            let bound = random(1 + Int(noise.value(in: 0...5.9)), &noise)
            let least = bound.least().bound
            for sample in 0..<200 {
                let point = bound.linear.map { _ -> Double in
                    let place = noise.value(in: -1...1)
                    return sample % 2 == 0 ? (place < 0 ? -1 : 1) : place
                }
                #expect(value(bound, point) >= least)
            }
        }
    }

    @Test func aConvexFormIsBoundedWhereItIsLeast() {
        var bound = QuadraticBound(dimension: 2)
        bound.clear()
        (bound.isCurved, bound.linear, bound.square) = (true, [-1, 0], [1, 0.5, 0.5, 1])
        // At (2/3, -1/3).
        #expect((bound.least().bound + 1.0 / 3).magnitude < 1e-6)
    }

    @Test func whatIsNotKnownIsNotBounded() {
        var bound = QuadraticBound(dimension: 1)
        bound.clear()
        bound.isCurved = true
        for value in [Double.nan, .infinity] {
            bound.square[0] = value
            #expect(bound.least().bound == -.infinity)
        }
    }

    /// x² - 2xy + 3y², written as (x - y)·(x - y) + 2·y·y with factors of their own, is nowhere negative.
    @Test func productsThatDependOnEachOtherAreTakenTogether() throws {
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float64, Shape([2])))
        let factor = try graph.add(Dense(weights: Tensor(Shape([2, 2]), [1, -1, 0, 2] as [Double])), [x])
        let other = try graph.add(Dense(weights: Tensor(Shape([2, 2]), [1, -1, 0, 1] as [Double])), [x])
        let product = try graph.add(Binary(.multiply), [factor, other])
        let sum = try graph.add(Reduce(.sum, axes: [0]), [product])
        let decomposition = try Decomposition(graph, wanted: [sum])
        let target = try #require(decomposition.image(of: sum))
        let workspace = try BoundWorkspace(BoundPlan(decomposition, targets: [target]), regions: 1)
        workspace.load(lower: [-1, -1], upper: [1, 1])
        workspace.bound(known: [])
        workspace.seed(target.index, rows: 1, element: { _ in 0 }, sign: { _ in 1 })
        workspace.propagate(from: target.index, rows: 1, .ofEachRegion)
        var (bound, losses) = (QuadraticBound(dimension: 2), [0.0, 0.0])
        workspace.quadraticBound(of: target.index, 0, &bound, losses: &losses)
        #expect(workspace.bound(0, .ofEachRegion) < -1)
        #expect(bound.least().bound > -1e-9)
    }
}
