/// Uninitialised floats, aligned as vectors want them, freed with the object.
///
/// Threads that share them write to parts of their own.
final class Floats: @unchecked Sendable {
    let start: UnsafeMutablePointer<Float>
    let count: Int

    init(_ count: Int) {
        self.count = count
        let bytes = (max(count, 1) * MemoryLayout<Float>.stride + 63) / 64 * 64
        start = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
            .bindMemory(to: Float.self, capacity: bytes / MemoryLayout<Float>.stride)
    }

    deinit { start.deallocate() }

    /// At least so many floats: these, or new ones.
    static func grown(_ floats: Floats?, to count: Int) -> Floats {
        if let floats, floats.count >= count { return floats }
        return Floats(count)
    }

    func clear(_ count: Int) { start.update(repeating: 0, count: count) }
}

/// Floats of someone who lives longer.
struct FloatPlace: @unchecked Sendable {
    let start: UnsafeMutablePointer<Float>

    init(_ start: UnsafeMutablePointer<Float>) { self.start = start }
}
