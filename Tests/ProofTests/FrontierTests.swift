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
    /// Cut in halves to a depth of 14, with room for few: never many more are kept, and all come to be seen.
    @Test func littleMemoryIsEnough() {
        let root = Region(lower: [0], upper: [1])
        var frontier = Frontier([root], byteLimit: 40 * root.bytes)
        var (seen, greatest) = (0, 0)
        while !frontier.isEmpty {
            for region in frontier.take(tiles: 2, of: 4).joined() {
                seen += 1
                guard region.depth < 14 else { continue }
                var half = region
                half.depth += 1
                half.bound = Double(half.depth)
                frontier.add([half, half])
            }
            greatest = max(greatest, frontier.count)
        }
        #expect(seen == (1 << 15) - 1)
        #expect(greatest < 200)
    }
}
