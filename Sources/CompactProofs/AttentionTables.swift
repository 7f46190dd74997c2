import Tensors

/// A model that names one of its tokens by a single head of attention, as tables over tokens and pairs of tokens.
///
/// With t_p the token at position p and q the one at the query's position, the model computes
///
///     logit_o = base[q, o] + Σ_p a_p·(values[t_p, o] + placeValues[p, o]) + e_o,    |e_o| <= outputErrors[o]
///     a = softmax of: content[q, t_p] + places[q, p] + d_p elsewhere, own[q] + d_p at the query,    |d_p| <= scoreErrors[q]
///
/// whatever the order in which float32 sums are formed. Without the errors these are the matrices EU + PU, EQKE, EQKP, EVOU and
/// PVOU of Gross et al., "Compact proofs of model performance via mechanistic interpretability", 2024, section 3.
package struct AttentionTables: Sendable {
    /// How many positions there are, the query's among them, and how many tokens; logits have one for each token.
    package let positions, vocabulary: Int
    /// The position that asks.
    package let query: Int
    /// [v, v] by query and output.
    package let base: [Double]
    /// [v, v] by query and token; the greatest entry of a row is no matter.
    package let content: [Double]
    /// [v]
    package let own: [Double]
    /// [v, positions - 1] by query, for the positions that do not ask.
    package let places: [Double]
    /// [v, v] by token and output.
    package let values: [Double]
    /// [positions, v]
    package let placeValues: [Double]
    /// [v]
    package let outputErrors, scoreErrors: [Double]
    /// What scores are products of.
    let scoreFactors: ScoreFactors
    /// What the base is a product of; nil where it is read from no matrix.
    let readout: Readout?
    /// What is rectified and added to the logits; nil for nothing.
    package let neurons: NeuronTables?

    struct ScoreFactors: Sendable {
        let depth: Int
        /// [v, depth], scaled; keys as they are on average over positions.
        let queries, keys: [Double]
    }

    struct Readout: Sendable {
        let depth: Int
        /// [v, depth] and [v, depth]: the residual stream by query, and the unembedding by output.
        let residual, weights: [Double]
    }

    /// Reads the logits of a graph whose `input` holds tokens below `vocabulary`.
    init(_ graph: Graph, logits: Graph.Value, input: Graph.Value, vocabulary: Int) throws {
        var reading = TokenReading(graph, input: input, vocabulary: vocabulary)
        guard case .mixed(let logits) = try reading.form(of: logits) else {
            throw Unread("the scores are not read from what attention mixes")
        }
        try self.init(logits, vocabulary: vocabulary, positions: graph.shape(of: input).count)
    }

    private init(_ logits: Mixed, vocabulary v: Int, positions count: Int) throws {
        guard logits.base.count == v, Set(logits.group).count == 1, let group = logits.group.first else {
            throw Unread("there are \(logits.base.count) scores of \(v) tokens, or they do not ask from one position")
        }
        let scores = logits.scores
        let elements = logits.groups[group]
        let keyed = elements.map { scores.keys.position(of: scores.columns[$0]) }
        let askers = Set(elements.map { scores.queries.position(of: scores.rows[$0]) })
        guard elements.count == count, Set(keyed) == Set(0..<count), let asker = askers.first, askers.count == 1,
            asker >= 0, Set(logits.base.positions).isSubset(of: [asker, -1]),
            let slot = keyed.firstIndex(of: asker)
        else { throw Unread("attention does not go from one position to each position once") }
        (positions, vocabulary, query) = (count, v, asker)

        let paired = elements.map { ScoreTable(scores, $0, vocabulary: v) }
        let others = (0..<count).filter { $0 != slot }
        own = (0..<v).map { paired[slot].scores[$0 * v + $0] }
        let average = Self.average(others.map { paired[$0].scores }, count: v * v)
        var (places, errors) = ([Double](), [Double]())
        for q in 0..<v {
            let row = (q * v)..<((q + 1) * v)
            var error = paired[slot].errors[q * v + q]
            for j in others {
                let gaps = row.map { paired[j].scores[$0] - average[$0] }
                let place = gaps.reduce(0, +) / Double(v)
                places.append(place)
                for (gap, number) in zip(gaps, row) {
                    error = max(error, (gap - place).magnitude + paired[j].errors[number])
                }
            }
            // The greatest score is subtracted from each, and rounded.
            let all =
                row.map { average[$0].magnitude } + [own[q].magnitude] + places.suffix(others.count).map(\.magnitude)
            let range = 4 * ((all.max() ?? 0) + error)
            errors.append(error + range * 0x1p-24 + 0x1p-40)
        }
        (content, self.places, scoreErrors) = (average, places, errors)

        let outputs = MixedTable(logits, 0..<v, vocabulary: v, positions: count)
        (base, values, placeValues, outputErrors) = (outputs.base, outputs.values, outputs.placeValues, outputs.errors)
        neurons = logits.rectified.map { NeuronTables($0, group, vocabulary: v, positions: count) }
        guard neurons?.isFinite ?? true else { throw Unread("tables hold what is not finite") }
        guard (base + content + own + places + values + placeValues + outputErrors + errors).allSatisfy(\.isFinite)
        else {
            throw Unread("tables hold what is not finite")
        }

        let depth = scores.depth
        let row = scores.rows[elements[slot]]
        let keys = others.map { j in
            Self.turned(scores.keys.row(scores.columns[elements[j]], depth), rows: depth, columns: v)
        }
        scoreFactors = ScoreFactors(
            depth: depth,
            queries: Self.turned(scores.queries.row(row, depth), rows: depth, columns: v).map { $0 * scores.scale },
            keys: Self.average(keys, count: v * depth))
        readout = logits.readout.map { readout in
            let depth = readout.weights.count / readout.outputs
            return Readout(
                depth: depth, residual: Self.turned(readout.base.values, rows: depth, columns: v),
                weights: readout.weights)
        }
    }

    private static func average(_ tables: [[Double]], count: Int) -> [Double] {
        (0..<count).map { number in tables.reduce(0) { $0 + $1[number] } / Double(max(1, tables.count)) }
    }

    /// `[rows, columns]` as `[columns, rows]`.
    fileprivate static func turned(_ numbers: [Double], rows: Int, columns: Int) -> [Double] {
        (0..<(rows * columns)).map { numbers[$0 % rows * columns + $0 / rows] }
    }
}

