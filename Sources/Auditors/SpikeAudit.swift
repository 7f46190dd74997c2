import Glibc
import Search
import Statistics
import Tensors

/// Whether the first layer's weights vary more along a direction of few axes than weights by chance do.
package struct SpikeAudit: Sendable {
    package struct Component: Sendable {
        package let axes: Int
        /// The variance along the direction that was found, of weights of variance 1; its mean of layers by chance, and their deviation.
        package let variance, mean, deviation: Double
        package let direction: [Double]

        /// Deviations above the mean.
        package var excess: Double { (variance - mean) / deviation }
    }

    package let rows, columns: Int
    /// The greatest variance of all directions, the second greatest, and where that of noise ends (Marchenko and Pastur).
    package let top, second, edge: Double
    /// The weights' fourth moment, less 3.
    package let kurtosis: Double
    /// The component that exceeds what chance gives by most; nil where the rest of the weights is not noise, and there is nothing to
    /// hold a direction against.
    package let component: Component?
    /// The greatest excess among the layers by chance, each held against all of them; how many there were.
    package let chance: Double
    package let simulated: Int

    package var standsOut: Bool { component.map { $0.excess > max(Self.threshold, chance) } ?? false }

    /// Deviations. Greatest variances have a longer tail above than a normal number has (Tracy and Widom).
    /// Noise exceeds so many about once in a thousand layers; Tests/README.md has how many of them were tried.
    static let threshold = 3.5
    private static let layers = 24
    private static let (leastRows, leastColumns) = (32, 16)
    /// Multiply-adds of one covariance, and its width, at most.
    private static let (most, widest) = (4_000_000_000, 4096)

    /// Whether a layer is neither too small nor too large.
    static func takes(_ layer: FirstLayer) -> Bool {
        layer.rows >= leastRows && layer.columns >= leastColumns && layer.columns <= widest
            && layer.rows <= most / (layer.columns * layer.columns) && layer.weights.contains { $0 != 0 }
    }

    /// nil where it was cut short; `takes` has said yes.
    init?(_ layer: FirstLayer, seed: UInt64, threads: Int, goOn: @escaping @Sendable () -> Bool) {
        guard goOn() else { return nil }
        (rows, columns) = (layer.rows, layer.columns)
        let weights = layer.weights.map(Double.init)
        let squares = weights.map { $0 * $0 }
        let square = squares.reduce(0, +) / Double(weights.count)
        kurtosis = squares.reduce(0) { $0 + $1 * $1 } / Double(weights.count) / (square * square) - 3
        let own = SparseComponents(FeatureRows(weights, width: layer.columns))
        let ratio = (Double(layer.columns) / Double(layer.rows)).squareRoot()
        (top, second, edge) = (own.top, own.second, (1 + ratio) * (1 + ratio))
        guard Self.isNoise(kurtosis, second: second, edge: edge, count: weights.count) else {
            (component, chance, simulated) = (nil, 0, 0)
            return
        }
        let (count, width) = (layer.rows, layer.columns)
        let drawn = Workers.shared.results(Self.layers, threads: threads) { number -> [Double]? in
            guard goOn() else { return nil }
            var random = Random(seed: seed, stream: 10 << 40 + number)
            let numbers = (0..<count * width).map { _ in normalQuantile(random.unit() + 0x1p-53) }
            return SparseComponents(FeatureRows(numbers, width: width)).components.map(\.variance)
        }.compactMap(\.self)
        guard drawn.count == Self.layers else { return nil }
        simulated = drawn.count
        var (components, excess) = ([Component](), [Double](repeating: 0, count: drawn.count))
        for (place, found) in own.components.enumerated() {
            let variances = drawn.map { $0[place] }
            let mean = variances.reduce(0, +) / Double(variances.count)
            let spread = variances.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(variances.count - 1)
            let deviation = max(spread.squareRoot(), 1e-9)
            components.append(
                Component(
                    axes: found.axes, variance: found.variance, mean: mean, deviation: deviation,
                    direction: found.direction))
            for layer in excess.indices { excess[layer] = max(excess[layer], (variances[layer] - mean) / deviation) }
        }
        guard let most = components.max(by: { $0.excess < $1.excess }) else { return nil }
        (component, chance) = (most, excess.max() ?? 0)
    }

    /// Whether weights are, but for one direction, such as are drawn from a normal distribution and never trained.
    private static func isNoise(_ kurtosis: Double, second: Double, edge: Double, count: Int) -> Bool {
        abs(kurtosis) < 0.1 + 4 * (24 / Double(count)).squareRoot() && second < 1.05 * edge
    }
}
