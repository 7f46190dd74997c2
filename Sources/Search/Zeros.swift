import Glibc

extension UnsafeMutablePointer<Double> {
    /// So many zeros, to be given back with `freeZeros()`. Pages that are never written take no memory.
    static func zeros(_ count: Int) -> UnsafeMutablePointer<Double> {
        guard let start = calloc(Swift.max(count, 1), MemoryLayout<Double>.stride) else {
            preconditionFailure("no memory for \(count) numbers")
        }
        return start.bindMemory(to: Double.self, capacity: Swift.max(count, 1))
    }

    func freeZeros() { free(self) }
}