extension Tabled {
    fileprivate func row(_ row: Int, _ depth: Int) -> [Double] {
        Array(values[(row * depth * width)..<((row + 1) * depth * width)])
    }
}

/// Some elements of what attention makes of a sequence, as tables.
private struct MixedTable {
    /// [v, n] by query, [v, n] by token, [positions, n]; n elements.
    let base, values: [Double]
    private(set) var placeValues: [Double]
    /// [n]
    private(set) var errors: [Double]

    init(_ mixed: Mixed, _ elements: Range<Int>, vocabulary v: Int, positions count: Int) {
        let (n, tables, first) = (elements.count, mixed.tables, elements.lowerBound)
        base = AttentionTables.turned(
            Array(mixed.base.values[(first * v)..<(elements.upperBound * v)]), rows: n, columns: v)
        let mean = (0..<(v * n)).map { number -> Double in
            let (t, o) = (number / n, first + number % n)
            return (0..<count).reduce(0) { $0 + tables.values[(o * count + $1) * v + t] } / Double(count)
        }
        (placeValues, errors) = ([Double](repeating: 0, count: count * n), [Double](repeating: 0, count: n))
        values = mean
        // The weights that are computed are not those of an exact softmax.
        let weightError = Double(count + 24) * 0x1p-24
        for o in 0..<n {
            let element = first + o
            var largest = 0.0
            for j in 0..<count {
                let row = (0..<v).map { tables.values[(element * count + j) * v + $0] }
                let gaps = row.indices.map { row[$0] - mean[$0 * n + o] }
                placeValues[j * n + o] = gaps.reduce(0, +) / Double(v)
                for t in 0..<v {
                    let radius = tables.radii[(element * count + j) * v + t]
                    largest = max(
                        largest,
                        Mixed.most * radius + (gaps[t] - placeValues[j * n + o]).magnitude
                            + weightError * (row[t].magnitude + radius))
                }
            }
            let size = tables.magnitude(element)
            errors[o] =
                largest + (mixed.base.radii[(element * v)..<((element + 1) * v)].max() ?? 0) + mixed.slack[element]
                + size * Double(count) * 0x1p-100 + mixed.magnitude(element) * 0x1p-40
        }
    }
}

/// Neurons, max(x, 0) of what attention makes of a sequence, and what outputs take of each.
package struct NeuronTables: Sendable {
    package let count: Int
    /// [v, count] by query, [v, count] by token, [positions, count], before they are rectified.
    let base, values, placeValues: [Double]
    /// [count]
    let errors: [Double]
    /// [v, count] by output.
    let coefficients: [Double]

    fileprivate init(_ rectified: Mixed.Rectified, _ group: Int, vocabulary v: Int, positions: Int) {
        let width = rectified.neurons.width
        let own = (group * width)..<((group + 1) * width)
        let table = MixedTable(rectified.neurons.mixed, own, vocabulary: v, positions: positions)
        count = width
        (base, values, placeValues, errors) = (table.base, table.values, table.placeValues, table.errors)
        coefficients = rectified.coefficients
    }

    var isFinite: Bool { (base + values + placeValues + errors + coefficients).allSatisfy(\.isFinite) }
}

/// Scores of one position for all pairs of tokens, and how far computed ones may lie away: [v, v] by query and key.
private struct ScoreTable {
    private(set) var scores, errors: [Double]

    init(_ paired: Paired, _ element: Int, vocabulary v: Int) {
        let depth = paired.depth
        let (row, column) = (paired.rows[element] * depth, paired.columns[element] * depth)
        let rounding = Rounding.sum(terms: depth + 2 + paired.roundings, .float32)
        let addend = paired.addends[element]
        scores = [Double](repeating: addend, count: v * v)
        errors = [Double](repeating: 0, count: v * v)
        var sizes = [Double](repeating: addend.magnitude, count: v * v)
        let scale = paired.scale
        for i in 0..<depth {
            for q in 0..<v {
                let (query, radius) = (
                    paired.queries.values[(row + i) * v + q] * scale,
                    paired.queries.radii[(row + i) * v + q] * scale.magnitude
                )
                for t in 0..<v {
                    let (key, other) = (
                        paired.keys.values[(column + i) * v + t], paired.keys.radii[(column + i) * v + t]
                    )
                    scores[q * v + t] += query * key
                    let error = query.magnitude * other + radius * (key.magnitude + other)
                    errors[q * v + t] += error
                    sizes[q * v + t] += (query * key).magnitude + error
                }
            }
        }
        for place in errors.indices {
            errors[place] += rounding.relative * sizes[place] + rounding.absolute * max(1, scale.magnitude)
        }
    }
}
