import Testing

@testable import Search

@Suite struct TokenPoolTests {
    @Test func keepTheBestOfEachOnce() {
        let pool = TokenPool(capacity: 2)
        for (token, loss) in [(1, 3.0), (2, 1), (1, 0), (3, 2), (4, .nan), (5, 9)] {
            pool.take(JudgedTokens([token], loss: loss))
        }
        #expect(pool.best.map(\.tokens) == [[2], [3]] && pool.knows([5]) && pool.knows([1]) && !pool.knows([6]))
    }

    @Test func placesOfTheLargestAreThoseOfASort() {
        var random = Random(seed: 1)
        for count in [1, 5, 100, 1000] {
            let numbers = (0..<count).map { _ in random.below(20) == 0 ? Float.nan : Float(random.below(50)) }
            let sorted = (0..<count).filter { !numbers[$0].isNaN }.sorted { (numbers[$1], $0) < (numbers[$0], $1) }
            let found = numbers[...].placesOfLargest(7)
            let whole = sorted.count >= 7
            #expect(!whole || found == Array(sorted.prefix(7)))
            #expect(found.count == min(7, count))
        }
    }
}
