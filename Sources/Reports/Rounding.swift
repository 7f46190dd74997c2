import Formatting
import Glibc

extension Double {
    /// Decimal text with at most so many significant digits, no trailing zeros.
    package func rounded(toSignificant digits: Int) -> String {
        isNaN ? "nan" : String(format: "%.\(digits)g", self)
    }

    /// The same, but not below (`.up`) or not above (`.down`) the number.
    package func rounded(toSignificant digits: Int, _ side: FloatingPointRoundingRule) -> String {
        func isOutside(_ text: String) -> Bool {
            guard let read = Double(text) else { return true }
            return side == .up ? read >= self : read <= self
        }
        let nearest = rounded(toSignificant: digits)
        guard isFinite, !isOutside(nearest) else { return nearest }
        let unit = pow(10, log10(magnitude).rounded(.down) - Double(digits - 1))
        let next = (side == .up ? self + unit : self - unit).rounded(toSignificant: digits)
        return isOutside(next) ? next : "\(self)"
    }
}
