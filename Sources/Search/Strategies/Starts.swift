/// Where the lanes of a gradient run begin.
package enum Starts: Sendable {
    /// Uniform over the boxes; in the first run one lane each at the middle and at the reference.
    case random
    /// Uniform, then moved a few steps so that the models' answers differ between lanes.
    case diversified
    /// Corners of the boxes.
    case corners
    /// The best points so far, jittered.
    case elites

    func frame(_ outset: Outset, parents: [Elite]) -> Frame {
        outset.frame(self == .elites ? parents.map(\.box) : outset.boxes)
    }

    func fill(_ points: UnsafeMutablePointer<Double>, _ frame: Frame, parents: [Elite], _ random: inout Random) {
        switch self {
        case .random, .diversified: frame.fillUniform(points, &random)
        case .corners: frame.fillCorners(points, &random)
        case .elites: frame.fillJittered(points, around: parents, &random)
        }
    }
}

extension Frame {
    /// Fills every lane with a random corner of its box; categories are uniform.
    func fillCorners(_ points: UnsafeMutablePointer<Double>, _ random: inout Random) {
        for row in 0..<space.dimension {
            let values = points + row * lanes
            random.fillUnit(values, count: lanes)
            if space.kinds[row] == .category {
                place(row: row, values)
            } else {
                for lane in 0..<lanes { values[lane] = between(row, lane, values[lane] < 0.5 ? 0 : 1) }
            }
        }
        scaleToDependentBounds(points)
    }

    /// Fills every lane with its parent, moved by up to half the box in all coordinates; every eighth lane is unmoved.
    func fillJittered(
        _ points: UnsafeMutablePointer<Double>, around parents: [Elite], _ random: inout Random
    ) {
        let scales = (0..<lanes).map { lane in
            lane % 8 == 0 ? 0 : Double(sign: .plus, exponent: -(1 + random.below(14)), significand: 1)
        }
        let noise = Rows(1, lanes: lanes)
        for row in 0..<space.dimension {
            let values = points + row * lanes
            for lane in 0..<lanes { values[lane] = parents[lane].point[row] }
            guard space.kinds[row] != .category else { continue }
            random.fillUnit(noise.start, count: lanes)
            for lane in 0..<lanes {
                values[lane] += (2 * noise[0][lane] - 1) * scales[lane] * span(row, lane)
            }
        }
    }

    /// Puts the middle of its box into one lane and the reference into another.
    func fillLandmarks(_ points: UnsafeMutablePointer<Double>) {
        for row in 0..<space.dimension {
            points[row * lanes] = between(row, 0, 0.5)
            points[row * lanes + 1] = space.reference[row]
        }
    }
}
