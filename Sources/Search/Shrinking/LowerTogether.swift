extension SequenceShrinker {
    /// Lowers several numbers by the same amount: those that are equal, and those that follow each other.
    mutating func lowerTogether() {
        for group in equalIntegers where !isSpent { lower(group) }
        for pair in neighbours where !isSpent { lower(pair) }
        shiftAll()
    }

    /// Whole numbers that share a bound, moved by the amount that brings the first of them to its simplest value.
    private mutating func shiftAll() {
        var seen: [ClosedRange<Int>] = []
        for first in integersOffAim where !isSpent && first < choices.count {
            guard case .integer(let value, let range, let aim) = choices[first],
                !seen.contains(where: { $0.sharesBound(with: range) })
            else { continue }
            seen.append(range)
            _ = take(.set(shifted(by: value.distance(from: aim), upwards: value < aim, from: first, sharing: range)))
        }
    }

    private func shifted(
        by distance: UInt, upwards: Bool, from first: Int, sharing bounds: ClosedRange<Int>
    ) -> [(index: Int, choice: Choice)] {
        choices.indices[first...].compactMap { index in
            guard case .integer(let old, let range, let aim) = choices[index], range.sharesBound(with: bounds),
                let new = old.moved(by: distance, upwards: upwards)
            else { return nil }
            return (index, .integer(new, in: range, towards: aim))
        }
    }

    /// Runs of indexes that hold the same number, where that is not the simplest.
    private var equalIntegers: [[Int]] {
        var groups: [Choice: [Int]] = [:]
        for index in integersOffAim { groups[choices[index], default: []].append(index) }
        return groups.values.filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
    }

    private var neighbours: [[Int]] {
        let indexes = integersOffAim
        return zip(indexes, indexes.dropFirst()).map { [$0, $1] }.filter { pair in
            choices[pair[0]] != choices[pair[1]] && isAbove(pair[0]) == isAbove(pair[1])
        }
    }

    private var integersOffAim: [Int] {
        choices.indices.filter { index in
            if case .integer(let value, _, let aim) = choices[index] { value != aim } else { false }
        }
    }

    private func isAbove(_ index: Int) -> Bool {
        if case .integer(let value, _, let aim) = choices[index] { value > aim } else { false }
    }

    /// Lowers the numbers at `indexes`, all on one side of their simplest values, until the nearest has arrived.
    private mutating func lower(_ indexes: [Int]) {
        let numbers = indexes.compactMap { index -> (index: Int, value: Int, range: ClosedRange<Int>, aim: Int)? in
            guard index < choices.count, case .integer(let value, let range, let aim) = choices[index], value != aim
            else { return nil }
            return (index, value, range, aim)
        }
        guard numbers.count == indexes.count else { return }
        let nearest = numbers.map { $0.value.distance(from: $0.aim) }.min() ?? 0
        _ = descend(from: nearest) { target in
            var changes: [(index: Int, choice: Choice)] = []
            for number in numbers {
                guard let value = number.value.moved(by: nearest - target, upwards: number.value < number.aim)
                else { return nil }
                changes.append((number.index, .integer(value, in: number.range, towards: number.aim)))
            }
            return .set(changes)
        }
    }
}

extension ClosedRange<Int> {
    fileprivate func sharesBound(with other: ClosedRange<Int>) -> Bool {
        lowerBound == other.lowerBound || upperBound == other.upperBound
    }
}
