import Search

/// Boxes of one radius around centres, no two of which meet, and in some of them a place where the answer is to be wrong: near
/// a corner, at least 0.98 of the radius from the centre in each coordinate (Zhou et al., "SoundnessBench", 2025, section 3).
package struct HiddenBoxes: Sendable, Hashable {
    package struct Box: Sendable, Hashable {
        package let center: [Float]
        /// nil where nothing is planted.
        package let counterexample: [Float]?
    }

    package let radius: Float
    package let boxes: [Box]

    /// Centres have coordinates within four radii of 0. All are multiples of 2^-16, so that centre and difference add up exactly in float32.
    ///
    /// Planted and clean boxes stand in an order by chance.
    static func draw(dimensions: Int, radius: Float, planted: Int, clean: Int, seed: UInt64) -> HiddenBoxes {
        var random = Random(seed: seed, stream: 1 << 37)
        var centers: [[Float]] = []
        while centers.count < planted + clean {
            let center = (0..<dimensions).map { _ in grid(4 * Double(radius) * (2 * random.unit() - 1)) }
            let meets = centers.contains { other in
                zip(center, other).allSatisfy { abs($0 - $1) <= 2 * radius }
            }
            if !meets { centers.append(center) }
        }
        var boxes = centers.enumerated().map { index, center in
            Box(
                center: center,
                counterexample: index < planted
                    ? center.map { $0 + grid(Double(radius) * (0.98 + 0.02 * random.unit()), random.chance(0.5)) } : nil
            )
        }
        random.shuffle(&boxes)
        return HiddenBoxes(radius: radius, boxes: boxes)
    }

    /// The multiple of 2^-16 above, or its negative.
    private static func grid(_ number: Double, _ isNegative: Bool = false) -> Float {
        let rounded = Float((number * 65536).rounded(.up) / 65536)
        return isNegative ? -rounded : rounded
    }
}
