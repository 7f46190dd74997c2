import Testing

@testable import Proof

@Suite struct FrontierTests {
    @Test func worstComesFirst() {
        var random = SystemRandomNumberGenerator()
        let bounds = (0..<200).map { _ in Double.random(in: -1...1, using: &random) }
        var frontier = Frontier(
            bounds.map { bound in
                var region = Region(lower: [0], upper: [1])
                region.bound = bound
                return region
            })
        let taken = frontier.take(tiles: 100, of: 7).flatMap { $0.map(\.bound) }
        #expect(taken == bounds.sorted())
        #expect(frontier.isEmpty)
    }
}
