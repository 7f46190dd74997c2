/// Cells of a model that has a layer of neurons behind attention, by branch and bound over which tokens the others may be.
///
/// In a cell every neuron lies between two numbers, and max(x, 0) between two lines there (Singh et al., 2019). With lines in
/// place of neurons, logits are again weighted means of what tokens add, so that `MixtureBound`'s argument holds. The fewer
/// tokens the others may be, the closer the lines: the upper half of them is left out again and again, as long as that shows
/// more.
struct NeuronBound {
    private let tables: AttentionTables
    private let neurons: NeuronTables
    private let weights: PositionWeights

    /// Nil where there are no neurons.
    init?(_ tables: AttentionTables) {
        guard let neurons = tables.neurons else { return nil }
        (self.tables, self.neurons) = (tables, neurons)
        weights = PositionWeights(tables)
    }

    private static let mostBranches = 4

    /// Nil where it was cancelled.
    func cells(_ isCancelled: () -> Bool) -> (cells: Cells, operations: Double)? {
        var (cells, operations) = (Cells(tables), 0.0)
        for m in 0..<tables.vocabulary {
            let spread = tables.placeSpread(m)
            for q in 0...m {
                guard !isCancelled() else { return nil }
                if !right(q, m, 0, upTo: -1, spread, &operations).isEmpty { cells.insertAlone(query: q, greatest: m) }
                let most = cells.mostOthers(query: q, greatest: m)
                guard most > 0, m > 0 else { continue }
                for others in 1...most {
                    var (best, last) = ([Int](), m - 1)
                    for _ in 0..<Self.mostBranches where last >= 0 && best.count < last + 1 {
                        let found = right(q, m, others, upTo: last, spread, &operations)
                        if found.count > best.count { best = found }
                        last = last / 2 - (last == 0 ? 1 : 0)
                    }
                    for token in best { cells.insert(token, in: .init(query: q, greatest: m, others: others)) }
                }
            }
        }
        return (cells, operations)
    }

    /// Of the tokens up to one those that the others may all be; of a cell with no others m, where it is shown.
    private func right(
        _ q: Int, _ m: Int, _ others: Int, upTo last: Int, _ spread: [Double], _ operations: inout Double
    ) -> [Int] {
        let (v, row) = (tables.vocabulary, weights.rows[q])
        let tokens = Array(0..<(last + 1))
        let lines = self.lines(q, m, others, tokens)
        let left = row.least.count - 1 - others
        let ends = [(row.least[others], row.greatest[left]), (row.greatest[others], row.least[left])]
        var isOpen = [Bool](repeating: true, count: max(1, tokens.count))
        for o in 0..<v where o != m && isOpen.contains(true) {
            let bound = OutputBound(neurons, lines, from: q, o, over: m)
            operations += Double(neurons.count * (tokens.count + 4))
            let start = tables.base[q * v + o] - tables.base[q * v + m] + spread[o] + bound.start
            func added(_ token: Int) -> Double { start + tables.gain(token, o, over: m) + bound.gain(neurons, token) }
            let asking = row.own.times(added(q))
            let greatest = row.content[m].times(added(m))
            guard others > 0 else {
                if !isBelow(asking, row.all * greatest, 0) { return [] }
                continue
            }
            for token in tokens where isOpen[token] {
                let other = row.content[token].times(added(token))
                isOpen[token] = ends.allSatisfy { isBelow(asking, $0.1 * greatest, $0.0 * other) }
            }
        }
        return others == 0 ? [m] : tokens.filter { isOpen[$0] }
    }

    /// Between which lines max(x, 0) of each neuron lies.
    private func lines(_ q: Int, _ m: Int, _ others: Int, _ tokens: [Int]) -> [NeuronLines] {
        let (n, row) = (neurons.count, weights.rows[q])
        // At least what the greatest token is given.
        let left = row.least[row.least.count - 1 - others]
        let greatest = left * row.content[m].least + (q == m ? row.own.least : 0)
        let heaviest = tokens.map { row.content[$0].most }.max() ?? 0
        let rest = row.greatest[others] * heaviest + (q == m ? 0 : row.own.most)
        let weight = greatest > 0 && greatest + rest < .infinity ? max(0, greatest / (greatest + rest) - 0x1p-44) : 0
        let standing = q == m ? tokens : tokens + [q]
        return (0..<n).map { j in
            let values = standing.map { neurons.values[$0 * n + j] }
            let own = neurons.values[m * n + j]
            let places = (0..<tables.positions).map { neurons.placeValues[$0 * n + j] }
            let base = neurons.base[q * n + j]
            let low = min(own, weight * own + (1 - weight) * (values.min() ?? own))
            let high = max(own, weight * own + (1 - weight) * (values.max() ?? own))
            return NeuronLines(
                base: base, places: (places.min() ?? 0)...(places.max() ?? 0), mixed: low...high,
                error: neurons.errors[j])
        }
    }
}

/// max(x, 0) of a neuron in a cell, between two lines: slope·x + offset.
private struct NeuronLines {
    let lower, upper: (slope: Double, offset: Double)
    /// What of the neuron hangs on no token but the query, from and to.
    let fixed: ClosedRange<Double>

    init(base: Double, places: ClosedRange<Double>, mixed: ClosedRange<Double>, error: Double) {
        let size = base.magnitude + places.lowerBound.magnitude + places.upperBound.magnitude
        let slack = error + (size + mixed.lowerBound.magnitude + mixed.upperBound.magnitude) * 0x1p-40
        fixed = (base + places.lowerBound - slack)...(base + places.upperBound + slack)
        let low = fixed.lowerBound + mixed.lowerBound
        let high = fixed.upperBound + mixed.upperBound
        if low >= 0 {
            (lower, upper) = ((1, 0), (1, 0))
        } else if high <= 0 {
            (lower, upper) = ((0, 0), (0, 0))
        } else {
            let slope = high / (high - low)
            // A little above, whatever its rounding.
            (lower, upper) = ((high > -low ? 1 : 0, 0), (slope, -low * slope + (high - low) * 0x1p-40))
        }
    }
}

/// By how much an output may exceed another through neurons, as a start and something for each token.
private struct OutputBound {
    private(set) var start = 0.0
    /// By neuron.
    private var slopes: [Double] = []

    init(_ neurons: NeuronTables, _ lines: [NeuronLines], from q: Int, _ o: Int, over m: Int) {
        let n = neurons.count
        slopes.reserveCapacity(n)
        for j in 0..<n {
            let coefficient = neurons.coefficients[o * n + j] - neurons.coefficients[m * n + j]
            let line = coefficient > 0 ? lines[j].upper : lines[j].lower
            let slope = coefficient * line.slope
            slopes.append(slope)
            start += coefficient * line.offset
            start += slope * (slope > 0 ? lines[j].fixed.upperBound : lines[j].fixed.lowerBound)
            start += (coefficient * line.offset).magnitude * 0x1p-40
            start +=
                slope.magnitude * (lines[j].fixed.upperBound.magnitude + lines[j].fixed.lowerBound.magnitude) * 0x1p-40
        }
    }

    func gain(_ neurons: NeuronTables, _ token: Int) -> Double {
        let n = neurons.count
        var (sum, size) = (0.0, 0.0)
        for j in 0..<n {
            let product = slopes[j] * neurons.values[token * n + j]
            sum += product
            size += product.magnitude
        }
        return sum + size * 0x1p-40
    }
}
