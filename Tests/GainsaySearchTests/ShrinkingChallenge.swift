import GainsaySearch

/// One property of the public shrinking challenge (https://github.com/jlink/shrinking-challenge), by the public library: how a run
/// of it ended.
struct ChallengeRun {
    var answer: String
    var isIdeal: Bool
    /// Calls of the property after the first failure.
    var evaluations: Int
    /// Calls of the property up to the first failure.
    var tries: Int
    var isFinished: Bool
}

struct Challenge: Sendable {
    var name: String
    /// What Hypothesis needs on the median.
    var allowed: Int
    /// Finds a failure with a seed and shrinks it, so many proposals at a time.
    var run: @Sendable (_ seed: UInt64, _ together: Int) -> ChallengeRun?

    init<Value>(
        _ name: String, allowed: Int, ideal: Value, generate: @escaping @Sendable (inout Choices) throws -> Value,
        holds: @escaping @Sendable (Value) -> Bool
    ) {
        self.name = name
        self.allowed = allowed
        let expected = String(describing: ideal)
        run = { seed, together in
            let limits = SearchLimits(seed: seed)
            let outcome =
                together == 1
                ? forAll(limits, generate, holds: holds) : forAll(limits, together: together, generate, holds: holds)
            guard let found = outcome.contradiction else { return nil }
            let answer = String(describing: found.value)
            return ChallengeRun(
                answer: answer, isIdeal: answer == expected, evaluations: found.shrinkingTries, tries: found.tries,
                isFinished: found.minimality != .unfinished)
        }
    }
}

extension Challenge {
    static let all = [
        bound5, largeUnionList, reverse, calculator, lengthList, difference1, difference2, difference3, binheap,
        coupling,
        deletion, distinct, nestedLists,
    ]

    /// Five lists of 16-bit integers that sum to less than 256 each sum, in 16 bits, to less than 1280.
    static let bound5 = Challenge("bound5", allowed: 130, ideal: [[], [], [], [-1], [-32768]] as [[Int]]) { source in
        try (0..<5).map { _ in try boundedList(&source) }
    } holds: { lists in
        lists.joined().reduce(Int16(0)) { (sum: Int16, number: Int) in sum &+ Int16(number) } < 1280
    }

    static func boundedList(_ source: inout Choices) throws -> [Int] {
        try source.filtered { source in
            try source.list(0...1) { try $0.integer(in: -32768...32767) }
        } where: { list in
            list.reduce(0, +) < 256
        }
    }

    /// Lists of lists have fewer than five distinct integers.
    static let largeUnionList = Challenge("large union list", allowed: 183, ideal: [[0, 1, -1, 2, -2]]) { source in
        try source.list(0...1000) { try $0.list(0...1000) { try $0.integer(in: Int.min...Int.max) } }
    } holds: { lists in
        Set(lists.joined()).count < 5
    }

    static let reverse = Challenge("reverse", allowed: 11, ideal: [0, 1]) { source in
        try source.list(0...1000) { try $0.integer(in: Int.min...Int.max) }
    } holds: { list in
        list == list.reversed()
    }

    /// An expression without a division by a literal 0 divides by zero nowhere.
    static let calculator = Challenge(
        "calculator", allowed: 54, ideal: Expression.divide(.number(0), .add(.number(0), .number(0)))
    ) { source in
        try Expression.any(&source)
    } holds: { expression in
        !expression.isSane || expression.value != nil
    }

    /// A length, then as many numbers: the greatest is less than 900.
    static let lengthList = Challenge("length list", allowed: 93, ideal: [900]) { source in
        let count = try source.integer(in: 1...100)
        return try source.list(count...count) { try $0.integer(in: 0...1000) }
    } holds: { list in
        (list.max() ?? 0) < 900
    }

    static let difference1 = difference("difference 1", allowed: 28, ideal: [10, 10]) { $0 == 0 }
    static let difference2 = difference("difference 2", allowed: 41, ideal: [10, 6]) { (1...4).contains($0) }
    static let difference3 = difference("difference 3", allowed: 38, ideal: [10, 9]) { $0 == 1 }

    /// Of two positive integers, the first is less than 10 or the difference is not of the forbidden kind.
    static func difference(
        _ name: String, allowed: Int, ideal: [Int], forbidden: @escaping @Sendable (Int) -> Bool
    ) -> Challenge {
        Challenge(name, allowed: allowed, ideal: ideal) { source in
            [try source.integer(in: 1...Int(Int32.max)), try source.integer(in: 1...Int(Int32.max))]
        } holds: { pair in
            pair[0] < 10 || !forbidden(abs(pair[0] - pair[1]))
        }
    }

