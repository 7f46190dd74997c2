@testable import Tensors

/// What claims are held against.
extension Attack {
    /// The engine, on all nodes at once, and on some alone, where it fuses what nobody else asks for.
    mutating func holdAgainstEngine(_ claims: [BoundClaim]) throws {
        let points = field.points.flatMap(\.self)
        var starts = [0]
        for part in field.points { starts.append(starts[starts.count - 1] + part.count) }
        let batch = try batch(points)
        let all = try Evaluator(graph, outputs: nodes.map { Value($0) }).run(batch).map(\.doubles)
        var values = [[Double]](repeating: [], count: graph.nodes.count)
        for (node, results) in zip(nodes, all) { values[node] = results }
        hold(claims, Witness(name: "engine", points: points, starts: starts, values: values))
        for node in [nodes[nodes.count - 1], random.pick(nodes)] {
            values[node] = try Evaluator(graph, outputs: [Value(node)]).run(batch)[0].doubles
            let own = claims.filter { $0.node == node && $0.constraints.isEmpty }
            hold(own, Witness(name: "fused", points: points, starts: starts, values: values))
        }
    }

    /// Other orders of summation, and the real numbers behind float64.
    mutating func holdAgainstDisorder(_ claims: [BoundClaim]) throws {
        let byLane = Dictionary(grouping: claims, by: \.lane)
        var disorder = Disorder(graph, seed: random.next())
        for _ in 0..<10 {
            let lane = random.below(Attack.lanes)
            guard let own = byLane[lane] else { continue }
            let point = random.pick(field.points[lane])
            let computed = try disorder.values(inputs(at: point))
            let starts = (0...Attack.lanes).map { $0 <= lane ? 0 : 1 }
            hold(own, Witness(name: "disorder", points: [point], starts: starts, values: computed.map(\.doubles)))
            holdAgainstReals(own, point, Exactness(graph, computed))
        }
    }

    private func inputs(at point: [Double]) throws -> [Tensor] {
        var (first, inputs) = (0, [Tensor]())
        for input in graph.inputs {
            let type = graph.type(of: input.value)
            inputs.append(try Tensor(type, rounding: Array(point[first..<(first + type.shape.count)])))
            first += type.shape.count
        }
        return inputs
    }

    private func batch(_ points: [[Double]]) throws -> [Tensor] {
        var (first, batch) = (0, [Tensor]())
        for input in graph.inputs {
            let type = graph.type(of: input.value)
            let range = first..<(first + type.shape.count)
            let wide = TensorType(type.element, try Shape([points.count] + type.shape.dimensions))
            batch.append(try Tensor(wide, rounding: points.flatMap { $0[range] }))
            first += type.shape.count
        }
        return batch
    }
}

/// What all nodes are at some points, those of one lane after those of another.
struct Witness {
    let name: String
    let points: [[Double]]
    /// Where the points of each lane start.
    let starts: [Int]
    /// By node: for each point its elements.
    let values: [[Double]]
}

extension Attack {
    private mutating func hold(_ claims: [BoundClaim], _ witness: Witness) {
        let sizes = graph.nodes.map { $0.type.shape.count }
        for claim in claims where claim.lower > -.infinity || claim.upper < .infinity {
            let (values, size) = (witness.values[claim.node], sizes[claim.node])
            let isSign = signs.contains(claim.node)
            let isEverywhere = claim.box == nil && claim.constraints.isEmpty
            for place in witness.starts[claim.lane]..<witness.starts[claim.lane + 1] {
                if !isEverywhere, !isMet(claim, witness, place, sizes) { continue }
                let value = values[place * size + claim.element]
                let holds =
                    isSign
                    ? (claim.lower < 0 || value >= 0) && (claim.upper >= 0 || value < 0)
                    : claim.lower <= value && value <= claim.upper
                result.comparisons += 1
                if !holds { note(claim, witness.name, "\(value)", witness.points[place]) }
            }
        }
    }

    /// Whether a claim speaks of a point.
    private func isMet(_ claim: BoundClaim, _ witness: Witness, _ place: Int, _ sizes: [Int]) -> Bool {
        if let box = claim.box, !Battlefield.contains(box, witness.points[place]) { return false }
        return claim.constraints.allSatisfy {
            witness.values[$0.node][place * sizes[$0.node] + $0.element] * $0.sign >= 0
        }
    }

    private mutating func holdAgainstReals(_ claims: [BoundClaim], _ point: [Double], _ reals: Exactness) {
        for claim in claims where claim.constraints.isEmpty && !signs.contains(claim.node) {
            guard graph.nodes[claim.node].type.element == .float64, let value = reals.values[claim.node]?[claim.element]
            else { continue }
            if let box = claim.box, !Battlefield.contains(box, point) { continue }
            result.comparisons += 1
            // A product of numbers that are nearly nothing counts as nothing.
            let least = Dyadic(.leastNonzeroMagnitude) ?? .zero
            let isLow = Dyadic(claim.lower).map { value + least < $0 } ?? false
            let isHigh = Dyadic(claim.upper).map { $0 < value - least } ?? false
            if isLow || isHigh { note(claim, "reals", "\(value)", point) }
        }
    }

    private mutating func note(_ claim: BoundClaim, _ witness: String, _ value: String, _ point: [Double]) {
        let node = graph.nodes[claim.node]
        let name = if case .operation(let operation) = node.source { operation.label } else { "input" }
        result.violations.append(
            "node \(claim.node) (\(name), \(node.type)), element \(claim.element), \(claim.origin): "
                + "\(value) by \(witness) at \(point) is outside \(claim.lower)...\(claim.upper)")
    }
}
