import FoundationEssentials
import Glibc

/// A small image, enlarged pixel by pixel, with words below it.
package struct Picture: Sendable {
    /// Row-major.
    package enum Content: Sendable {
        /// A value from 0 to 1 each.
        case grey([Double])
        /// Three values from 0 to 1 each: red, green, blue.
        case colour([Double])
        /// Values from 0, shown black, to `full`, shown white, through red and yellow.
        case heat([Double], full: Double)
        /// Values from -`full`, shown blue, over 0, shown white, to `full`, shown red.
        case signed([Double], full: Double)
    }

    package let caption: String
    package let width, height: Int
    private let source: String

    /// nil where the numbers are not those of `width` times `height` pixels, or there are more than 2^24 pixels.
    package init?(_ caption: String, width: Int, height: Int, _ content: Content) {
        let (pixels, channels) = content.pixels
        guard let file = PNG.encode(pixels, width: width, height: height, channels: channels) else { return nil }
        (self.caption, self.width, self.height) = (caption, width, height)
        source = "data:image/png;base64," + Data(file).base64EncodedString()
    }

    /// How large the longer side is made at least, in pixels of the screen, as far as whole multiples go.
    private static let extent = 144

    var view: View {
        let scale = max(1, Self.extent / max(width, height))
        return ["caption": caption, "source": source, "width": width * scale, "height": height * scale]
    }
}

extension Picture.Content {
    fileprivate var pixels: (values: [Double], channels: Int) {
        switch self {
        case .grey(let values): (values, 1)
        case .colour(let values): (values, 3)
        case .heat(let values, let full): (values.flatMap { Self.hot($0 / full) }, 3)
        case .signed(let values, let full): (values.flatMap { Self.diverging($0 / full) }, 3)
        }
    }

    /// Red, then green, then blue rise from 0 to 1, one after the other.
    private static func hot(_ value: Double) -> [Double] { (0..<3).map { min(max(3 * value - Double($0), 0), 1) } }

    private static func diverging(_ value: Double) -> [Double] {
        let share = value.isNaN ? 0 : min(max(value, -1), 1)
        let end = share < 0 ? [0.13, 0.4, 0.67] : [0.7, 0.09, 0.17]
        return end.map { 1 + abs(share) * ($0 - 1) }
    }
}
