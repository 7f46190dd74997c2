/// Texts as the engine has them: code points, then -1.
enum CodePointText {
    /// Up to the first negative number; what is no code point becomes the replacement character.
    static func string(_ numbers: ArraySlice<Double>) -> String {
        var text = String.UnicodeScalarView()
        for number in numbers.prefix(while: { $0 >= 0 }) {
            text.append(UInt32(exactly: number).flatMap(Unicode.Scalar.init) ?? "\u{FFFD}")
        }
        return String(text)
    }

    /// `count` numbers; nil where the text has more code points.
    static func numbers(_ text: String, count: Int) -> [Double]? {
        let own = text.unicodeScalars.map { Double($0.value) }
        return own.count <= count ? own + Array(repeating: -1, count: count - own.count) : nil
    }
}
