/// Numbers modulo the order of edwards25519's base point, L = 2^252 + 27742317777372353535851937790883648493, in 16 digits of 16
/// bits, the least first.
enum Scalar {
    static let size = 16
    static let order: [Int] = [
        0xD3ED, 0x5CF5, 0x631A, 0x5812, 0x9CD6, 0xA2F7, 0xF9DE, 0x14DE, 0, 0, 0, 0, 0, 0, 0, 0x1000,
    ]

    /// 2^i modulo L for each i below `count`.
    static func powers(_ count: Int) -> [[Int]] {
        var power = [1] + Array(repeating: 0, count: 15)
        return (0..<count).map { _ in
            defer { power = doubled(power) }
            return power
        }
    }

    private static func doubled(_ digits: [Int]) -> [Int] {
        let twice = carried(digits.map { 2 * $0 })
        let less = carried(zip(twice, order).map(-))
        return less[15] < 0 ? twice : less
    }

    private static func carried(_ digits: [Int]) -> [Int] {
        var (digits, carry) = (digits, 0)
        for place in 0..<15 {
            let sum = digits[place] + carry
            carry = sum >> size
            digits[place] = sum & 0xFFFF
        }
        digits[15] += carry
        return digits
    }
}
