/// Plain numbers near a number.
enum Rounding {
    /// Decimals of 1 to `digits` significant digits just below and just above `value`, fewest digits first; then, if
    /// wanted, the neighbours on the grid of an 8-bit image.
    static func candidates(near value: Double, digits: Int = 6, on grid: Double? = nil) -> [Double] {
        guard value != 0, value.isFinite else { return [] }
        let exponent = Int(log10Floor(abs(value)))
        var result: [Double] = []
        for digit in 0...digits {
            result += decimals(around: value, power: digit - 1 - exponent)
        }
        if let grid { result += [(value * grid).rounded(.down) / grid, (value * grid).rounded(.up) / grid] }
        return result
    }

    /// The multiples of 10^-power around `value`, each the Float64 nearest to its decimal.
    static func decimals(around value: Double, power: Int) -> [Double] {
        guard abs(power) <= 22 else { return [] }
        let scale = powerOfTen(abs(power))
        let scaled = power >= 0 ? value * scale : value / scale
        guard abs(scaled) < 1e15 else { return [] }
        return [scaled.rounded(.down), scaled.rounded(.up)].map { power >= 0 ? $0 / scale : $0 * scale }
    }

    /// Exact for exponents up to 22.
    private static func powerOfTen(_ exponent: Int) -> Double {
        (0..<exponent).reduce(1.0) { power, _ in power * 10 }
    }

    private static func log10Floor(_ magnitude: Double) -> Int {
        var exponent = 0
        var rest = magnitude
        while rest >= 10, exponent < 400 {
            rest /= 10
            exponent += 1
        }
        while rest < 1, exponent > -400 {
            rest *= 10
            exponent -= 1
        }
        return exponent
    }
}
