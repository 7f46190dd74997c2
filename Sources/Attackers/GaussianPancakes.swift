import Glibc
import Search

/// Normal vectors g of which <g, gamma u> lies near halves of odd numbers: thin layers at right angles to a direction u, which
/// looks like no structure at all to whoever does not know u (Bruna, Regev, Song and Tang, "Continuous LWE", 2021).
///
/// This is N(0, I) under the condition that <g, gamma u> + e is half of an odd number, e ~ N(0, beta²), drawn exactly by
/// completing the square: layer j has a = j + 1/2 and the weight exp(-a² / 2V), V = gamma² + beta², and along u a vector in it
/// is N(gamma a / V, beta² / V).
struct GaussianPancakes {
    /// u, of norm 1.
    let direction: [Double]
    let gamma, beta: Double
    /// The layers' offsets a, and the sums of their chances up to each.
    private let offsets, sums: [Double]

    init(direction: [Double], gamma: Double, beta: Double) {
        (self.direction, self.gamma, self.beta) = (direction, gamma, beta)
        let variance = gamma * gamma + beta * beta
        // Beyond nine deviations there is less than a rounding of the sum.
        let most = Int(9 * variance.squareRoot()) + 1
        offsets = (-most..<most).map { Double($0) + 0.5 }
        var (sums, total) = ([Double](), 0.0)
        for offset in offsets {
            total += exp(-offset * offset / (2 * variance))
            sums.append(total)
        }
        self.sums = sums.map { $0 / total }
    }

    func draw(_ random: inout Random) -> [Double] {
        let variance = gamma * gamma + beta * beta
        let chance = random.unit()
        let layer = sums.firstIndex { $0 > chance } ?? sums.count - 1
        let along = gamma * offsets[layer] / variance + beta / variance.squareRoot() * random.normal()
        let other = random.normals(direction.count)
        let shadow = dot(other[...], direction[...])
        return other.indices.map { other[$0] + (along - shadow) * direction[$0] }
    }
}
