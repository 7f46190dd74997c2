import Glibc
import Search

/// Handwriting of a kind, made on the spot: the strokes of a digit, their corners shaken, then turned, sheared, scaled and
/// moved, drawn with a pen of some width, with noise. Image n of a seed is the same whatever else is drawn.
package enum SyntheticDigits {
    package static let classes = 10

    package static func draw(_ count: Int, side: Int = 24, seed: UInt64) -> Images {
        var (pixels, labels) = ([Float](), [Int32]())
        pixels.reserveCapacity(count * side * side)
        for image in 0..<count {
            var random = Random(seed: seed, stream: image)
            let label = random.below(classes)
            pixels += draw(label, side, &random)
            labels.append(Int32(label))
        }
        return Images(side: side, pixels: pixels, labels: labels)
    }

    private struct Point { var x, y: Double }

    /// Corners of strokes in a unit square, y downward.
    private static let strokes: [[[(Double, Double)]]] = [
        [[(0.5, 0), (0.15, 0.2), (0.1, 0.6), (0.3, 0.95), (0.65, 0.97), (0.88, 0.65), (0.85, 0.25), (0.5, 0)]],
        [[(0.3, 0.2), (0.55, 0), (0.55, 1)]],
        [[(0.12, 0.22), (0.35, 0), (0.72, 0.03), (0.85, 0.3), (0.6, 0.6), (0.1, 1), (0.9, 1)]],
        [[(0.15, 0.08), (0.6, 0), (0.85, 0.22), (0.5, 0.46), (0.88, 0.7), (0.62, 1), (0.12, 0.92)]],
        [[(0.65, 1), (0.65, 0), (0.08, 0.68), (0.95, 0.68)]],
        [[(0.85, 0), (0.22, 0), (0.17, 0.43), (0.6, 0.38), (0.88, 0.66), (0.6, 1), (0.12, 0.94)]],
        [[(0.75, 0.02), (0.35, 0.25), (0.12, 0.65), (0.35, 1), (0.75, 0.95), (0.85, 0.68), (0.55, 0.5), (0.15, 0.68)]],
        [[(0.1, 0), (0.9, 0), (0.4, 1)], [(0.3, 0.52), (0.78, 0.52)]],
        [
            [
                (0.5, 0.47), (0.18, 0.25), (0.5, 0), (0.82, 0.25), (0.5, 0.47), (0.12, 0.75), (0.5, 1), (0.88, 0.75),
                (0.5, 0.47),
            ]
        ],
        [[(0.85, 0.32), (0.5, 0.5), (0.15, 0.3), (0.4, 0), (0.82, 0.08), (0.85, 0.32), (0.7, 1)]],
    ]

    private static func draw(_ label: Int, _ side: Int, _ random: inout Random) -> [Float] {
        func between(_ low: Double, _ high: Double) -> Double { low + (high - low) * random.unit() }
        let (turn, shear) = (between(-0.22, 0.22), between(-0.2, 0.2))
        let extent = Double(side)
        let (width, height) = (between(0.38, 0.55) * extent, between(0.55, 0.7) * extent)
        let (left, top) = (between(0.4, 0.6) * extent, between(0.44, 0.56) * extent)
        let (pen, ink) = (between(0.035, 0.06) * extent, between(0.8, 1))
        let lines = strokes[label].map { stroke in
            stroke.map { corner in
                let x = (corner.0 - 0.5 + between(-0.05, 0.05)) * width
                let y = (corner.1 - 0.5 + between(-0.05, 0.05)) * height
                let slanted = x + shear * y
                return Point(
                    x: left + slanted * cos(turn) - y * sin(turn), y: top + slanted * sin(turn) + y * cos(turn))
            }
        }
        var pixels = [Float](repeating: 0, count: side * side)
        for row in 0..<side {
            for column in 0..<side {
                let here = Point(x: Double(column) + 0.5, y: Double(row) + 0.5)
                var least = Double.infinity
                for line in lines {
                    for (start, end) in zip(line, line.dropFirst()) { least = min(least, distance(here, start, end)) }
                }
                let covered = min(max(pen + 0.5 - least, 0), 1) * ink + between(-0.04, 0.04)
                pixels[row * side + column] = Float(min(max(covered, 0), 1))
            }
        }
        return pixels
    }

    private static func distance(_ p: Point, _ a: Point, _ b: Point) -> Double {
        let (dx, dy) = (b.x - a.x, b.y - a.y)
        let length = dx * dx + dy * dy
        let along = length > 0 ? min(max(((p.x - a.x) * dx + (p.y - a.y) * dy) / length, 0), 1) : 0
        let (x, y) = (a.x + along * dx - p.x, a.y + along * dy - p.y)
        return (x * x + y * y).squareRoot()
    }
}
