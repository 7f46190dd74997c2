/// Grey images of one side and a class each: pixels from 0 to 1, row-major.
package struct Images: Sendable {
    package let side: Int
    package private(set) var pixels: [Float]
    package private(set) var labels: [Int32]

    package init(side: Int, pixels: [Float], labels: [Int32]) {
        (self.side, self.pixels, self.labels) = (side, pixels, labels)
    }

    package var count: Int { labels.count }
    package var size: Int { side * side }

    package subscript(_ image: Int) -> [Float] { Array(pixels[image * size..<(image + 1) * size]) }

    mutating func replace(_ image: Int, _ changed: [Float], label: Int32) {
        pixels.replaceSubrange(image * size..<(image + 1) * size, with: changed)
        labels[image] = label
    }
}
