import Glibc

/// How the rate of learning goes on, as a share of the one that was asked for.
package struct Schedule: Sendable, Hashable {
    package enum Shape: Sendable, Hashable {
        case constant
        /// Half a wave of the cosine, from 1 to 0 (Loshchilov and Hutter, "SGDR", 2017).
        case cosine
        /// Times `factor` at each of these shares of all steps.
        case steps(at: [Double], factor: Double)
    }

    package let shape: Shape
    /// Over so many steps the rate grows to what it is to be, in equal parts.
    package let warmUp: Int

    package init(_ shape: Shape = .constant, warmUp: Int = 0) {
        (self.shape, self.warmUp) = (shape, warmUp)
    }

    /// The share at step `number` of `total`, from 0.
    package func share(_ number: Int, of total: Int) -> Double {
        let rise = number < warmUp ? Double(number + 1) / Double(warmUp) : 1
        let left = total - warmUp
        let done = left > 0 ? max(0, min(1, Double(number - warmUp) / Double(left))) : 0
        switch shape {
        case .constant: return rise
        case .cosine: return rise * 0.5 * (1 + cos(.pi * done))
        case .steps(let places, let factor):
            let share = total > 0 ? Double(number) / Double(total) : 0
            return places.reduce(rise) { share >= $1 ? $0 * factor : $0 }
        }
    }
}
