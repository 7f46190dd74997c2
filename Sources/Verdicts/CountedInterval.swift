import Checker

extension CountedMeasure {
    /// Between which numbers a rate, or a count, lies of which so many inputs count for sure, and so many do not; what is no
    /// Double is rounded outward.
    func interval(sure: UInt128, out: UInt128, of inputs: UInt128) -> ClosedRange<Double> {
        let isWhole = sure + out >= inputs
        let (lower, upper) = (end(sure, of: inputs, -1, isWhole), end(inputs - out, of: inputs, 1, isWhole))
        return lower...max(lower, upper)
    }

    private func end(_ count: UInt128, of inputs: UInt128, _ direction: Double, _ isWhole: Bool) -> Double {
        switch self {
        case .number: return count < 1 << 53 ? Double(count) : Double(count) * (1 + direction * 0x1p-50)
        case .share:
            // Of what is known whole the quotient is the one that the spec means.
            let slack = isWhole ? 1 : 1 + direction * 0x1p-50
            return min(1, Double(count) / Double(inputs) * slack)
        }
    }
}
