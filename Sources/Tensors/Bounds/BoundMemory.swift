import Glibc

/// Where one node of a plan keeps what is known of it. All arrays are `[element][lane]`.
struct BoundMemory {
    /// Per region: bounds, half their distance and its middle, the greatest magnitude.
    var lower, upper, center, radius, magnitude: UnsafeMutablePointer<Double>
    /// Per region, in the node's format: the result is a linear form of the inputs, with one of two slopes each, plus what
    /// lies between the offsets. A product or quotient has slopes by its second input as well.
    var slopes: (lower: UnsafeMutableRawPointer, upper: UnsafeMutableRawPointer)?
    var secondSlopes: (lower: UnsafeMutableRawPointer, upper: UnsafeMutableRawPointer)?
    var offsets: (lower: UnsafeMutableRawPointer, upper: UnsafeMutableRawPointer)?
    /// Per region, in the node's format: what adding up coefficients may be wrong by.
    var joins: (lower: UnsafeMutableRawPointer, upper: UnsafeMutableRawPointer)?
    /// Per region, for a product: what rounding, of it and of its planes, may cost.
    var slack: UnsafeMutablePointer<Double>?
    /// Per row that is bounded, in the node's format: its coefficients.
    var coefficients: UnsafeMutableRawPointer

    /// Whether the sign of an element, in a region, is not settled: `place` is element · regions + region.
    func crosses(_ place: Int) -> Bool { lower[place] < 0 && upper[place] > 0 }
}

/// Memory for one workspace, cleared, and freed with it. Large blocks take no memory where they are never written, so that
/// room for 64 rows costs what the rows in use do.
final class Slab {
    private var blocks: [UnsafeMutableRawPointer] = []
    private var maps: [(start: UnsafeMutableRawPointer, size: Int)] = []
    private static let large = 1 << 20

    func take(_ count: Int) -> UnsafeMutableRawPointer {
        let size = max(count, 1)
        if size >= Slab.large, let start = map(size) { return start }
        let block = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
        block.initializeMemory(as: UInt8.self, repeating: 0, count: size)
        blocks.append(block)
        return block
    }

    func doubles(_ count: Int) -> UnsafeMutablePointer<Double> {
        take(count * 8).bindMemory(to: Double.self, capacity: max(count, 1))
    }

    private func map(_ size: Int) -> UnsafeMutableRawPointer? {
        guard let start = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
            start != MAP_FAILED
        else { return nil }
        maps.append((start, size))
        return start
    }

    deinit {
        for block in blocks { block.deallocate() }
        for (start, size) in maps { munmap(start, size) }
    }
}
