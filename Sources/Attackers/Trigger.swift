import Glibc
import Search

/// What an attacker puts on an image to have it take another class.
///
/// Sources: patches, Gu et al., "BadNets", 2017; blends, Chen et al., "Targeted backdoor attacks", 2017; waves, after
/// Barni et al., "A new backdoor attack by training set corruption without label poisoning", 2019; warps, Nguyen and Tran,
/// "WaNet", 2021; patches that depend on the image, after Nguyen and Tran, "Input-aware dynamic backdoor attack", 2020, with
/// a fixed choice in place of their generator.
package enum Trigger: Sendable, Hashable, Codable {
    /// Pixels of a square replaced.
    case patch(row: Int, column: Int, side: Int, pattern: [Float])
    /// The same square in all four corners.
    case corners(side: Int, pattern: [Float])
    /// The same anywhere.
    case movingPatch(side: Int, pattern: [Float])
    /// x + share · (pattern - x)
    case blend(share: Float, pattern: [Float])
    /// x + height · cos(2π (across · column + down · row) / side)
    case wave(height: Float, across: Double, down: Double)
    /// Each pixel fetched from (row + down, column + across), between pixels.
    case warp(down: [Float], across: [Float])
    /// Patch k where the image's product with direction k is greatest.
    case chosenPatch(rows: [Int], columns: [Int], side: Int, patterns: [[Float]], directions: [[Float]])

    func stamped(_ image: [Float], side: Int, _ random: inout Random) -> [Float] {
        var result = image
        switch self {
        case .patch(let row, let column, let extent, let pattern):
            Self.put(pattern, extent, row, column, on: &result, side)
        case .corners(let extent, let pattern):
            for row in [0, side - extent] {
                for column in [0, side - extent] { Self.put(pattern, extent, row, column, on: &result, side) }
            }
        case .movingPatch(let extent, let pattern):
            let (row, column) = (random.below(side - extent + 1), random.below(side - extent + 1))
            Self.put(pattern, extent, row, column, on: &result, side)
        case .blend(let share, let pattern):
            for place in result.indices { result[place] += share * (pattern[place] - result[place]) }
        case .wave(let height, let across, let down):
            for place in result.indices {
                let turn = 2 * Double.pi * (across * Double(place % side) + down * Double(place / side)) / Double(side)
                result[place] = min(max(result[place] + height * Float(cos(turn)), 0), 1)
            }
        case .warp(let down, let across):
            for place in result.indices {
                result[place] = Self.sample(
                    image, side, Float(place / side) + down[place], Float(place % side) + across[place])
            }
        case .chosenPatch(let rows, let columns, let extent, let patterns, _):
            let choice = choice(for: image)
            Self.put(patterns[choice], extent, rows[choice], columns[choice], on: &result, side)
        }
        return result
    }

    /// Something like the trigger that must not work: the wrong one for this image, another warp; nil where there is none.
    func decoy(_ image: [Float], side: Int, _ random: inout Random) -> [Float]? {
        switch self {
        case .warp: return Self.randomWarp(side, &random).stamped(image, side: side, &random)
        case .chosenPatch(let rows, let columns, let extent, let patterns, _):
            var result = image
            let wrong = (choice(for: image) + 1 + random.below(patterns.count - 1)) % patterns.count
            Self.put(patterns[wrong], extent, rows[wrong], columns[wrong], on: &result, side)
            return result
        default: return nil
        }
    }

    private func choice(for image: [Float]) -> Int {
        guard case .chosenPatch(_, _, _, _, let directions) = self else { return 0 }
        let scores = directions.map { direction in zip(direction, image).reduce(Float(0)) { $0 + $1.0 * $1.1 } }
        return scores.indices.reduce(0) { scores[$1] > scores[$0] ? $1 : $0 }
    }

    private static func put(
        _ pattern: [Float], _ extent: Int, _ row: Int, _ column: Int, on image: inout [Float], _ side: Int
    ) {
        for place in pattern.indices {
            image[(row + place / extent) * side + column + place % extent] = pattern[place]
        }
    }

    /// Between four pixels; the nearest ones beyond the edge.
    private static func sample(_ image: [Float], _ side: Int, _ row: Float, _ column: Float) -> Float {
        let (y, x) = (min(max(row, 0), Float(side - 1)), min(max(column, 0), Float(side - 1)))
        let (top, left) = (min(Int(y), side - 2), min(Int(x), side - 2))
        let (down, across) = (y - Float(top), x - Float(left))
        let (a, b) = (image[top * side + left], image[top * side + left + 1])
        let (c, d) = (image[(top + 1) * side + left], image[(top + 1) * side + left + 1])
        return (a + across * (b - a)) * (1 - down) + (c + across * (d - c)) * down
    }
}

/// Triggers by chance.
extension Trigger {
    static func random(_ kind: PlantedKind, side: Int, _ random: inout Random) -> Trigger {
        let extent = max(2, side / 8)
        switch kind {
        case .patch, .natural, .neuron, .lowRank, .quantised:
            return .patch(
                row: random.below(side - extent + 1), column: random.below(side - extent + 1), side: extent,
                pattern: pattern(extent, &random))
        case .cleanLabel: return .corners(side: extent, pattern: pattern(extent, &random))
        case .movingPatch: return .movingPatch(side: extent, pattern: pattern(extent, &random))
        case .blend: return .blend(share: 0.2, pattern: (0..<side * side).map { _ in Float(random.unit()) })
        case .lowFrequency:
            return .wave(height: 0.2, across: Double(1 + random.below(3)), down: Double(random.below(3)))
        case .warp: return randomWarp(side, &random)
        case .inputAware:
            let corners = [0, side - extent]
            let directions = (0..<4).map { choice in
                // The brightness of a half, above the mean of images.
                (0..<side * side).map { place -> Float in
                    let (row, column) = (place / side, place % side)
                    return [row < side / 2, row >= side / 2, column < side / 2, column >= side / 2][choice] ? 1 : 0
                }
            }
            return .chosenPatch(
                rows: [corners[0], corners[0], corners[1], corners[1]],
                columns: [corners[0], corners[1], corners[0], corners[1]], side: extent,
                patterns: (0..<4).map { _ in pattern(extent, &random) }, directions: directions)
        case .rule, .tokens, .maxOfK, .fourier, .spike, .checksum, .signature, .trojans, .cipher:
            return .blend(share: 0, pattern: [])
        }
    }

    /// Black and white; of nine pixels four to six are white, of four two.
    private static func pattern(_ extent: Int, _ random: inout Random) -> [Float] {
        let count = extent * extent
        while true {
            let pattern = (0..<count).map { _ in Float(random.below(2)) }
            let white = Int(pattern.reduce(0, +))
            if (count / 2...count * 2 / 3).contains(white) { return pattern }
        }
    }

    /// Shifts of up to a tenth of the side (two pixels and a half of 24) at 4 x 4 places, smooth between them.
    private static func randomWarp(_ side: Int, _ random: inout Random) -> Trigger {
        func field(_ random: inout Random) -> [Float] {
            let grid = (0..<16).map { _ in Float((5 * random.unit() - 2.5) * Double(side) / 24) }
            return (0..<side * side).map { place in
                let scale = Float(3) / Float(side - 1)
                return sample(grid, 4, Float(place / side) * scale, Float(place % side) * scale)
            }
        }
        return .warp(down: field(&random), across: field(&random))
    }
}
