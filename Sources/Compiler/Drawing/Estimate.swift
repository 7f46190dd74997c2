import Checker
import Diagnostics
import Search
import Statistics
import Synchronization
import Tensors

/// A rate, a mean or a quantile of what is drawn, ready to be drawn from.
package struct Estimate: Sendable {
    package let measure: Measure
    package let span: Span
    /// Between which numbers all values lie; 0 and 1 of a rate.
    package let range: ClosedRange<Double>
    private let drawer: Drawer
    private let evaluator: Evaluator
    /// Of the outer variables, then of those that are drawn.
    private let leaves: [Leaf]
    private let outerCount: Int

    init(
        _ drawn: Term.Drawn, at span: Span, range: ClosedRange<Double>, drawer: Drawer, evaluator: Evaluator,
        leaves: [Leaf], outer: Int
    ) {
        (measure, self.span, self.range) = (drawn.measure, span, range)
        (self.drawer, self.evaluator) = (drawer, evaluator)
        (self.leaves, outerCount) = (leaves, outer)
    }

    /// How many numbers make a draw.
    var width: Int { drawer.distributions.count }

    /// So many draws are evaluated by one thread at a time; fewer where they are large.
    private var chunk: Int { max(16, min(256, (1 << 22) / max(1, width) / 16 * 16)) }

    /// The values of draws by number, in order, without those that `where` does not let through; a truth value is 0 or 1.
    ///
    /// `point` holds the outer variables.
    package func values(of draws: Range<Int>, key: UInt64, at point: [Double], _ crew: Crew) throws(ShapeError)
        -> [Double]
    {
        let chunk = chunk
        let count = (draws.count + chunk - 1) / chunk
        let results = Mutex([Result<[Double], ShapeError>?](repeating: nil, count: count))
        crew.perform(count) { _, item in
            let first = draws.lowerBound + item * chunk
            let part = first..<min(first + chunk, draws.upperBound)
            let result: Result<[Double], ShapeError>
            do throws(ShapeError) { result = .success(try self.evaluate(part, key, point)) } catch {
                result = .failure(error)
            }
            results.withLock { $0[item] = result }
        }
        var values: [Double] = []
        for result in results.withLock({ $0 }) { values += try result?.get() ?? [] }
        return values
    }

    private func evaluate(_ draws: Range<Int>, _ key: UInt64, _ point: [Double]) throws(ShapeError) -> [Double] {
        var columns = leaves.map { [Double](repeating: 0, count: $0.coordinates.count * draws.count) }
        var places: [(leaf: Int, offset: Int, width: Int)] = []
        for (index, leaf) in leaves.enumerated() {
            for offset in leaf.coordinates.indices {
                places.append((index, offset - leaf.coordinates.lowerBound, leaf.coordinates.count))
            }
        }
        let outer = places.count - drawer.distributions.count
        for (row, draw) in draws.enumerated() {
            for coordinate in 0..<outer {
                let place = places[coordinate]
                columns[place.leaf][row * place.width + place.offset] = point[coordinate]
            }
            drawer.draw(draw, key: key) { coordinate, value in
                let place = places[outer + coordinate]
                columns[place.leaf][row * place.width + place.offset] = value
            }
        }
        for (leaf, numbers) in try drawer.taken(in: draws) { columns[outerCount + leaf] = numbers }
        var inputs: [Tensor] = []
        for (leaf, column) in zip(leaves, columns) {
            inputs.append(try Tensor(Shape([draws.count] + leaf.shape), column))
        }
        let outputs = try evaluator.run(inputs).map(\.doubles)
        guard outputs.count > 1 else { return outputs[0] }
        return zip(outputs[0], outputs[1]).compactMap { $1 != 0 ? $0 : nil }
    }
}
