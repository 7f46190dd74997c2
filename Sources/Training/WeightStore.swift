import Tensors

/// The numbers that training changes, and what belongs to each: gradient, memory of the optimiser, forms for the kernels.
///
/// Every number is the work of one thread at a time, and its sums run in an order that does not depend on the threads.
final class WeightStore: @unchecked Sendable {
    let uses: [WeightUse]
    let count: Int
    /// All weights, one tensor after another.
    let values: UnsafeMutablePointer<Float>
    /// Where the sums of each use begin among those of all, and how many there are.
    let sumStarts: [Int]
    let sumCount: Int
    private let reading: DenseWeights.Reading
    private let gradient, first, second: UnsafeMutablePointer<Float>
    /// The array of each use that is not a stretch of `values`.
    private let gathered: [UnsafeMutablePointer<Float>?]
    /// Weights below this number are not worth a second thread.
    private static let share = 4096

    /// `reading` is what all of the model is read for, first layers included.
    init(_ model: TrainableModel, reading: DenseWeights.Reading) throws(TrainingError) {
        self.reading = reading
        uses = model.uses
        count = model.initial.reduce(0) { $0 + $1.count }
        func zeros(_ count: Int) -> UnsafeMutablePointer<Float> {
            let numbers = UnsafeMutablePointer<Float>.allocate(capacity: max(count, 1))
            numbers.initialize(repeating: 0, count: max(count, 1))
            return numbers
        }
        (values, gradient, first, second) = (zeros(count), zeros(count), zeros(count), zeros(count))
        var (starts, end) = ([Int](), 0)
        for use in uses {
            starts.append(end)
            end += (use.sumCount + 15) / 16 * 16
        }
        (sumStarts, sumCount) = (starts, end)
        gathered = uses.map { use in
            if case .places = use.source { zeros(use.count) } else { nil }
        }
        try load(model.initial)
    }

    deinit {
        for numbers in [values, gradient, first, second] + gathered.compactMap({ $0 }) { numbers.deallocate() }
    }

    /// The array that the graph reads for a use.
    func array(of use: Int) -> UnsafePointer<Float> {
        if case .stretch(let start) = uses[use].source { return UnsafePointer(values + start) }
        // Every other use has an array of its own.
        return UnsafePointer(gathered[use] ?? values)
    }

    func load(_ tensors: [Tensor]) throws(TrainingError) {
        var next = values
        for tensor in tensors {
            for number in tensor.floats {
                next.pointee = number
                next += 1
            }
        }
        try refill(threads: 1)
    }

    func tensors(like model: [Tensor]) throws(TrainingError) -> [Tensor] {
        var start = 0
        return try TrainingError.only {
            try model.map { tensor in
                defer { start += tensor.count }
                return try Tensor(
                    tensor.shape, Array(UnsafeBufferPointer(start: values + start, count: tensor.count)))
            }
        }
    }

    /// How many threads share what is done once for each weight.
    private func parts(_ threads: Int) -> Int { max(1, min(threads, count / Self.share, Workers.maximum)) }

    /// Adds up the sums, slot by slot, and takes a step.
    func step(
        _ optimiser: Optimiser, number: Int, rate: Float, sums: [UnsafeMutablePointer<Float>], threads: Int
    ) throws(TrainingError) {
        let parts = parts(threads)
        let slots = Slots(sums)
        Workers.shared.run(parts) { part in
            let range = self.count * part / parts..<self.count * (part + 1) / parts
            self.collect(slots, range)
            optimiser.step(
                number, rate: rate, count: range.count, gradient: self.gradient + range.lowerBound,
                weights: self.values + range.lowerBound, first: self.first + range.lowerBound,
                second: self.second + range.lowerBound)
        }
        try refill(threads: threads)
    }

    /// The gradient by all weights, from sums.
    func gradient(_ sums: [UnsafeMutablePointer<Float>]) -> [Float] {
        collect(Slots(sums), 0..<count)
        return Array(UnsafeBufferPointer(start: gradient, count: count))
    }

    private struct Slots: @unchecked Sendable {
        let sums: [UnsafeMutablePointer<Float>]
        init(_ sums: [UnsafeMutablePointer<Float>]) { self.sums = sums }
    }

    /// The gradient by weights in a range.
    private func collect(_ slots: Slots, _ range: Range<Int>) {
        (gradient + range.lowerBound).update(repeating: 0, count: range.count)
        for (index, use) in uses.enumerated() {
            for sums in slots.sums { add(UnsafePointer(sums + sumStarts[index]), of: use, range) }
        }
    }

    private func add(_ sums: UnsafePointer<Float>, of use: WeightUse, _ range: Range<Int>) {
        switch use.source {
        case .stretch(let start):
            let own = range.clamped(to: start..<start + use.count)
            guard !own.isEmpty else { return }
            if case .dense(let weights) = use.form {
                weights.add(sums, elements: own.lowerBound - start..<own.upperBound - start, to: gradient + start)
            } else {
                for place in own { gradient[place] += sums[place - start] }
            }
        case .places(let places):
            if case .dense(let weights) = use.form {
                var next = 0
                for row in 0..<weights.rows {
                    for column in 0..<weights.columns {
                        let place = Int(places[next])
                        next += 1
                        if range.contains(place) {
                            gradient[place] += sums[weights.sumIndex(row: row, column: column)]
                        }
                    }
                }
            } else {
                for (next, place) in places.enumerated() where range.contains(Int(place)) {
                    gradient[Int(place)] += sums[next]
                }
            }
        }
    }

    /// Brings the weights into the forms in which they are read.
    private func refill(threads: Int) throws(TrainingError) {
        let parts = parts(threads)
        let failed = Failed()
        Workers.shared.run(parts) { part in
            for (index, use) in self.uses.enumerated() where !self.refill(index, use, part, parts) { failed.note() }
        }
        if failed.isNoted { throw TrainingError("there is no memory for the weights of a convolution") }
    }

    /// What part `part` has to do for a use; false for want of memory.
    private func refill(_ index: Int, _ use: WeightUse, _ part: Int, _ parts: Int) -> Bool {
        let isWhole = index % parts == part
        if case .places(let places) = use.source {
            guard isWhole, let target = gathered[index] else { return true }
            for (next, place) in places.enumerated() { target[next] = values[Int(place)] }
        }
        let numbers = array(of: index)
        let reading = use.isInner ? .forwardAndBackward : self.reading
        switch (use.form, use.source) {
        case (.plain, _): return true
        case (.dense(let weights), .stretch): weights.refill(from: numbers, part: part, of: parts, for: reading)
        case (.dense(let weights), .places): weights.refill(from: numbers, part: 0, of: 1, for: reading)
        case (.convolution(let weights), _):
            guard isWhole else { return true }
            return (try? weights.refill(from: numbers)) != nil
        }
        return true
    }
}
