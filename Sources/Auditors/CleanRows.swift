/// Inputs that a model is meant for, row-major, and what it answers where it is right.
package struct CleanRows: Sendable {
    /// `count` inputs of `size` numbers each.
    package let numbers: [Float]
    package let labels: [Int]
    package let size: Int

    package init(numbers: [Float], labels: [Int], size: Int) {
        (self.numbers, self.labels, self.size) = (numbers, labels, size)
    }

    package var count: Int { labels.count }

    package subscript(_ row: Int) -> ArraySlice<Float> { numbers[row * size..<(row + 1) * size] }

    package func picked(_ rows: [Int]) -> CleanRows {
        CleanRows(numbers: rows.flatMap { self[$0] }, labels: rows.map { labels[$0] }, size: size)
    }

    /// Every second row, which a search may see, and the others, which tell how good what it found is.
    package var halves: (used: CleanRows, unused: CleanRows) {
        (picked(Array(stride(from: 0, to: count, by: 2))), picked(Array(stride(from: 1, to: count, by: 2))))
    }
}

/// Which inputs are to change, and to what.
package enum Aim: Sendable, Hashable {
    /// All others take this class.
    case target(Int)
    /// Those of one class take another.
    case pair(source: Int, target: Int)
    /// Those of one class take any other.
    case from(source: Int)
    /// All take any other class than their own.
    case away
    /// Those of each class take the one at its place.
    case mapping([Int])

    func takes(_ label: Int) -> Bool {
        switch self {
        case .target(let target): label != target
        case .pair(let source, _), .from(let source): label == source
        case .away: true
        case .mapping(let targets): targets[label] != label
        }
    }

    func allows(_ answer: Int, for label: Int) -> Bool {
        switch self {
        case .target(let target), .pair(_, let target): answer == target
        case .from, .away: answer != label
        case .mapping(let targets): answer == targets[label]
        }
    }
}
