/// Bounds of coordinates that follow from coordinates before them, as those of `y` in `x: Real in [0, 1], y: Real in [0, x]`.
///
/// The space's boxes hold the widest that they may be, and the objective says that they are met: here they are only for
/// drawing points that do, with no rejection. Coordinates are gone through by levels: a level's bounds follow from levels before.
package struct DependentBounds: Sendable {
    /// One bound of one coordinate.
    package struct Bound: Sendable {
        package enum Side: Sendable { case lower, upper }

        package let coordinate: Int
        package let side: Side
        /// Whether the bound itself is left out.
        package let isStrict: Bool
        /// Which of the reader's outputs it is.
        package let output: Int

        package init(_ side: Side, of coordinate: Int, isStrict: Bool, output: Int) {
            (self.side, self.coordinate, self.isStrict, self.output) = (side, coordinate, isStrict, output)
        }
    }

    private struct Coordinate {
        let index: Int
        let bounds: [Bound]
    }

    /// Its outputs are the bounds.
    private let reader: any Objective
    private var levels: [[Coordinate]]
    /// What the reader's first coordinates are, where they are not the space's.
    private var given: [Double] = []

    /// `levels` come in order; nil where there are none, or more than are worth a pass each.
    package init?(_ levels: [[Bound]], reader: any Objective) {
        guard (1...32).contains(levels.count) else { return nil }
        self.reader = reader
        self.levels = levels.map { bounds in
            Dictionary(grouping: bounds, by: \.coordinate).sorted { $0.key < $1.key }
                .map { Coordinate(index: $0.key, bounds: $0.value) }
        }
    }

    /// Those of the first coordinates alone.
    package func prefix(_ count: Int) -> DependentBounds? { kept { $0 < count } }

    /// Those of the other coordinates, where the first have these values.
    package func after(_ given: [Double]) -> DependentBounds? {
        var rest = kept { $0 >= given.count }
        rest?.given = given
        return rest
    }

    private func kept(_ isKept: (Int) -> Bool) -> DependentBounds? {
        var result = self
        result.levels = levels.map { $0.filter { isKept($0.index) } }.filter { !$0.isEmpty }
        return result.levels.isEmpty ? nil : result
    }

    /// How a value is brought between its bounds.
    enum Fitting {
        /// To the same fraction of the way between them that it has in its box.
        case scaled
        /// To the nearest value between them.
        case clamped
    }

    /// Brings every lane's coordinates between their bounds, but for those that the bounds leave no value.
    func fit(_ points: UnsafeMutablePointer<Double>, _ frame: Frame, _ fitting: Fitting) {
        let tile = Tile(for: reader)
        guard tile.lanes == frame.lanes else { return }
        tile.count = frame.lanes
        for (row, value) in given.enumerated() {
            (tile.points + row * tile.lanes).update(repeating: value, count: tile.lanes)
        }
        let own = tile.points + given.count * tile.lanes
        let rows = min(frame.space.dimension, tile.dimension - given.count)
        for level in levels {
            own.update(from: points, count: rows * tile.lanes)
            reader.evaluate(tile, .outputs)
            for coordinate in level {
                for lane in 0..<tile.lanes { fit(points, coordinate, lane, frame, fitting, tile) }
            }
        }
    }

    private func fit(
        _ points: UnsafeMutablePointer<Double>, _ coordinate: Coordinate, _ lane: Int, _ frame: Frame,
        _ fitting: Fitting, _ tile: Tile
    ) {
        let row = coordinate.index - given.count
        let place = row * frame.lanes + lane
        let kind = frame.space.kinds[row]
        let (boxLower, boxUpper) = (frame.lower[place], frame.upper[place])
        var (lower, upper) = (boxLower, boxUpper)
        for bound in coordinate.bounds {
            let value = tile.outputs[bound.output * tile.lanes + lane]
            switch bound.side {
            case .lower: lower = max(lower, kind.least(from: value, isStrict: bound.isStrict))
            case .upper: upper = min(upper, -kind.least(from: -value, isStrict: bound.isStrict))
            }
        }
        guard lower <= upper else { return }
        let value = points[place]
        switch fitting {
        case .clamped: points[place] = min(max(value, lower), upper)
        case .scaled:
            guard boxLower < boxUpper else { return }
            let isReal = kind == .real64 || kind == .real32
            let room = isReal ? 0.0 : 1
            let fraction = (value - boxLower + room / 2) / (boxUpper - boxLower + room)
            let scaled =
                isReal
                ? lower * (1 - fraction) + upper * fraction : lower + (fraction * (upper - lower + 1)).rounded(.down)
            points[place] = min(max(kind.nearest(scaled), lower), upper)
        }
    }
}

extension CoordinateKind {
    /// The least value of the kind that is at least a number, or greater than it. NaN bounds nothing.
    fileprivate func least(from number: Double, isStrict: Bool) -> Double {
        guard !number.isNaN else { return -.infinity }
        switch self {
        case .real64: return isStrict ? number.nextUp : number
        case .real32:
            let near = Float(number)
            let isBelow = isStrict ? Double(near) <= number : Double(near) < number
            return Double(isBelow ? near.nextUp : near)
        case .integer, .category: return isStrict ? number.rounded(.down) + 1 : number.rounded(.up)
        }
    }

    fileprivate func nearest(_ number: Double) -> Double {
        switch self {
        case .real64: number
        case .real32: Double(Float(number))
        case .integer, .category: number.rounded()
        }
    }
}

extension Frame {
    /// Brings draws between the bounds that follow from other coordinates, if there are any.
    func scaleToDependentBounds(_ points: UnsafeMutablePointer<Double>) { space.dependence?.fit(points, self, .scaled) }
}
