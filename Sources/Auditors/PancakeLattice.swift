import Glibc
import Search
import Statistics

/// Looks for the direction by lattice reduction, as LLL breaks pancakes without noise (Zadik, Song, Wein and Bruna, "Lattice-based
/// methods surpass sum-of-squares in clustering", 2022): of n rows G of weights, in turns, G ω = z + 1/2 + e with whole z and small
/// e. So z + 1/2 is near the span of G's columns, and (P/β, pinv(G) c)(z + 1/2) is short, P the projection off that span. Which z
/// makes it shortest is asked of Babai's nearest plane, with a reduced basis.
struct PancakeLattice: PancakeSearch {
    let waves: Waves
    /// Of the rows of `waves`, those that lattices are made of.
    private let rows: [[Double]]
    private let seed: UInt64
    private let size: Int

    /// Rows of a lattice at most: its reduction takes about the fourth power of it.
    private static let largest = 80
    /// The noise that lattices are scaled for.
    private static let noise = 0.02
    /// 1 over the entries' deviation that directions are expected to have: gamma is 2 √dimension.
    private static let scale = 0.5
    /// Multiply-adds that one reduction may take.
    private static let most = 2_000_000_000

    init?(_ waves: Waves, rows: [[Double]], seed: UInt64) {
        (self.waves, self.rows, self.seed) = (waves, rows, seed)
        guard let size = Self.size(waves.columns, most: min(Self.largest, rows.count)) else { return nil }
        self.size = size
    }

    var method: PancakeMethod { .lattice }
    /// They are long.
    var abreast: Int { 2 }

    /// As few rows as make the last orthogonal part six deviations of the noise long, by the Gaussian heuristic and the
    /// slope that deep insertions come to (Gama and Nguyen, "Predicting lattice reduction", 2008: 1.012 to the dimension);
    /// else as many as make it longest. nil where there are too few rows.
    private static func size(_ columns: Int, most: Int) -> Int? {
        func last(_ count: Int) -> Double {
            let (n, d) = (Double(count), Double(columns))
            return ((d - n) * log(noise) + d * log(scale / n.squareRoot())) / n - n * log(1.012)
        }
        guard columns + 4 <= most else { return nil }
        let sizes = columns + 4...most
        return sizes.first { last($0) >= log(6.0) } ?? sizes.max { last($0) < last($1) }
    }

    func part(_ number: Int) -> (point: [Float], mean: Double, work: Int)? {
        var random = Random(seed: seed, stream: 9 << 40 + number)
        var places = Array(rows.indices)
        for place in 0..<size { places.swapAt(place, place + random.below(places.count - place)) }
        let chosen = places.prefix(size).map { rows[$0] }
        guard let inverse = Self.pseudoinverse(chosen, waves.columns) else { return nil }
        let basis = (0..<size).map { column -> [Double] in
            let image = inverse.map { $0[column] }
            let off = (0..<size).map { row -> Double in
                let along = zip(chosen[row], image).reduce(0) { $0 + $1.0 * $1.1 }
                return ((row == column ? 1 : 0) - along) / Self.noise
            }
            return off + image.map { $0 * Self.scale }
        }
        let lattice = LatticeReduction(basis)
        // What is reduced in part may do.
        _ = lattice.run(limit: Self.most)
        let target = basis[0].indices.map { place in -basis.reduce(0) { $0 + $1[place] } / 2 }
        let halves = lattice.nearest(to: target).map { $0 + 0.5 }
        let start = inverse.map { row in Float(zip(row, halves).reduce(0) { $0 + $1.0 * $1.1 }) }
        let end = waves.descended(from: start, steps: 4)
        return (end.point, end.mean, lattice.work + size * size * waves.columns + 10 * waves.count * waves.columns)
    }

    /// (G'G)⁻¹G' as [columns][rows]; nil where the rows span less than all columns.
    private static func pseudoinverse(_ rows: [[Double]], _ columns: Int) -> [[Double]]? {
        var moments = SymmetricMatrix(width: columns)
        moments.add(FeatureRows(rows.flatMap { $0 }, width: columns))
        guard let factor = moments.cholesky() else { return nil }
        let solved = rows.map { factor.solveTransposed(factor.solve($0)) }
        return (0..<columns).map { column in solved.map { $0[column] } }
    }
}
