import Tensors

/// Regions in which every sign is settled: each is a linear program over the coordinates, whose multipliers are the best there are.
extension NeuronBounder {
    /// The multipliers of a region's signs that bound the leaf best, and the point where the bound is attained.
    static func settled(
        _ region: Region, _ lane: Int, target: Int, _ workspace: BoundWorkspace
    ) -> LinearProgram.Solution {
        let goal = rows(of: target, [(element: 0, sign: 1)], lane, workspace)[0]
        var conditions = [LinearProgram.Row?](repeating: nil, count: region.signs.count)
        for (node, places) in Dictionary(grouping: region.signs.indices, by: { region.signs[$0].node }) {
            let elements = places.map { place in
                (element: region.signs[place].element, sign: region.signs[place].isPositive ? 1.0 : -1)
            }
            for (place, row) in zip(places, rows(of: node, elements, lane, workspace)) {
                conditions[place] = row.loosened(lower: region.lower, upper: region.upper)
            }
        }
        return LinearProgram(
            minimizing: goal, conditions.compactMap { $0 }, lower: region.lower, upper: region.upper
        ).solved()
    }

    /// Elements of a node, or the negative of them, as functions of the coordinates.
    private static func rows(
        of node: Int, _ elements: [(element: Int, sign: Double)], _ lane: Int, _ workspace: BoundWorkspace
    ) -> [LinearProgram.Row] {
        var found: [LinearProgram.Row] = []
        for first in stride(from: 0, to: elements.count, by: BoundWorkspace.rows) {
            let part = Array(elements[first..<min(first + BoundWorkspace.rows, elements.count)])
            let rows = Evaluator.lanes(for: part.count)
            workspace.seed(
                node, rows: rows, element: { part[min($0, part.count - 1)].element },
                sign: { part[min($0, part.count - 1)].sign })
            workspace.propagate(from: node, rows: rows, .ofRegion(lane))
            for row in part.indices {
                let form = workspace.form(row, rows: rows, .ofRegion(lane))
                found.append(LinearProgram.Row(slopes: form.slopes, constant: form.constant))
            }
        }
        return found
    }
}

extension LinearProgram.Row {
    /// The same with room for the rounding of float32: conditions that exclude one another by no more than that would want multipliers
    /// whose own rounding is worse than what they are worth.
    fileprivate func loosened(lower: [Double], upper: [Double]) -> Self {
        let size = zip(slopes, zip(lower, upper)).reduce(constant.magnitude) {
            $0 + $1.0.magnitude * max($1.1.0.magnitude, $1.1.1.magnitude)
        }
        return Self(slopes: slopes, constant: constant + size * 0x1p-20)
    }
}
