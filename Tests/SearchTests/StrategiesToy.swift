import Foundation
import Synchronization
import Testing

@testable import Search

/// An objective written by hand. Asserts that every point it is shown is one of the space.
final class Toy: Objective {
    typealias Margin = @Sendable ([Double]) -> Double
    typealias Slope = @Sendable ([Double]) -> [Double]
    typealias Answers = @Sendable ([Double]) -> [Double]

    let space: Space
    let keyCount = 0
    let outputCount: Int
    private let margin: Margin
    private let slope: Slope?
    private let answers: Answers
    let strays = Atomic(0)
    let evaluations = Atomic(0)

    init(
        _ space: Space, outputCount: Int = 0, answers: @escaping Answers = { _ in [] }, slope: Slope? = nil,
        margin: @escaping Margin
    ) {
        self.space = space
        self.margin = margin
        self.slope = slope
        self.answers = answers
        self.outputCount = outputCount
    }

    var hasGradient: Bool { slope != nil }

    func evaluate(_ tile: Tile, _ reading: Reading) {
        evaluations.add(tile.count, ordering: .relaxed)
        for lane in 0..<tile.count {
            let point = tile.point(lane)
            if !space.contains(point) { strays.add(1, ordering: .relaxed) }
            tile.margins[lane] = margin(point)
            if reading == .outputs || reading == .outputGradient {
                for (index, value) in answers(point).enumerated() { tile.outputs[index * tile.lanes + lane] = value }
            }
            if reading == .outputGradient {  // the answers are the coordinates, so the weights are the gradient
                for row in 0..<min(outputCount, tile.dimension) {
                    tile.gradients[row * tile.lanes + lane] = tile.cotangents[row * tile.lanes + lane]
                }
            }
            if reading == .gradient {
                let slopes = slope?(point) ?? []
                for (row, value) in slopes.enumerated() { tile.gradients[row * tile.lanes + lane] = value }
            }
        }
    }
}

/// The points that several threads have evaluated. Under a lock that the thread sanitizer knows.
final class Visited: @unchecked Sendable {
    private let lock = NSLock()
    private var points: Set<[Double]> = []

    var count: Int { lock.withLock { points.count } }

    func insert(_ point: [Double]) {
        lock.withLock { _ = points.insert(point) }
    }
}

extension Space {
    /// One box, one kind.
    static func cube(
        _ dimension: Int, _ range: ClosedRange<Double>, _ kind: CoordinateKind = .real64, reference: Double? = nil
    ) -> Space {
        let lower = Array(repeating: range.lowerBound, count: dimension)
        let upper = Array(repeating: range.upperBound, count: dimension)
        return Space(
            kinds: Array(repeating: kind, count: dimension), boxes: [Box(lower: lower, upper: upper)],
            reference: reference.map { Array(repeating: $0, count: dimension) } ?? lower, variables: [])
    }
}

extension Outcome {
    var findings: [Finding] {
        switch self {
        case .found(let findings, _), .interrupted(let findings, _): return findings
        case .exhausted, .survived: return []
        }
    }

    var effort: Effort {
        switch self {
        case .found(_, let effort), .interrupted(_, let effort), .exhausted(let effort), .survived(let effort):
            return effort
        }
    }
}

/// Searches with so many tries and expects a violation, confirmed and inside the space.
@discardableResult
func expectFound(
    _ toy: Toy, tries: Int, seed: UInt64 = 1, with strategies: [any Strategy] = Portfolio.standard,
    at location: SourceLocation = #_sourceLocation
) -> Finding? {
    var portfolio = Portfolio()
    portfolio.seed = seed
    portfolio.budget = Budget(tries: tries)
    portfolio.strategies = strategies
    portfolio.exhaustible = 0
    let outcome = portfolio.search(toy)
    #expect(toy.strays.load(ordering: .relaxed) == 0, "points outside the space", sourceLocation: location)
    #expect(!outcome.findings.isEmpty, "best \(outcome.effort.bestMargin)", sourceLocation: location)
    for finding in outcome.findings {
        #expect(toy.margin(at: finding.point) == finding.margin && finding.margin < 0, sourceLocation: location)
        #expect(toy.space.contains(finding.point), sourceLocation: location)
    }
    return outcome.findings.first
}
