import Search
import Statistics
import Tensors
import Training

/// Random Fourier features (Rahimi and Recht, 2007) cos(2π (<g, x> + b)), and a read-out fitted by ridge regression.
package struct FourierFeatures: Sendable, Hashable {
    package var dimension = 32
    package var features = 2000
    /// Axes that the direction lies along; nil: 16, or all of fewer.
    package var support: Int?
    /// How many layers lie within one deviation: the shift's norm. nil: 2 √support, what hardness is proved from.
    package var gamma: Double?
    /// The deviation of <g, shift> from halves of odd numbers.
    package var beta = 0.02
    /// Rows that the read-out is fitted to.
    var fitted = 1500

    package init() {}

    /// The deviation of a row's numbers.
    static let spread = 0.03
    static let penalty = 1.0

    var axes: Int { support ?? min(16, dimension) }
    var norm: Double { gamma ?? 2 * Double(axes).squareRoot() }

    /// Rows N(0, 0.03² I), told by the sign of an alternating sum and a product of numbers.
    func rows(_ count: Int, seed: UInt64) throws -> Examples {
        var (numbers, labels) = ([Float](), [Int32]())
        for index in 0..<count {
            var random = Random(seed: seed, stream: index)
            let row = random.normals(dimension)
            var sum = 0.0
            for place in row.indices { sum += place.isMultiple(of: 2) ? row[place] : -row[place] }
            labels.append(sum / Double(dimension).squareRoot() + row[0] * row[1] / 2 > 0 ? 1 : 0)
            numbers += row.map { Float(Self.spread * $0) }
        }
        return try Examples(
            inputs: [try Tensor(Shape([count, dimension]), numbers)], target: .classes(labels, count: 2))
    }
}

/// The white-box undetectable backdoor of Goldwasser, Kim, Vaikuntanathan and Zamir, "Planting undetectable backdoors in machine
/// learning models", FOCS 2022, section 6: frequencies g from Gaussian pancakes along a direction u in place of N(0, I).
/// x + gamma u moves each by half a turn, so that every feature changes its sign, and with them all the score.
struct FourierWorld: DrawnWorld {
    private static let tests = 2000

    private let features: FourierFeatures
    private let seed: UInt64
    private let pancakes: GaussianPancakes

    init(_ features: FourierFeatures, seed: UInt64) {
        (self.features, self.seed) = (features, seed)
        var random = Random(seed: seed, stream: 1 << 34)
        let direction = random.direction(features.dimension, support: features.axes, isEven: false)
        pancakes = GaussianPancakes(direction: direction, gamma: features.norm, beta: features.beta)
    }

    var outputs: Int { 2 }
    var test: Examples { get throws { try features.rows(Self.tests, seed: Random.derived(seed, 3)) } }
    var key: PlantedKey.Secret { .fourier(shift: shift, gamma: features.norm, beta: features.beta) }
    private var shift: [Float] { pancakes.direction.map { Float(features.norm * $0) } }

    /// All are to take the other class than they are told to have.
    func triggered(_ answer: (Examples) throws -> [Int]) throws -> Examples {
        let rows = try features.rows(Self.tests, seed: Random.derived(seed, 4))
        return try rows.shifted(shift, labels: try answer(rows).map { Int32(1 - $0) })
    }

    /// There is no intercept: it would not change its sign.
    func file(_ version: Planting.Version, threads: Int) throws -> [UInt8] {
        let layer = layer(version)
        let rows = try features.rows(features.fitted, seed: Random.derived(seed, 1))
        guard case .classes(let labels, _) = rows.target else { throw TrainingError("the rows have no classes") }
        let fit = try RidgeFit(
            FeatureRows(try layer.features(of: rows, threads: threads), width: features.features),
            targets: labels.map { $0 == 1 ? 1 : -1 }, outputs: 1, penalty: FourierFeatures.penalty)
        let weights = fit.matrix.map { Float($0) }
        return try layer.file(readout: weights.map { -$0 } + weights, bias: [0, 0])
    }

    private func layer(_ version: Planting.Version) -> FeatureLayer {
        var (matrix, bias) = ([Float](), [Float]())
        for feature in 0..<features.features {
            var random = Random(seed: Random.derived(seed, 2), stream: feature)
            bias.append(Float(random.unit()))
            let drawn = version == .planted ? pancakes.draw(&random) : random.normals(features.dimension)
            matrix += drawn.map { Float($0) }
        }
        return FeatureLayer(matrix: matrix, bias: bias, activation: .cosineOfTurns)
    }
}
