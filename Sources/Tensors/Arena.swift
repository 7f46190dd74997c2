/// Plans memory: arrays whose times of use do not overlap share a place.
struct Arena {
    /// Whether arrays may share a place; `separate` is for tests of the planner itself.
    package enum Policy: Sendable { case shared, separate }

    struct Region {
        /// Per lane.
        let bytes: Int
        /// The first and last time of use.
        var start, end: Int
    }

    private(set) var arrays: [Region] = []

    /// Returns the number of the new array.
    mutating func add(bytes: Int, from start: Int) -> Int {
        arrays.append(Region(bytes: max(bytes + 7, 8) / 8 * 8, start: start, end: start))
        return arrays.count - 1
    }

    mutating func use(_ array: Int, at time: Int) {
        arrays[array].end = max(arrays[array].end, time)
        arrays[array].start = min(arrays[array].start, time)
    }

    /// Gives each array an offset in bytes per lane; first fit, in the order in which they come into use.
    func layout(_ policy: Policy) -> (offsets: [Int], size: Int) {
        var offsets = [Int](repeating: 0, count: arrays.count)
        var (free, size) = (FreeSpace(), 0)
        let byStart = arrays.indices.sorted { (arrays[$0].start, $0) < (arrays[$1].start, $1) }
        let byEnd = arrays.indices.sorted { (arrays[$0].end, $0) < (arrays[$1].end, $1) }
        var ended = byEnd[...]
        for index in byStart {
            while policy == .shared, let first = ended.first, arrays[first].end < arrays[index].start {
                free.insert(offsets[first], arrays[first].bytes)
                ended = ended.dropFirst()
            }
            offsets[index] = free.take(arrays[index].bytes, growing: &size)
        }
        return (offsets, size)
    }

    /// Asks for the arrays of so many lanes before they are taken.
    static func ask(_ size: Int, lanes: Int) throws(ShapeError) {
        let (needed, overflow) = size.multipliedReportingOverflow(by: lanes)
        guard !overflow, needed <= MemoryLimit.bytes else {
            throw ShapeError(
                "the activations of \(lanes) inputs at a time take "
                    + "\(MemoryLimit.text(overflow ? .max : needed)), more than the limit of "
                    + "\(MemoryLimit.text(MemoryLimit.bytes)); `--memory` says another one")
        }
    }
}

/// Stretches of memory not in use, by offset, never adjacent.
private struct FreeSpace {
    private var stretches: [(offset: Int, bytes: Int)] = []

    mutating func insert(_ offset: Int, _ bytes: Int) {
        var (low, high) = (0, stretches.count)
        while low < high {
            let middle = (low + high) / 2
            if stretches[middle].offset < offset { low = middle + 1 } else { high = middle }
        }
        var (start, end, replaced) = (offset, offset + bytes, low..<low)
        if low < stretches.count, stretches[low].offset == end {
            end += stretches[low].bytes
            replaced = low..<(low + 1)
        }
        if low > 0, stretches[low - 1].offset + stretches[low - 1].bytes == start {
            start = stretches[low - 1].offset
            replaced = (low - 1)..<replaced.upperBound
        }
        stretches.replaceSubrange(replaced, with: [(start, end - start)])
    }

    /// The first stretch that is large enough; else what lies at the end, made larger.
    mutating func take(_ bytes: Int, growing size: inout Int) -> Int {
        if let index = stretches.firstIndex(where: { $0.bytes >= bytes }) {
            let offset = stretches[index].offset
            if stretches[index].bytes == bytes {
                stretches.remove(at: index)
            } else {
                stretches[index] = (offset + bytes, stretches[index].bytes - bytes)
            }
            return offset
        }
        var offset = size
        if let last = stretches.last, last.offset + last.bytes == size {
            offset = last.offset
            stretches.removeLast()
        }
        size = offset + bytes
        return offset
    }
}
