import Search
import Tensors
import Testing

@testable import Proof

@Suite struct ClaimTests {
    @Test func aLeafOfAnOrMayStandForWhatIsBesideIt() {
        let claim = Claim.any([.leaf(0), .all([.leaf(1), .any([.leaf(2), .leaf(3)])])])
        #expect(claim.substitutes(of: 0..<4) == [[], [0], [0, 3], [0, 2]])
    }

    /// A leaf that is claimed for itself, too, has no substitute.
    @Test func everyOccurrenceCounts() {
        #expect(Claim.all([.any([.leaf(0), .leaf(1)]), .leaf(1)]).substitutes(of: 0..<2) == [[1], []])
    }
}
