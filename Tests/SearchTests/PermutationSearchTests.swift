import Testing

@testable import Search

@Suite struct PermutationSearchTests {
    /// A planted order, of which each thing in its place counts: and a second one that counts less, to be left behind.
    @Test(arguments: 0..<10) func findsWhatWasPlanted(_ seed: UInt64) {
        var random = Random(seed: seed, stream: 7)
        var (planted, other) = (Array(0..<20), Array(0..<20))
        random.shuffle(&planted)
        random.shuffle(&other)
        func value(_ order: [Int]) -> Double {
            let shared = zip(order, planted).count { $0 == $1 }
            let less = zip(order, other).count { $0 == $1 }
            return Double(max(shared, 0)) + 0.5 * Double(less)
        }
        let best = value(planted)
        let result = PermutationSearch(20, seed: seed).run({ $0.map(value) }, goOn: { $0 < best && $1 < 200_000 })
        #expect(result?.value ?? 0 >= best)
        #expect(result?.order.sorted() == Array(0..<20))
    }

    @Test func theSameSeedMakesTheSameTries() {
        func tried(_ seed: UInt64) -> [[Int]] {
            var all: [[Int]] = []
            _ = PermutationSearch(6, seed: seed).run(
                { orders in
                    all += orders
                    return orders.map { Double($0[0]) - Double($0[5]) }
                }, goOn: { $1 < 500 })
            return all
        }
        #expect(tried(3) == tried(3) && tried(3) != tried(4))
    }

    @Test func stopsBeforeItBegins() {
        #expect(PermutationSearch(5, seed: 0).run({ $0.map { _ in 0 } }, goOn: { _, _ in false }) == nil)
    }
}
