/// A basis of a lattice of real vectors, made short and nearly orthogonal: the same lattice throughout.
///
/// Lenstra, Lenstra and Lovász, "Factoring polynomials with rational coefficients", 1982, in double precision with deep
/// insertions (Schnorr and Euchner, "Lattice basis reduction", 1994): a vector goes in front of the first one whose orthogonal
/// part it is shorter than by 1%, however far that is.
final class LatticeReduction {
    let count, width: Int
    /// Multiply-adds so far.
    private(set) var work = 0

    /// The vectors, [count, width]; as whole multiples of the given ones, [count, count].
    private let vectors, multiples: UnsafeMutablePointer<Double>
    /// Each vector's shares of the orthogonal parts of those before, [count, count], and these parts' squares.
    private let shares, squares: UnsafeMutablePointer<Double>

    private static let delta = 0.99
    /// A share of this much is taken away.
    private static let most = 0.501

    /// `basis` holds at least one vector, all of one size, linearly independent.
    init(_ basis: [[Double]]) {
        (count, width) = (basis.count, basis[0].count)
        vectors = .allocate(capacity: count * width)
        multiples = .allocate(capacity: count * count)
        shares = .allocate(capacity: count * count)
        squares = .allocate(capacity: count)
        multiples.initialize(repeating: 0, count: count * count)
        shares.initialize(repeating: 0, count: count * count)
        squares.initialize(repeating: 0, count: count)
        for (row, vector) in basis.enumerated() {
            (vectors + row * width).initialize(from: vector, count: width)
            multiples[row * count + row] = 1
        }
    }

    deinit {
        for pointer in [vectors, multiples, shares, squares] { pointer.deallocate() }
    }

    var basis: [[Double]] { rows(vectors, width) }
    var transform: [[Double]] { rows(multiples, count) }

    private func rows(_ base: UnsafeMutablePointer<Double>, _ length: Int) -> [[Double]] {
        (0..<count).map { Array(UnsafeBufferPointer(start: base + $0 * length, count: length)) }
    }

    /// False where it took more than `limit` multiply-adds; then the basis is reduced in part.
    ///
    /// First by insertions one place back, which is LLL: deep ones from the start take much longer.
    func run(limit: Int) -> Bool { [1, count].allSatisfy { run(depth: $0, limit: limit) } }

    private func run(depth: Int, limit: Int) -> Bool {
        var row = 0
        while row < count {
            guard work < limit else {
                // What is left is measured, for whoever asks what is near.
                for other in row..<count { orthogonalise(other) }
                return false
            }
            orthogonalise(row)
            if let place = insertion(of: row, depth: depth) {
                move(row, to: place)
                row = place
            } else {
                row += 1
            }
        }
        return true
    }

    /// Whole multiples of the given vectors whose sum is near `target`, after `run`: Babai, "On Lovász' lattice reduction and the
    /// nearest lattice point problem", 1986.
    func nearest(to target: [Double]) -> [Double] {
        var parts = [Double](repeating: 0, count: count)
        target.withUnsafeBufferPointer { target in
            guard let target = target.baseAddress else { return }
            for row in 0..<count {
                var part = product(target, vectors + row * width, width)
                for other in 0..<row { part -= shares[row * count + other] * parts[other] * squares[other] }
                parts[row] = part / squares[row]
            }
        }
        var result = [Double](repeating: 0, count: count)
        for row in (0..<count).reversed() {
            let whole = parts[row].rounded()
            for other in 0..<row { parts[other] -= whole * shares[row * count + other] }
            for place in 0..<count { result[place] += whole * multiples[row * count + place] }
        }
        return result
    }

    /// Shares of the vectors before, none of them above a half, and the square of what is left.
    private func orthogonalise(_ row: Int) {
        let (own, share) = (vectors + row * width, shares + row * count)
        // After few rounds what is left is rounding.
        for _ in 0..<10 {
            for other in 0..<row {
                var part = product(own, vectors + other * width, width)
                for earlier in 0..<other { part -= shares[other * count + earlier] * share[earlier] * squares[earlier] }
                share[other] = part / squares[other]
            }
            work += row * (width + row / 2)
            guard reduce(row) else { break }
        }
        var square = product(own, own, width)
        for other in 0..<row { square -= share[other] * share[other] * squares[other] }
        squares[row] = square
    }

    /// Takes whole multiples of the vectors before away; false where there are none to be taken.
    private func reduce(_ row: Int) -> Bool {
        let share = shares + row * count
        var isChanged = false
        for other in (0..<row).reversed() where abs(share[other]) > Self.most {
            let whole = share[other].rounded()
            take(whole, vectors + other * width, from: vectors + row * width, width)
            take(whole, multiples + other * count, from: multiples + row * count, count)
            take(whole, shares + other * count, from: share, other)
            share[other] -= whole
            isChanged = true
            work += width + count + other
        }
        return isChanged
    }

    /// Where it goes, at most so many places back; nil where it stays.
    private func insertion(of row: Int, depth: Int) -> Int? {
        var rest = product(vectors + row * width, vectors + row * width, width)
        for place in 0..<row {
            if place >= row - depth, rest < Self.delta * squares[place] { return place }
            rest -= shares[row * count + place] * shares[row * count + place] * squares[place]
        }
        return nil
    }

    private func move(_ row: Int, to place: Int) {
        for (base, length) in [(vectors, width), (multiples, count)] {
            let own = Array(UnsafeBufferPointer(start: base + row * length, count: length))
            for other in (place..<row).reversed() {
                (base + (other + 1) * length).update(from: base + other * length, count: length)
            }
            (base + place * length).update(from: own, count: length)
        }
    }

    private func product(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ length: Int) -> Double {
        var sums = SIMD4<Double>.zero
        var place = 0
        while place + 4 <= length {
            let (x, y) = (UnsafeRawPointer(a + place), UnsafeRawPointer(b + place))
            sums += x.loadUnaligned(as: SIMD4<Double>.self) * y.loadUnaligned(as: SIMD4<Double>.self)
            place += 4
        }
        var sum = sums[0] + sums[2] + (sums[1] + sums[3])
        while place < length {
            sum += a[place] * b[place]
            place += 1
        }
        return sum
    }

    private func take(
        _ factor: Double, _ vector: UnsafePointer<Double>, from other: UnsafeMutablePointer<Double>, _ length: Int
    ) {
        for place in 0..<length { other[place] -= factor * vector[place] }
    }
}
