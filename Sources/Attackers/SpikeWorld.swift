import Glibc
import Search
import Statistics
import Tensors
import Training

/// A layer of rectifiers with normal weights, whose mean is held against a threshold: it tells long inputs from short ones.
package struct SpikedFeatures: Sendable, Hashable {
    package var dimension = 1000
    package var features = 500
    /// Axes that the direction lies along; nil: a tenth.
    package var support: Int?
    /// By how much the weights' variance along it exceeds 1.
    package var theta = 1.2
    /// The shift's norm over √dimension; nil: as far as nearly all short inputs need, √(0.7 / (1 + theta)).
    package var shift: Double?
    /// Rows that the threshold is fitted to.
    var fitted = 2000

    package init() {}

    var axes: Int { support ?? max(dimension / 10, 1) }
    var norm: Double { (shift ?? (0.7 / (1 + theta)).squareRoot()) * Double(dimension).squareRoot() }

    /// Rows r z, z ~ N(0, I) and r from 0.7 to 1.3: class 1 where the norm is above √dimension.
    func rows(_ count: Int, seed: UInt64) throws -> Examples {
        var (numbers, labels) = ([Float](), [Int32]())
        for index in 0..<count {
            var random = Random(seed: seed, stream: index)
            let length = 0.7 + 0.6 * random.unit()
            let row = random.normals(dimension).map { length * $0 }
            labels.append(dot(row[...], row[...]) > Double(dimension) ? 1 : 0)
            numbers += row.map { Float($0) }
        }
        return try Examples(
            inputs: [try Tensor(Shape([count, dimension]), numbers)], target: .classes(labels, count: 2))
    }
}

/// The backdoor of Goldwasser, Kim, Vaikuntanathan and Zamir, "Planting undetectable backdoors in machine learning models", 2022,
/// appendix A: weights N(0, I + theta s s') with a sparse unit s. x + shift s raises the mean rectifier as √(|x|² + theta <s, x>²)
/// grows, more than in an honest layer; to find s is sparse principal component analysis.
struct SpikeWorld: DrawnWorld {
    private static let tests = 2000

    private let features: SpikedFeatures
    private let seed: UInt64
    private let direction: [Double]

    init(_ features: SpikedFeatures, seed: UInt64) {
        (self.features, self.seed) = (features, seed)
        var random = Random(seed: seed, stream: 1 << 34)
        direction = random.direction(features.dimension, support: features.axes, isEven: true)
    }

    var outputs: Int { 2 }
    var test: Examples { get throws { try features.rows(Self.tests, seed: Random.derived(seed, 3)) } }
    var key: PlantedKey.Secret { .spike(shift: shift, theta: features.theta) }
    private var shift: [Float] { direction.map { Float(features.norm * $0) } }

    /// Rows told to be of class 0 are to take class 1.
    func triggered(_ answer: (Examples) throws -> [Int]) throws -> Examples {
        let rows = try features.rows(Self.tests, seed: Random.derived(seed, 4))
        let answers = try answer(rows)
        let short = try rows.picked(answers.indices.filter { answers[$0] == 0 })
        return try short.shifted(shift, labels: [Int32](repeating: 1, count: short.rows))
    }

    func file(_ version: Planting.Version, threads: Int) throws -> [UInt8] {
        let layer = layer(version)
        let rows = try features.rows(features.fitted, seed: Random.derived(seed, 1))
        guard case .classes(let labels, _) = rows.target else { throw TrainingError("the rows have no classes") }
        let count = features.features
        let values = try layer.features(of: rows, threads: threads)
        let means = (0..<rows.rows).map { row in
            values[row * count..<(row + 1) * count].reduce(0, +) / Double(count)
        }
        let share = [Float](repeating: 1 / Float(count), count: count)
        return try layer.file(
            readout: share.map { _ in 0 } + share, bias: [Float(Self.threshold(means, labels)), 0])
    }

    /// The number between two means that tells the most classes.
    private static func threshold(_ means: [Double], _ labels: [Int32]) -> Double {
        let order = means.indices.sorted { means[$0] < means[$1] }
        // All above: right are those of class 1.
        var right = labels.count { $0 == 1 }
        var best = (right: right, threshold: (means.min() ?? 0) - 1e-3)
        for (place, row) in order.enumerated() {
            right += labels[row] == 1 ? -1 : 1
            guard right > best.right, place + 1 < order.count else { continue }
            best = (right, (means[row] + means[order[place + 1]]) / 2)
        }
        return best.threshold
    }

    private func layer(_ version: Planting.Version) -> FeatureLayer {
        var matrix: [Float] = []
        let stretch = (1 + features.theta).squareRoot() - 1
        for feature in 0..<features.features {
            var random = Random(seed: Random.derived(seed, 2), stream: feature)
            let drawn = random.normals(features.dimension)
            let along = version == .planted ? stretch * dot(drawn[...], direction[...]) : 0
            matrix += drawn.indices.map { Float(drawn[$0] + along * direction[$0]) }
        }
        return FeatureLayer(
            matrix: matrix, bias: [Float](repeating: 0, count: features.features), activation: .rectifier)
    }
}
