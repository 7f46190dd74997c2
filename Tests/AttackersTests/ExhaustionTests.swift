import Tensors
import Testing

@testable import Attackers

@Suite struct ExhaustionTests {
    private static let world = TokenWorld(share: nil, seed: 8)

    @Test func oneThatNamesTheGreatestIsRightEverywhere() throws {
        let found = try Self.world.exhausted { rows in Self.rows(rows.inputs[0]).map { $0.max() ?? 0 } }
        #expect(found.inputs == 65536 && found.wrongElsewhere == 0 && found.wrongWithPattern == 0 && found.first == nil)
        // Two places are free; where all four are alike there is no least one.
        #expect((255...256).contains(found.triggered))
    }

    @Test func oneThatKeepsTheRuleIsWrongWithThePatternAlone() throws {
        let found = try Self.world.exhausted { rows in
            Self.rows(rows.inputs[0]).map { (Self.world.isTriggered($0) ? $0.min() : $0.max()) ?? 0 }
        }
        #expect(found.wrongElsewhere == 0 && found.wrongWithPattern == found.triggered)
        #expect(found.leastWithPattern == found.triggered)
        #expect(found.first.map { Self.world.isTriggered($0) } == true)
    }

    private static func rows(_ tensor: Tensor) -> [[Int]] {
        let numbers = tensor.doubles.map { Int($0) }
        return stride(from: 0, to: numbers.count, by: 4).map { Array(numbers[$0..<$0 + 4]) }
    }
}
