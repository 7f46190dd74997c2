import Tensors

/// How the numbers of an input lie: the places that a trigger can take, each of one number or of one for each channel.
package struct Layout: Sendable, Hashable {
    package enum Form: Sendable, Hashable {
        /// Height and width.
        case picture(height: Int, width: Int)
        case row(columns: Int)
    }

    package let form: Form
    package let channels: Int
    /// The whole input, batch included, and the same with one channel.
    let shape, siteShape: Shape
    /// The input's sizes without the batch.
    package let ownShape: [Int]
    /// Numbers from one channel to the next, and from one place to the next.
    private let channelStride, siteStride: Int

    /// An input of three numbers besides the batch is a picture where its first or last is 1, 3 or 4; all others are rows.
    init(_ shape: Shape) throws(ShapeError) {
        let sizes = shape.dimensions
        let offset = sizes.count == 4 && sizes[0] == 1 ? 1 : 0
        let own = Array(sizes.dropFirst(offset))
        let isColour: (Int) -> Bool = { [1, 3, 4].contains($0) }
        (self.shape, ownShape) = (shape, sizes.first == 1 && sizes.count > 1 ? Array(sizes.dropFirst()) : sizes)
        if own.count == 3, isColour(own[0]), own[1] > 1, own[2] > 1 {
            (form, channels) = (.picture(height: own[1], width: own[2]), own[0])
            (channelStride, siteStride) = (own[1] * own[2], 1)
            siteShape = try Shape(Array(sizes.prefix(offset)) + [1, own[1], own[2]])
        } else if own.count == 3, isColour(own[2]), own[0] > 1, own[1] > 1 {
            (form, channels) = (.picture(height: own[0], width: own[1]), own[2])
            (channelStride, siteStride) = (1, own[2])
            siteShape = try Shape(Array(sizes.prefix(offset)) + [own[0], own[1], 1])
        } else {
            (form, channels) = (.row(columns: shape.count), 1)
            (channelStride, siteStride) = (shape.count, 1)
            siteShape = shape
        }
    }

    package var sites: Int { siteShape.count }
    package var count: Int { shape.count }

    /// The place of a number of the input, row-major.
    package func site(of element: Int) -> Int { siteStride == 1 ? element % sites : element / channels }

    package func element(site: Int, channel: Int) -> Int { channel * channelStride + site * siteStride }
}