    /// The wrong way to sort a binary heap gives a sorted list.
    static let binheap = Challenge(
        "binheap", allowed: 70, ideal: Heap?(Heap(0, nil, Heap(0, Heap(0, nil, nil), Heap(1, nil, nil))))
    ) { source in
        try Heap.any(&source, from: nil, size: source.integer(in: 0...20))
    } holds: { heap in
        guard let heap else { return true }
        let result = [heap.key] + (Heap.merged(heap.left, heap.right)?.list ?? [])
        return result == result.sorted() && heap.list.sorted() == result
    }

    /// No two places of a list hold each other's number.
    static let coupling = Challenge("coupling", allowed: 40, ideal: [1, 0]) { source in
        try source.list(0...1000) { try $0.integer(in: 0...10) }
    } holds: { list in
        guard list.allSatisfy({ $0 < list.count }) else { return true }
        return list.indices.allSatisfy { list[$0] == $0 || list[list[$0]] != $0 }
    }

    /// After the element at a place is removed from a list (its first occurrence), it is not in the list.
    static let deletion = Challenge("deletion", allowed: 8, ideal: Removal(list: [0, 0], place: 0)) { source in
        Removal(
            list: try source.list(0...1000) { try $0.integer(in: Int.min...Int.max) },
            place: try source.integer(in: 0...10))
    } holds: { removal in
        guard removal.place < removal.list.count else { return true }
        var rest = removal.list
        let element = rest[removal.place]
        if let first = rest.firstIndex(of: element) { rest.remove(at: first) }
        return !rest.contains(element)
    }

    /// A list has fewer than three distinct elements.
    static let distinct = Challenge("distinct", allowed: 35, ideal: [0, 1, -1]) { source in
        try source.list(0...1000) { try $0.integer(in: Int.min...Int.max) }
    } holds: { list in
        Set(list).count < 3
    }

    /// The lengths of a list's lists sum to at most 10.
    static let nestedLists = Challenge(
        "nestedlists", allowed: 139, ideal: [Array(repeating: Unit(), count: 11)]
    ) { source in
        try source.list(0...1000) { try $0.list(0...1000) { _ in Unit() } }
    } holds: { lists in
        lists.map(\.count).reduce(0, +) <= 10
    }
}

struct Removal: Sendable {
    var list: [Int]
    var place: Int
}

struct Unit: Sendable {}

indirect enum Expression: Sendable {
    case number(Int)
    case add(Expression, Expression)
    case divide(Expression, Expression)

    static func any(_ source: inout Choices) throws -> Expression {
        try source.part("expression") { source in
            switch try source.index(weights: [3, 1, 1]) {
            case 0: .number(try source.integer(in: Int.min...Int.max))
            case 1: .add(try any(&source), try any(&source))
            default: .divide(try any(&source), try any(&source))
            }
        }
    }

    var isSane: Bool {
        switch self {
        case .number: true
        case .divide(_, .number(0)): false
        case .add(let left, let right), .divide(let left, let right): left.isSane && right.isSane
        }
    }

    /// Nil for a division by zero; wraps where it would overflow; division rounds down.
    var value: Int? {
        switch self {
        case .number(let number): return number
        case .add(let left, let right):
            guard let left = left.value, let right = right.value else { return nil }
            return left &+ right
        case .divide(let left, let right):
            guard let left = left.value, let right = right.value, right != 0 else { return nil }
            let (quotient, remainder) = (
                left.dividedReportingOverflow(by: right).partialValue, right == -1 ? 0 : left % right
            )
            return remainder != 0 && (remainder < 0) != (right < 0) ? quotient - 1 : quotient
        }
    }
}

/// A binary heap: no key is less than its parent's.
final class Heap: Sendable, CustomStringConvertible {
    let key: Int
    let left: Heap?
    let right: Heap?

    init(_ key: Int, _ left: Heap?, _ right: Heap?) {
        (self.key, self.left, self.right) = (key, left, right)
    }

    static func any(_ source: inout Choices, from bound: Int?, size: Int) throws -> Heap? {
        try source.part("heap") { source in
            guard try source.integer(in: 1...8) > 1, size > 0 else { return nil }
            let key = try source.integer(in: (bound ?? Int.min)...Int.max)
            return Heap(
                key, try any(&source, from: key, size: size / 2), try any(&source, from: key, size: size / 2))
        }
    }

    static func merged(_ one: Heap?, _ two: Heap?) -> Heap? {
        guard let one, let two else { return one ?? two }
        return one.key <= two.key
            ? Heap(one.key, merged(one.right, two), one.left) : Heap(two.key, merged(two.right, one), two.left)
    }

    /// All keys: a node, then its right side, then its left.
    var list: [Int] { [key] + (right?.list ?? []) + (left?.list ?? []) }

    var description: String {
        "(\(key), \(left?.description ?? "None"), \(right?.description ?? "None"))"
    }
}
