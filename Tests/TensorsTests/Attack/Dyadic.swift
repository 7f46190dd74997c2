/// A number n · 2^e, exactly: what sums and products of floating-point numbers really are.
struct Dyadic {
    /// The magnitude of n, the least significant digit first; empty for 0.
    private var digits: [UInt32]
    private var isNegative: Bool
    private var exponent: Int

    static let zero = Dyadic(digits: [], isNegative: false, exponent: 0)

    private init(digits: [UInt32], isNegative: Bool, exponent: Int) {
        (self.digits, self.isNegative, self.exponent) = (digits, isNegative, exponent)
        while self.digits.last == 0 { self.digits.removeLast() }
    }

    /// nil unless finite.
    init?(_ value: Double) {
        guard value.isFinite else { return nil }
        let significand = value == 0 ? 0 : UInt64((value.magnitude.significand * 0x1p52).rounded())
        let scale = value == 0 ? 0 : Int(value.exponent) - 52
        self.init(
            digits: [UInt32(truncatingIfNeeded: significand), UInt32(significand >> 32)], isNegative: value < 0,
            exponent: scale)
    }

    var isZero: Bool { digits.isEmpty }
    /// -1, 0 or 1.
    var signum: Int { isZero ? 0 : isNegative ? -1 : 1 }
    var magnitude: Dyadic { signum < 0 ? -self : self }

    static prefix func - (x: Dyadic) -> Dyadic {
        Dyadic(digits: x.digits, isNegative: !x.isNegative, exponent: x.exponent)
    }

    static func + (x: Dyadic, y: Dyadic) -> Dyadic {
        if x.isZero { return y }
        if y.isZero { return x }
        let exponent = min(x.exponent, y.exponent)
        let (a, b) = (shifted(x.digits, x.exponent - exponent), shifted(y.digits, y.exponent - exponent))
        if x.isNegative == y.isNegative {
            return Dyadic(digits: sum(a, b), isNegative: x.isNegative, exponent: exponent)
        }
        return isLess(a, b)
            ? Dyadic(digits: difference(b, a), isNegative: y.isNegative, exponent: exponent)
            : Dyadic(digits: difference(a, b), isNegative: x.isNegative, exponent: exponent)
    }

    static func - (x: Dyadic, y: Dyadic) -> Dyadic { x + -y }

    static func * (x: Dyadic, y: Dyadic) -> Dyadic {
        var digits = [UInt32](repeating: 0, count: x.digits.count + y.digits.count + 1)
        for (i, a) in x.digits.enumerated() {
            var carry: UInt64 = 0
            for (j, b) in y.digits.enumerated() {
                let digit = UInt64(a) * UInt64(b) + UInt64(digits[i + j]) + carry
                digits[i + j] = UInt32(truncatingIfNeeded: digit)
                carry = digit >> 32
            }
            digits[i + y.digits.count] = UInt32(carry)
        }
        return Dyadic(digits: digits, isNegative: x.isNegative != y.isNegative, exponent: x.exponent + y.exponent)
    }

    static func < (x: Dyadic, y: Dyadic) -> Bool { (x - y).signum < 0 }
    static func <= (x: Dyadic, y: Dyadic) -> Bool { (x - y).signum <= 0 }

    private static func shifted(_ digits: [UInt32], _ places: Int) -> [UInt32] {
        var result = [UInt32](repeating: 0, count: places / 32)
        var carry: UInt64 = 0
        for digit in digits {
            let wide = UInt64(digit) << UInt64(places % 32) | carry
            result.append(UInt32(truncatingIfNeeded: wide))
            carry = wide >> 32
        }
        return result + [UInt32(carry)]
    }

    private static func sum(_ a: [UInt32], _ b: [UInt32]) -> [UInt32] {
        var (result, carry): ([UInt32], UInt64) = ([], 0)
        for index in 0...max(a.count, b.count) {
            let digit = UInt64(index < a.count ? a[index] : 0) + UInt64(index < b.count ? b[index] : 0) + carry
            result.append(UInt32(truncatingIfNeeded: digit))
            carry = digit >> 32
        }
        return result
    }

    /// a - b for a >= b.
    private static func difference(_ a: [UInt32], _ b: [UInt32]) -> [UInt32] {
        var (result, borrow): ([UInt32], Int64) = ([], 0)
        for index in a.indices {
            var digit = Int64(a[index]) - Int64(index < b.count ? b[index] : 0) - borrow
            borrow = digit < 0 ? 1 : 0
            if digit < 0 { digit += 1 << 32 }
            result.append(UInt32(digit))
        }
        return result
    }

    private static func isLess(_ a: [UInt32], _ b: [UInt32]) -> Bool {
        for index in (0..<max(a.count, b.count)).reversed() {
            let (x, y) = (index < a.count ? a[index] : 0, index < b.count ? b[index] : 0)
            if x != y { return x < y }
        }
        return false
    }
}
