import Tensors

/// Up to 64 inputs that are to take another answer, as the engine takes them: `[element][lane]`.
final class AimedTile: @unchecked Sendable {
    let count: Int
    let x, penalty, weights: UnsafeMutablePointer<Float>
    private let labels: [Int]
    private let aim: Aim

    private static let lanes = Evaluator.maximumLanes
    /// Far below every score, and far from overflowing.
    private static let never: Float = -1e6

    private init(_ rows: CleanRows, _ places: ArraySlice<Int>, _ aim: Aim, classes: Int) {
        (count, self.aim) = (places.count, aim)
        labels = places.map { rows.labels[$0] }
        x = .allocate(capacity: rows.size * Self.lanes)
        penalty = .allocate(capacity: classes * Self.lanes)
        weights = .allocate(capacity: Self.lanes)
        for lane in 0..<Self.lanes {
            // What no row is in repeats the first.
            let place = places.startIndex + (lane < places.count ? lane : 0)
            let row = rows[places[place]]
            for (element, number) in row.enumerated() { x[element * Self.lanes + lane] = number }
            let label = rows.labels[places[place]]
            for answer in 0..<classes {
                penalty[answer * Self.lanes + lane] = aim.allows(answer, for: label) ? 0 : Self.never
            }
            weights[lane] = lane < places.count ? 1 : 0
        }
    }

    deinit {
        x.deallocate()
        penalty.deallocate()
        weights.deallocate()
    }

    /// The rows that the aim is about, in tiles.
    static func tiles(_ rows: CleanRows, _ aim: Aim, classes: Int) -> [AimedTile] {
        let places = (0..<rows.count).filter { aim.takes(rows.labels[$0]) }
        return stride(from: 0, to: places.count, by: lanes).map { first in
            AimedTile(rows, places[first..<min(first + lanes, places.count)], aim, classes: classes)
        }
    }

    /// Of laned scores; ties go to the lowest class.
    func hits(_ scores: UnsafeRawPointer?, _ classes: Int) -> Int {
        guard let scores = scores?.assumingMemoryBound(to: Float.self) else { return 0 }
        return (0..<count).count { lane in
            var best = 0
            for answer in 1..<classes where scores[answer * Self.lanes + lane] > scores[best * Self.lanes + lane] {
                best = answer
            }
            return aim.allows(best, for: labels[lane])
        }
    }
}
