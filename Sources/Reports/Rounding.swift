import Foundation

extension Double {
    /// Decimal text with at most so many significant digits, no trailing zeros.
    package func rounded(toSignificant digits: Int) -> String {
        isNaN ? "nan" : String(format: "%.\(digits)g", self)
    }
}
