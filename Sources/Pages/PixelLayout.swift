/// How the numbers of a tensor are the pixels of a picture: one plane, or three of red, green and blue, row by row.
package struct PixelLayout: Sendable, Hashable {
    package let width, height, channels: Int

    /// Of `[height, width]`, behind dimensions of 1 or one of 3; nil of anything else.
    package init?(_ sizes: [Int]) {
        guard sizes.count >= 2, sizes.allSatisfy({ $0 > 0 }),
            sizes.dropLast(2).reduce(1, *) == 1 || (sizes.count == 3 && sizes[0] == 3)
        else { return nil }
        (height, width) = (sizes[sizes.count - 2], sizes[sizes.count - 1])
        channels = sizes.dropLast(2).reduce(1, *)
    }

    /// The planes' numbers pixel by pixel.
    package func interleaved(_ values: [Double]) -> [Double] {
        let size = height * width
        return values.indices.map { values[$0 % channels * size + $0 / channels] }
    }
}
