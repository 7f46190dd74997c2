/// Sums of points of edwards25519, complete additions in a tree: points are [..., 4, 15], rows X, Y, T, Z.
struct CurveCircuit {
    private let circuit: Circuit

    init(_ circuit: Circuit) { self.circuit = circuit }

    /// The entry of each window that its digit says, and the sum of all: `digits` are [windows], below 16 each.
    func sum(of tables: [[CurvePoint]], _ digits: Wire) -> Wire {
        let points = tables.flatMap { $0 }
        let windows = points.count / 16
        let rows = circuit.sum(digits, (0..<windows).map { Double(16 * $0) })
        let index = circuit.whole(rows)
        let numbers = points.flatMap { [$0.x, $0.y, $0.t, $0.z].flatMap(\.limbs) }.map(Double.init)
        let table = circuit.constant([points.count, 4, Residue.count], numbers)
        let chosen = Wire(
            circuit.node("Gather", [table, index], [("axis", .integer(0))]), [windows, 4, Residue.count],
            Array(repeating: 0...0x1p17 - 1, count: Residue.count))
        return sum(chosen, windows)
    }

    private func sum(_ points: Wire, _ count: Int) -> Wire {
        var (points, count) = (points, count)
        while count > 1 {
            let pairs = circuit.reshaped(points, [count / 2, 2, 4, Residue.count])
            points = sum(circuit.row(pairs, 0, axis: 1), circuit.row(pairs, 1, axis: 1))
            count /= 2
        }
        return circuit.reshaped(points, [4, Residue.count])
    }

    /// The formulas of `CurvePoint`, for all pairs at once.
    func sum(_ first: Wire, _ second: Wire) -> Wire {
        let parts: [[Double]] = [[-1, 1, 0, 0], [1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
        // A, B, T1 · T2, Z1 · Z2
        let products = circuit.multiplied(circuit.mixed(first, parts), circuit.mixed(second, parts))
        let axis = products.shape.count - 2
        let twisted = circuit.multiplied(circuit.row(products, 2, axis: axis), CurvePoint.d + CurvePoint.d)
        let row = circuit.reshaped(twisted, twisted.shape.dropLast() + [1, Residue.count])
        // A, B, T1 · T2, Z1 · Z2, C
        let all = circuit.joined([products, row], axis: axis)
        let (e, f, g, h): ([Double], [Double], [Double], [Double]) = (
            [-1, 1, 0, 0, 0], [0, 0, 0, 2, -1], [0, 0, 0, 2, 1], [1, 1, 0, 0, 0]
        )
        return circuit.multiplied(circuit.mixed(all, [e, g, e, f]), circuit.mixed(all, [f, h, h, g]))
    }
}
