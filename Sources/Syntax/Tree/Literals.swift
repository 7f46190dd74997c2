import Diagnostics

/// `3`, `0.25`, `1e-3`, `60_760`
package struct NumberLiteral: Hashable, Sendable {
    /// As written, without the underscores.
    package let digits: String
    /// The nearest Float64; always finite.
    package let value: Double
    package let span: Span

    /// It has neither a decimal point nor an exponent.
    package var isInteger: Bool { digits.utf8.allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") } }

    /// Its value if it is written as an integer that fits 64 bits.
    package var integer: Int? { isInteger ? Int(digits) : nil }
}

/// `"digits.onnx"`
package struct StringLiteral: Hashable, Sendable {
    /// What it stands for: without quotes, escapes resolved.
    package let text: String
    package let span: Span
}

/// `/[a-z]{2,12}\?/`
package struct RegexLiteral: Hashable, Sendable {
    /// As written between the slashes.
    package let pattern: String
    package let span: Span
}

/// `true` or `false`
package struct BooleanLiteral: Hashable, Sendable {
    package let value: Bool
    package let span: Span
}
