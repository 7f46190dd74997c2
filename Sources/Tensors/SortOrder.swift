/// In which order numbers are put. NaN is last in both; what is equal keeps its order.
package enum SortOrder: Sendable, Hashable {
    case ascending, descending

    /// The places of some numbers, in order. O(n log n).
    package func places<Number: BinaryFloatingPoint>(of values: [Number]) -> [Int] {
        var places = values.indices.map(Int32.init)
        values.withUnsafeBufferPointer { values in
            guard let start = values.baseAddress else { return }
            places.withUnsafeMutableBufferPointer { sort($0, by: start, step: 1) }
        }
        return places.map(Int.init)
    }

    /// Puts places in the order of the numbers at `values[place * step]`.
    func sort<Number: BinaryFloatingPoint>(
        _ places: UnsafeMutableBufferPointer<Int32>, by values: UnsafePointer<Number>, step: Int
    ) {
        var places = places
        places.sort { first, second in
            let (a, b) = (values[Int(first) * step], values[Int(second) * step])
            if precedes(a, b) { return true }
            return first < second && !precedes(b, a)
        }
    }

    private func precedes<Number: BinaryFloatingPoint>(_ a: Number, _ b: Number) -> Bool {
        if b.isNaN { return !a.isNaN }
        return self == .ascending ? a < b : a > b
    }
}

/// The elements along one axis in one lane: number k is at `start + k * step` of the memory.
struct AxisLine {
    let start, step: Int
}

/// The order of each line of a tensor in each lane, kept in the scratch memory of a step.
struct LineOrders {
    let order: SortOrder
    let blocks: AxisBlocks

    /// Bytes per lane, a multiple of 8.
    var scratch: Int { (blocks.outer * blocks.axis * blocks.inner * 4 + 7) / 8 * 8 }

    /// Sorts each line, and hands over its number, itself and the places of its elements in order.
    func sort<Number: BinaryFloatingPoint>(
        _ values: UnsafePointer<Number>, _ frame: Frame,
        _ take: (_ number: Int, AxisLine, UnsafeMutableBufferPointer<Int32>) -> Void
    ) {
        forEach(frame) { number, line, places in
            for place in places.indices { places[place] = Int32(place) }
            order.sort(places, by: values + line.start, step: line.step)
            take(number, line, places)
        }
    }

    /// Each line, `number` among all of them times the lanes, with the order that was found.
    func forEach(
        _ frame: Frame, _ take: (_ number: Int, AxisLine, UnsafeMutableBufferPointer<Int32>) -> Void
    ) {
        let scratch: UnsafeMutablePointer<Int32> = frame.scratch()
        let step = blocks.inner * frame.lanes
        for number in 0..<(blocks.outer * step) {
            let line = AxisLine(start: number / step * blocks.axis * step + number % step, step: step)
            take(number, line, UnsafeMutableBufferPointer(start: scratch + number * blocks.axis, count: blocks.axis))
        }
    }
}
