import Compiler
import Reports
import Tensors

/// The numbers that an input or a column takes.
struct NumberRange {
    let low, high: Double
    /// Whether data say so, or nothing does.
    let isKnown: Bool

    /// Where nothing says more.
    static let unknown = NumberRange(low: -1, high: 1, isKnown: false)
    /// The same of whole numbers, which are often indices.
    static let unknownWhole = NumberRange(low: 0, high: 1, isKnown: false)

    private init(low: Double, high: Double, isKnown: Bool) {
        (self.low, self.high, self.isKnown) = (low, high, isKnown)
    }

    /// Around all numbers of a tensor: one of the usual ranges, or ends of two digits. nil where they are none, or not finite.
    init?(around tensor: Tensor) {
        let values = tensor.doubles
        guard let least = values.min(), let most = values.max(), least.isFinite, most.isFinite,
            !values.contains(where: \.isNaN)
        else { return nil }
        isKnown = true
        let usual: [(Double, Double)] = [(0, 1), (-1, 1), (0, 255)]
        let fits = usual.first { $0.0 <= least && most <= $0.1 && (most - least) * 4 >= $0.1 - $0.0 }
        if tensor.element.isReal {
            (low, high) = fits ?? (least.roundedAway(.down), most.roundedAway(.up))
        } else {
            (low, high) = (least, most)
        }
    }

    /// `[0, 1]`
    var text: String { "[\(Notation.text(low)), \(Notation.text(high))]" }

    var width: Double { high - low }
}

extension Double {
    /// To two significant digits, in a direction.
    fileprivate func roundedAway(_ rule: FloatingPointRoundingRule) -> Double {
        guard self != 0 else { return 0 }
        let text = String(magnitude).isEmpty ? 0 : Int(magnitude.logarithm.rounded(.down)) - 1
        let power = Double("1e\(text)") ?? 1
        let digits = (self / power).rounded(rule)
        return Double("\(Notation.text(digits))e\(text)") ?? digits * power
    }

    /// To base ten, near enough for a number of digits.
    private var logarithm: Double { Double(exponent) * 0.30102999566398120 + 0.2 }
}
