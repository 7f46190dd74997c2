import Tensors

/// Up to 64 inputs that are to take another answer, as the engine takes them: `[element][lane]`.
final class AimedTile: @unchecked Sendable {
    let count, lanes: Int
    let x, penalty, weights: UnsafeMutablePointer<Float>
    private let labels: [Int]
    private let aim: Aim

    /// Far below every score, and far from overflowing.
    private static let never: Float = -1e6

    private init(_ rows: CleanRows, _ places: ArraySlice<Int>, _ aim: Aim, classes: Int) {
        (count, self.aim) = (places.count, aim)
        lanes = Evaluator.lanes(for: places.count)
        labels = places.map { rows.labels[$0] }
        x = .allocate(capacity: rows.size * lanes)
        penalty = .allocate(capacity: classes * lanes)
        weights = .allocate(capacity: lanes)
        for lane in 0..<lanes {
            // What no row is in repeats the first.
            let place = places.startIndex + (lane < places.count ? lane : 0)
            let row = rows[places[place]]
            for (element, number) in row.enumerated() { x[element * lanes + lane] = number }
            let label = rows.labels[places[place]]
            for answer in 0..<classes {
                penalty[answer * lanes + lane] = aim.allows(answer, for: label) ? 0 : Self.never
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
        let most = Evaluator.maximumLanes
        return stride(from: 0, to: places.count, by: most).map { first in
            AimedTile(rows, places[first..<min(first + most, places.count)], aim, classes: classes)
        }
    }

    /// Of laned scores; ties go to the lowest class.
    func hits(_ scores: UnsafeRawPointer?, _ classes: Int) -> Int {
        guard let scores = scores?.assumingMemoryBound(to: Float.self) else { return 0 }
        return (0..<count).count { lane in
            var best = 0
            for answer in 1..<classes where scores[answer * lanes + lane] > scores[best * lanes + lane] {
                best = answer
            }
            return aim.allows(best, for: labels[lane])
        }
    }

    /// Of laned scores, the greatest that is aimed at minus the greatest that is not.
    func margins(_ scores: UnsafeRawPointer?, _ classes: Int) -> [Float] {
        guard let scores = scores?.assumingMemoryBound(to: Float.self) else { return [] }
        return (0..<count).map { lane in
            var (aimed, other) = (-Float.infinity, -Float.infinity)
            for answer in 0..<classes {
                let score = scores[answer * lanes + lane]
                if aim.allows(answer, for: labels[lane]) {
                    aimed = max(aimed, score)
                } else {
                    other = max(other, score)
                }
            }
            return aimed - other
        }
    }
}
