import GainsaySearch
import Testing

/// Planted faults of points, found and shrunk by the public library.
@Suite struct ViolationTests {
    @Test("follow a slope into a corner that is one in a billion")
    func narrow() throws {
        let target = (0..<20).map { 0.3 + 0.02 * Double($0) }
        let margin = Margin { point in
            zip(point, target).reduce(-1e-6) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        } gradient: { point in
            zip(point, target).map { 2 * ($0 - $1) }
        }
        let coordinates = target.map { _ in Coordinate.real(in: 0...1) }
        let found = try #require(violation(among: coordinates, of: margin).contradiction)
        #expect(margin.margin(found.value) < 0)
    }

    @Test("leave at its simplest what does not matter", arguments: 0..<20)
    func least(seed: UInt64) throws {
        let margin = Margin { 40 - $0[2] - ($0[5] == 3 ? 10 : 0) }
        let coordinates =
            (0..<5).map { _ in Coordinate.integer(in: -100...100) } + [.category(of: 7), .real(in: -1...1)]
        let found = try #require(violation(among: coordinates, of: margin, SearchLimits(seed: seed)).contradiction)
        #expect(found.value == [0, 0, 41, 0, 0, 0, 0] || found.value == [0, 0, 31, 0, 0, 3, 0])
        #expect(found.minimality != .unfinished)
    }

    @Test("do not depend on the number of threads")
    func threads() {
        let margin = Margin { abs($0[0] - 0.123) + abs($0[1] - 0.456) - 0.01 }
        let coordinates = [Coordinate.real(in: 0...1), .real(in: 0...1)]
        let alone = violation(among: coordinates, of: margin, SearchLimits(seed: 5))
        let together = violation(among: coordinates, of: margin, SearchLimits(seed: 5), threads: 4)
        #expect(alone.contradiction?.value == together.contradiction?.value && alone.contradiction != nil)
    }

    @Test("are none where the claim holds, however often it is asked")
    func none() {
        let outcome = violation(among: [.real(in: 0...1)], of: Margin { $0[0] + 1 }, SearchLimits(tries: 500))
        guard case .survived(let tries) = outcome else { return #expect(Bool(false)) }
        #expect(tries >= 500)
    }

    @Test("count what is no number as one")
    func notANumber() {
        let outcome = violation(among: [.real(in: -1...1)], of: Margin { 1 + $0[0].squareRoot() })
        #expect((outcome.contradiction?.value[0] ?? 0) < 0)
    }

    @Test("pass over what a generator does not make")
    func refusals() {
        struct Refused: Error {}
        let outcome = forAll(SearchLimits(tries: 100)) { choices in
            let number = try choices.integer(in: 0...1)
            if number == 1 { throw Refused() }
            return number
        } holds: {
            $0 == 0
        }
        guard case .survived(let tries) = outcome else { return #expect(Bool(false)) }
        #expect((20...80).contains(tries))
    }
}
