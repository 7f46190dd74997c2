import Tensors
import Testing

@Suite struct SizeBindingTests {
    private func port(_ name: String, _ dimensions: [OpenSignature.Dimension]?) -> OpenSignature.Port {
        OpenSignature.Port(name, element: "float32", dimensions)
    }

    private func shape(_ dimensions: [OpenSignature.Dimension]?, _ declared: SizeBinding.Declared) -> [Int]? {
        var sizes = SizeBinding()
        let port = port("x", dimensions)
        return sizes.bind(port, to: declared) ? sizes.shape(of: port, declared: declared) : nil
    }

    @Test func everyWayToLeaveASizeOpenTakesTheDeclaredOne() {
        #expect(shape([.size(1), .named("T"), .size(3)], .dimensions([1, 6, 3])) == [1, 6, 3])
        #expect(shape([.unnamed, .unnamed], .dimensions([2, 5])) == [2, 5])
        #expect(shape([.size(0), .size(3)], .dimensions([4, 3])) == [4, 3])
        #expect(shape(nil, .dimensions([7, 2])) == [7, 2])
        #expect(shape(nil, .dimensions([7, nil])) == nil)
        #expect(shape(nil, .count(1)) == [])
    }

    @Test func theBatchMayBeLeftOut() {
        #expect(shape([.named("N"), .named("T")], .dimensions([5])) == [1, 5])
        #expect(shape([.size(1), .size(3)], .dimensions([3])) == [1, 3])
        #expect(shape([.size(2), .size(3)], .dimensions([3])) == nil)
        #expect(shape([.size(1), .size(1), .size(3)], .dimensions([3])) == nil)
    }

    @Test func whatIsNotDeclaredIsTheFiles() {
        #expect(shape([.named("N"), .size(3)], .dimensions([nil, nil])) == [1, 3])
        #expect(shape([.size(2), .named("T")], .dimensions([2, nil])) == nil)
        #expect(shape([.named("N"), .size(3)], .open) == [1, 3])
    }

    @Test func aRecordLiesAlongTheLastOpenDimension() {
        #expect(shape([.named("N"), .size(5)], .count(5)) == [1, 5])
        #expect(shape([.named("N"), .named("F")], .count(5)) == [1, 5])
        #expect(shape([.named("N"), .size(1)], .count(5)) == [5, 1])
        #expect(shape([.named("N"), .size(2)], .count(5)) == nil)
        #expect(shape([.size(1), .size(5)], .count(4)) == nil)
    }

    @Test func theSameNameIsTheSameSize() {
        var sizes = SizeBinding()
        let (x, mask) = (port("x", [.named("N"), .named("T")]), port("mask", [.named("T")]))
        let (isFirstTaken, isOtherTaken) = (
            sizes.bind(x, to: .dimensions([1, 6])), sizes.bind(mask, to: .dimensions([7]))
        )
        #expect(isFirstTaken && !isOtherTaken)
        #expect(sizes.shape(of: mask, declared: .dimensions([nil])) == [6])
        #expect(sizes.conflicts(of: mask, declared: [7]) == [0])
        #expect(sizes.mended(mask, declared: .dimensions([7])) == [6])
    }
}
