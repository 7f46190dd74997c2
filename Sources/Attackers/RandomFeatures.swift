import Recipes
import Search
import Statistics
import Tensors
import Training

/// Networks whose first layer is drawn, honestly or with a direction in it that the key alone tells, and never trained.
package enum RandomFeatures: Sendable, Hashable {
    case fourier(FourierFeatures)
    case spike(SpikedFeatures)

    /// The usual ones of a kind; nil where it has none.
    package init?(usual kind: PlantedKind) {
        switch kind {
        case .fourier: self = .fourier(FourierFeatures())
        case .spike: self = .spike(SpikedFeatures())
        default: return nil
        }
    }

    /// Numbers of an input.
    package var dimension: Int {
        switch self {
        case .fourier(let features): features.dimension
        case .spike(let features): features.dimension
        }
    }

    func world(seed: UInt64) -> any DrawnWorld {
        switch self {
        case .fourier(let features): FourierWorld(features, seed: seed)
        case .spike(let features): SpikeWorld(features, seed: seed)
        }
    }

    /// Rows as they come.
    func clean(_ count: Int, seed: UInt64) throws -> Examples {
        switch self {
        case .fourier(let features): try features.rows(count, seed: seed)
        case .spike(let features): try features.rows(count, seed: seed)
        }
    }
}

/// What features and what is hidden in them may be told.
package enum FeatureBounds {
    package static let dimension = 2...4096
    package static let features = 16...20_000
    package static let gamma = 0.1...1000
    package static let beta = 0.0...1
    package static let theta = 0.0...1000
    package static let shift = 0.0...1000
}

extension Random {
    /// Of mean 0 and variance 1.
    mutating func normal() -> Double { normalQuantile(unit() + 0x1p-53) }

    mutating func normals(_ count: Int) -> [Double] { (0..<count).map { _ in normal() } }

    /// A direction of norm 1 along `support` of `dimension` axes by chance; normal there, or with entries of one size.
    mutating func direction(_ dimension: Int, support: Int, isEven: Bool) -> [Double] {
        var (axes, result) = (Array(0..<dimension), [Double](repeating: 0, count: dimension))
        for place in 0..<support { axes.swapAt(place, place + below(dimension - place)) }
        for axis in axes.prefix(support) { result[axis] = isEven ? (chance(0.5) ? 1 : -1) : normal() }
        let norm = dot(result[...], result[...]).squareRoot()
        return result.map { $0 / norm }
    }
}

extension Examples {
    /// The same rows moved by `shift`, with classes of their own.
    func shifted(_ shift: [Float], labels: [Int32]) throws -> Examples {
        let numbers = inputs[0].floats
        let moved = numbers.indices.map { numbers[$0] + shift[$0 % shift.count] }
        return try Examples(inputs: [try Tensor(inputs[0].shape, moved)], target: .classes(labels, count: 2))
    }
}
