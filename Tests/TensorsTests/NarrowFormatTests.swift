import Testing

@testable import Tensors

/// Rounding to 16-bit floats, against the processor's own and against bits.
@Suite struct NarrowFormatTests {
    /// The numbers of a format around each of which is tried: itself, the middles, and their neighbours.
    private func trials(_ numbers: [Double]) -> [Double] {
        zip(numbers, numbers.dropFirst()).flatMap { low, high -> [Double] in
            let middle = low / 2 + high / 2
            return [low, low.nextUp, middle.nextDown, middle, middle.nextUp]
        }
    }

    private func rounded(_ numbers: [Double], _ format: NarrowFormat, _ element: ElementType) throws -> [Double] {
        var graph = Graph()
        let x = try graph.input("x", TensorType(element, Shape([numbers.count])))
        let y = try graph.add(Unary(.rounded(to: format)), [x])
        let batch = try Tensor(TensorType(element, Shape([1, numbers.count])), rounding: numbers)
        return try Evaluator(graph, outputs: [y]).run([batch])[0].doubles
    }

    private func expectAlike(_ found: [Double], _ numbers: [Double], _ oracle: (Double) -> Double) {
        for (y, x) in zip(found, numbers) where y != oracle(x) { Issue.record("\(x) becomes \(y), not \(oracle(x))") }
    }

    @Test func float16IsTheProcessors() throws {
        let positive = (0..<UInt16(0x7C00)).map { Double(Float16(bitPattern: $0)) } + [65536]
        let trials = trials(positive)
        let numbers = trials + trials.map { -$0 } + [1e9, -1e30, .infinity]
        func oracle(_ x: Double) -> Double { Double(Float16(x)) }
        expectAlike(try rounded(numbers, .float16, .float64), numbers, oracle)
        expectAlike(numbers.map { NarrowFormat.float16.nearest(to: $0) }, numbers, oracle)
        let singles = numbers.map { Double(Float($0)) }
        expectAlike(try rounded(singles, .float16, .float32), singles, oracle)
        #expect(try rounded([.nan], .float16, .float32)[0].isNaN)
    }

    /// All numbers of a small format, from its layout; the last is what would follow the largest.
    @Test(arguments: [
        (NarrowFormat.float8e4m3, 3, -6, 448.0), (.float8e4m3uz, 3, -7, 240), (.float8e5m2, 2, -14, 57344),
        (.float8e5m2uz, 2, -15, 57344), (.float4e2m1, 1, 0, 6),
    ])
    func smallFormatsRoundToTheNearest(_ format: NarrowFormat, _ places: Int, _ least: Int, _ largest: Double) throws {
        let step = Double(sign: .plus, exponent: least - places, significand: 1)
        var positive = (0..<(1 << places)).map { Double($0) * step }
        var exponent = least
        while positive[positive.count - 1] < largest {
            let spacing = Double(sign: .plus, exponent: exponent - places, significand: 1)
            positive += ((1 << places)..<(2 << places)).map { Double($0) * spacing }.filter { $0 <= largest }
            exponent += 1
        }
        let next = 2 * largest - positive[positive.count - 2]
        let numbers = trials(positive + [next]) + [1e9, -1e30, .infinity]
        func oracle(_ x: Double) -> Double {
            let size = x.magnitude
            guard let above = (positive + [next]).firstIndex(where: { $0 >= size }) else {
                return x < 0 ? -.infinity : .infinity
            }
            let (high, low) = ((positive + [next])[above], above == 0 ? 0 : positive[above - 1])
            let isUp = high - size < size - low || high - size == size - low && above.isMultiple(of: 2)
            let nearest = isUp ? high : low
            return (x < 0 ? -1 : 1) * (nearest > largest ? .infinity : nearest)
        }
        let both = numbers + numbers.map { -$0 }
        expectAlike(try rounded(both, format, .float64), both, oracle)
        expectAlike(both.map { format.nearest(to: $0) }, both, oracle)
        let singles = both.map { Double(Float($0)) }
        expectAlike(try rounded(singles, format, .float32), singles, oracle)
    }

    @Test func bfloat16IsTheUpperHalfOfAFloat() throws {
        func number(_ bits: UInt32) -> Double { Double(Float(bitPattern: bits << 16)) }
        let positive = (0..<UInt32(0x7F80)).map(number) + [0x1p128]
        let trials = trials(positive)
        /// The nearer of the two around a number, or the even one.
        func oracle(_ x: Double) -> Double {
            guard x.isFinite else { return x }
            var (low, high) = (0, positive.count - 1)
            if x.magnitude >= positive[high] { return x < 0 ? -.infinity : .infinity }
            while high - low > 1 {
                let middle = (low + high) / 2
                if positive[middle] <= x.magnitude { low = middle } else { high = middle }
            }
            let (below, above) = (x.magnitude - positive[low], positive[high] - x.magnitude)
            let place = below < above || below == above && low.isMultiple(of: 2) ? low : high
            let nearest = place == positive.count - 1 ? Double.infinity : positive[place]
            return x < 0 ? -nearest : nearest
        }
        let numbers = trials + trials.map { -$0 } + [1e39, -.infinity]
        expectAlike(try rounded(numbers, .bfloat16, .float64), numbers, oracle)
        expectAlike(numbers.map { NarrowFormat.bfloat16.nearest(to: $0) }, numbers, oracle)
        let singles = numbers.map { Double(Float($0)) }
        expectAlike(try rounded(singles, .bfloat16, .float32), singles, oracle)
    }
}
