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
    /// Between which whole numbers each coordinate lies; nil where one is no whole number.
    private let domain: [ClosedRange<Int>]?
    /// Inputs that are known and left out of what is drawn, where all coordinates are whole numbers.
    package var isKnown: (@Sendable ([Int]) -> Bool)?

    init(
        _ drawn: Term.Drawn, at span: Span, range: ClosedRange<Double>, drawer: Drawer, evaluator: Evaluator,
        leaves: [Leaf], domain: [ClosedRange<Int>]?, outer: Int
    ) {
        (measure, self.span, self.range) = (drawn.measure, span, range)
        (self.drawer, self.evaluator) = (drawer, evaluator)
        (self.leaves, outerCount, self.domain) = (leaves, outer, domain)
    }

    /// How many numbers make a draw.
    var width: Int { drawer.distributions.count }

    /// So many draws are evaluated by one thread at a time; fewer where they are large.
    private var chunk: Int { max(16, min(isKnown == nil ? 256 : 1 << 14, (1 << 22) / max(1, width) / 16 * 16)) }

    /// The values of draws by number, in order, without those that `where` does not let through; a truth value is 0 or 1.
    ///
    /// `point` holds the outer variables.
    package func values(of draws: Range<Int>, key: UInt64, at point: [Double], _ crew: Crew) throws(ShapeError)
        -> [Double]
    {
        try inParts(draws, size: chunk, crew) { (part) throws(ShapeError) in try self.evaluate(part, key, point) }
    }

    /// What a part after the other gives, each worked out by one thread.
    private func inParts(
        _ numbers: Range<Int>, size chunk: Int, _ crew: Crew,
        _ values: @escaping @Sendable (Range<Int>) throws(ShapeError) -> [Double]
    ) throws(ShapeError) -> [Double] {
        let count = (numbers.count + chunk - 1) / chunk
        let results = Mutex([Result<[Double], ShapeError>?](repeating: nil, count: count))
        crew.perform(count) { _, item in
            let first = numbers.lowerBound + item * chunk
            let part = first..<min(first + chunk, numbers.upperBound)
            let result: Result<[Double], ShapeError>
            do throws(ShapeError) { result = .success(try values(part)) } catch {
                result = .failure(error)
            }
            results.withLock { $0[item] = result }
        }
        var all: [Double] = []
        for result in results.withLock({ $0 }) { all += try result?.get() ?? [] }
        return all
    }

    private func evaluate(_ draws: Range<Int>, _ key: UInt64, _ point: [Double]) throws(ShapeError) -> [Double] {
        if let isKnown {
            let inputs = draws.map { draw in
                var input: [Int] = []
                drawer.draw(draw, key: key) { input.append(Int($1)) }
                return input
            }
            return try values(of: inputs.filter { !isKnown($0) })
        }
        let taken = try drawer.taken(in: draws)
        let (values, counts) = try evaluate(draws.count, at: point, taken) { row, take in
            drawer.draw(draws.lowerBound + row, key: key, take)
        }
        guard let counts else { return values }
        return zip(values, counts).compactMap { $1 != 0 ? $0 : nil }
    }

    /// The values for so many rows, whose coordinates `fill` passes on; those that leaves take from `taken` are not read.
    private func evaluate(
        _ count: Int, at point: [Double], _ taken: [Int: [Double]],
        _ fill: (_ row: Int, _ take: (_ coordinate: Int, _ value: Double) -> Void) -> Void
    ) throws(ShapeError) -> (values: [Double], counts: [Double]?) {
        var columns = leaves.map { [Double](repeating: 0, count: $0.coordinates.count * count) }
        var places: [(leaf: Int, offset: Int, width: Int)] = []
        for (index, leaf) in leaves.enumerated() {
            for offset in leaf.coordinates.indices {
                places.append((index, offset - leaf.coordinates.lowerBound, leaf.coordinates.count))
            }
        }
        let outer = places.count - drawer.distributions.count
        for row in 0..<count {
            for coordinate in 0..<outer {
                let place = places[coordinate]
                columns[place.leaf][row * place.width + place.offset] = point[coordinate]
            }
            fill(row) { coordinate, value in
                let place = places[outer + coordinate]
                columns[place.leaf][row * place.width + place.offset] = value
            }
        }
        for (leaf, numbers) in taken { columns[outerCount + leaf] = numbers }
        var inputs: [Tensor] = []
        for (leaf, column) in zip(leaves, columns) {
            inputs.append(try Tensor(Shape([count] + leaf.shape), column))
        }
        let outputs = try evaluator.run(inputs).map(\.doubles)
        return (outputs[0], outputs.count > 1 ? outputs[1] : nil)
    }

    // MARK: - Inputs by number

    /// How many inputs there are, where all are whole numbers and nothing is outside; nil elsewhere, or beyond 2^120.
    package var inputCount: UInt128? {
        guard let domain, outerCount == 0 else { return nil }
        var product: UInt128 = 1
        for range in domain {
            let (next, overflow) = product.multipliedReportingOverflow(by: UInt128(range.count))
            guard !overflow, next < 1 << 120 else { return nil }
            product = next
        }
        return product
    }

    /// Of the inputs with these numbers those that are wanted: their coordinates, the last one running fastest.
    package func inputs(_ numbers: Range<Int>, where isWanted: ([Int]) -> Bool) -> [[Int]] {
        guard let domain else { return [] }
        var (input, rest) = (domain.map(\.lowerBound), numbers.lowerBound)
        for coordinate in domain.indices.reversed() {
            input[coordinate] += rest % domain[coordinate].count
            rest /= domain[coordinate].count
        }
        var wanted: [[Int]] = []
        for _ in numbers {
            if isWanted(input) { wanted.append(input) }
            var coordinate = domain.count - 1
            while coordinate >= 0, input[coordinate] == domain[coordinate].upperBound {
                input[coordinate] = domain[coordinate].lowerBound
                coordinate -= 1
            }
            if coordinate >= 0 { input[coordinate] += 1 }
        }
        return wanted
    }

    /// The value for each input, with no `where`.
    package func values(of inputs: [[Int]], _ crew: Crew) throws(ShapeError) -> [Double] {
        try inParts(0..<inputs.count, size: 1024, crew) { (part) throws(ShapeError) in
            try self.values(of: Array(inputs[part]))
        }
    }

    private func values(of inputs: [[Int]]) throws(ShapeError) -> [Double] {
        guard !inputs.isEmpty else { return [] }
        return try evaluate(inputs.count, at: [], [:]) { row, take in
            for (coordinate, number) in inputs[row].enumerated() { take(coordinate, Double(number)) }
        }.values
    }
}
