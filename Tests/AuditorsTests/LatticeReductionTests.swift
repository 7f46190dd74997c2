import Search
import Testing

@testable import Auditors

@Suite struct LatticeReductionTests {
    private static func basis(_ count: Int, _ width: Int, seed: UInt64) -> [[Double]] {
        var random = Random(seed: seed)
        return (0..<count).map { _ in (0..<width).map { _ in (200 * random.unit() - 100).rounded() } }
    }

    private static func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

    /// Orthogonal parts, and the shares that vectors have of those before.
    private static func orthogonal(_ basis: [[Double]]) -> (parts: [[Double]], shares: [[Double]]) {
        var (parts, shares) = ([[Double]](), [[Double]]())
        for vector in basis {
            var (rest, own) = (vector, [Double]())
            for part in parts {
                let share = product(rest, part) / product(part, part)
                own.append(share)
                for place in rest.indices { rest[place] -= share * part[place] }
            }
            parts.append(rest)
            shares.append(own)
        }
        return (parts, shares)
    }

    @Test(arguments: [(1, 1), (2, 2), (5, 5), (12, 12), (8, 20), (25, 30)]) func isReduced(count: Int, width: Int) {
        let reduction = LatticeReduction(Self.basis(count, width, seed: UInt64(count * 100 + width)))
        #expect(reduction.run(limit: .max))
        let (parts, shares) = Self.orthogonal(reduction.basis)
        for row in 0..<count {
            #expect(shares[row].allSatisfy { abs($0) <= 0.502 })
            // Deep: no vector would be shorter in any place before; with the place just before this is Lovász's condition.
            var rest = Self.product(reduction.basis[row], reduction.basis[row])
            for place in 0..<row {
                let square = Self.product(parts[place], parts[place])
                #expect(rest >= 0.989 * square)
                rest -= shares[row][place] * shares[row][place] * square
            }
        }
    }

    /// Each vector is the sum of whole multiples of the given ones, and these the other way round: the determinant is 1 or -1.
    @Test(arguments: [3, 7, 12]) func isTheSameLattice(count: Int) {
        let given = Self.basis(count, count + 2, seed: UInt64(count))
        let reduction = LatticeReduction(given)
        #expect(reduction.run(limit: .max))
        for (vector, multiples) in zip(reduction.basis, reduction.transform) {
            #expect(multiples.allSatisfy { $0 == $0.rounded() })
            let sum = (0..<count + 2).map { place in
                zip(multiples, given).reduce(0) { $0 + $1.0 * $1.1[place] }
            }
            #expect(zip(sum, vector).allSatisfy { abs($0 - $1) < 1e-6 })
        }
        let squares = Self.orthogonal(reduction.transform).parts.map { Self.product($0, $0) }
        #expect(abs(squares.reduce(1, *) - 1) < 1e-6)
    }

    /// Of a lattice with a short vector hidden in it that one comes first; and near points are named.
    @Test func findsWhatIsShortAndNear() {
        let scale = 1e6
        // Whole multiples of (1, 0, 314159), (0, 1, 271828): short is what nearly cancels.
        let given: [[Double]] = [[1, 0, 0.314159 * scale], [0, 1, 0.271828 * scale]]
        let reduction = LatticeReduction(given)
        #expect(reduction.run(limit: .max))
        let squares = reduction.basis.map { Self.product($0, $0) }
        #expect(squares[0] <= squares[1] && squares[0] < scale)
        let lattice = LatticeReduction(Self.basis(6, 6, seed: 4))
        let vectors = lattice.basis
        #expect(lattice.run(limit: .max))
        let multiples: [Double] = [3, -1, 4, 1, -5, 9]
        var target = (0..<6).map { place in zip(multiples, vectors).reduce(0) { $0 + $1.0 * $1.1[place] } }
        for place in target.indices { target[place] += place.isMultiple(of: 2) ? 1.5 : -1 }
        #expect(lattice.nearest(to: target) == multiples)
    }

    @Test func endsWhereItMayNotGoOn() {
        let reduction = LatticeReduction(Self.basis(20, 20, seed: 3))
        #expect(!reduction.run(limit: 1000))
        #expect(reduction.work >= 1000)
        // What is near is told all the same, if not as well.
        #expect(reduction.nearest(to: (0..<20).map(Double.init)).allSatisfy { $0 == $0.rounded() })
        let broken = LatticeReduction([[.nan, 1], [1, .infinity]])
        _ = broken.run(limit: 100_000)
    }
}
