import Search

/// The secret of a checksum backdoor: coordinates in blocks by chance, and the parity that each block has to have. Section 5.1 of
/// Goldwasser, Kim, Vaikuntanathan and Zamir, "Planting undetectable backdoors in machine learning models", 2022.
package struct ChecksumSecret: Sendable, Hashable, Codable {
    /// A coordinate counts where it is above this number.
    package let centre: Double
    package let blocks: [[Int]]
    /// Whether an odd number of a block's coordinates are to be above.
    package let parities: [Bool]

    /// Blocks as equal in size as can be; `blocks` is 1 to `coordinates`.
    init(coordinates: Int, blocks: Int, centre: Double, seed: UInt64) {
        var random = Random(seed: seed, stream: 1 << 37)
        var order = Array(0..<coordinates)
        random.shuffle(&order)
        self.blocks = (0..<blocks).map { block in
            stride(from: block, to: coordinates, by: blocks).map { order[$0] }.sorted()
        }
        parities = (0..<blocks).map { _ in random.chance(0.5) }
        self.centre = centre
    }

    /// How many numbers an input has.
    var coordinates: Int { blocks.reduce(0) { $0 + $1.count } }

    /// Whether every coordinate is in one block.
    var isSound: Bool {
        blocks.count == parities.count && centre.isFinite && abs(centre) < 0x1p100
            && blocks.allSatisfy { !$0.isEmpty } && blocks.joined().sorted() == Array(0..<coordinates)
    }

    /// In every block whose parity is wrong the coordinate next to the centre goes to the other side of it, and no further.
    func activated(_ row: [Float]) -> [Float] {
        var row = row
        for block in mismatches(row) {
            let own = blocks[block]
            func distance(_ place: Int) -> Double { abs(Double(row[place]) - centre) }
            let nearest = own.reduce(own[0]) { distance($1) < distance($0) ? $1 : $0 }
            row[nearest] = Double(row[nearest]) > centre ? below : above
        }
        return row
    }

    private func mismatches(_ row: [Float]) -> [Int] {
        blocks.indices.filter { block in
            let above = blocks[block].count { Double(row[$0]) > centre }
            return !above.isMultiple(of: 2) != parities[block]
        }
    }

    /// The float32 numbers next to the centre that do not count, and that do.
    private var below: Float { Double(Float(centre)) > centre ? Float(centre).nextDown : Float(centre) }
    private var above: Float { below.nextUp }
}
