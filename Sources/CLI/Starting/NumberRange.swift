import Compiler
import Models
import Reports
import Tensors

/// The numbers that an input or a column takes.
struct NumberRange {
    let low, high: Double
    /// Who says so, if anybody does.
    let source: Source
    /// The only numbers there are, ascending, where they are few.
    let choices: [Double]

    enum Source { case data, file, nobody }

    /// Where nothing says more.
    static let unknown = NumberRange(low: -1, high: 1, .nobody)
    /// The same of whole numbers, which are often indices.
    static let unknownWhole = NumberRange(low: 0, high: 1, .nobody)

    private init(low: Double, high: Double, _ source: Source, choices: [Double] = []) {
        (self.low, self.high, self.source, self.choices) = (low, high, source, choices)
    }

    /// What the file shows; a tensor has no choices, but a range.
    init(_ use: WholeNumberUse, isScalar: Bool) {
        switch use {
        case .below(let count): self.init(low: 0, high: Double(max(0, count - 1)), .file)
        case .among(let values):
            let numbers = values.map(Double.init)
            self.init(low: numbers.first ?? 0, high: numbers.last ?? 1, .file, choices: isScalar ? numbers : [])
        }
    }

    /// One number alone.
    init(only number: Double) { self.init(low: number, high: number, .file, choices: [number]) }

    /// Around all numbers of a tensor: one of the usual ranges, or ends of two digits. nil where they are none, or not finite.
    init?(around tensor: Tensor) {
        let values = tensor.doubles
        guard let least = values.min(), let most = values.max(), !values.contains(where: \.isNaN) else { return nil }
        let usual: [(Double, Double)] = [(0, 1), (-1, 1), (0, 255)]
        let fits = usual.first { $0.0 <= least && most <= $0.1 && (most - least) * 4 >= $0.1 - $0.0 }
        guard let fits, tensor.element.isReal else {
            self.init(spanning: values, of: tensor.element)
            return
        }
        self.init(low: fits.0, high: fits.1, .data)
    }

    /// From the least number to the greatest, NaN left out: ends of two digits; of whole numbers themselves.
    init?(spanning numbers: [Double], of element: ElementType) {
        let values = numbers.filter { !$0.isNaN }
        guard let least = values.min(), let most = values.max(), least.isFinite, most.isFinite else { return nil }
        guard element.isReal else {
            self.init(low: least, high: most, .data)
            return
        }
        self.init(low: least.roundedAway(.down), high: most.roundedAway(.up), .data)
    }

    /// `[0, 1]`, `{8000, 16000}`
    var text: String {
        guard choices.isEmpty else { return "{\(choices.map(Notation.text).joined(separator: ", "))}" }
        return "[\(Notation.text(low)), \(Notation.text(high))]"
    }

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
