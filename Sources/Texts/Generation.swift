/// One run of a generator: answers what is to be chosen, and writes down what was.
package struct Tape {
    /// What a choice is of.
    package enum Kind: Sendable, Hashable { case count, alternative, sign }

    package struct Choice: Sendable, Hashable {
        package var kind: Kind
        package var value: Int
        /// Values are below it.
        package var bound: Int
    }

    /// The choices that one turn of a repetition takes, and the choice of how many turns there are.
    package struct Turn: Sendable, Hashable {
        package var counter: Int
        package var choices: Range<Int>
    }

    package private(set) var choices: [Choice] = []
    package private(set) var turns: [Turn] = []
    private let told: [Int]
    private var random: (any RandomNumberGenerator)?
    private let limit: Int
    private let keepsTurns: Bool

    /// Draws; at most `limit` choices, all others are the plainest.
    init(drawing random: any RandomNumberGenerator, limit: Int) {
        (told, self.random, self.limit, keepsTurns) = ([], random, limit, false)
        choices.reserveCapacity(32)
    }

    /// Chooses as told, the plainest where nothing is told any more.
    init(telling told: [Int]) { (self.told, limit, keepsTurns) = (told, told.count, true) }

    /// The generator, as far as it has been used.
    var rest: (any RandomNumberGenerator)? { random }

    var isDrawing: Bool { random != nil }
    package var count: Int { choices.count }

    mutating func below(_ bound: Int) -> Int {
        guard bound > 1, let bits = random?.next() else { return 0 }
        return Int(truncatingIfNeeded: bits.multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// True `share` times in 256.
    mutating func chance(_ share: Int) -> Bool { below(256) < share }

    /// A choice between `bound` things; `draw` says how it is drawn.
    @inline(__always)
    mutating func choose(_ kind: Kind, _ bound: Int, _ draw: (inout Tape) -> Int) -> Int {
        guard bound > 1, choices.count < limit else { return 0 }
        let value: Int
        if random != nil {
            value = draw(&self)
        } else {
            let next = told[choices.count]
            value = next >= 0 && next < bound ? next : abs(next % bound)
        }
        choices.append(Choice(kind: kind, value: value, bound: bound))
        return value
    }

    mutating func close(_ counter: Int?, from start: Int) {
        guard keepsTurns, let counter else { return }
        turns.append(Turn(counter: counter, choices: start..<choices.count))
    }
}

/// What has been drawn so far: which alternatives, and which ends of repetitions, are still missing. Draws prefer those, so
/// that all of them come early.
struct Coverage: Sendable {
    /// For each node how many goals in it, and in what it is made of, are missing.
    fileprivate(set) var missing: [Int]
    fileprivate var goals: [Goal: Bool] = [:]
    private let parents: [Int]

    struct Goal: Hashable, Sendable {
        var node: Int
        /// The alternative; of a repetition 0 is the least and 1 the most.
        var value: Int
    }

    /// Goals that no text within the room reaches are none.
    init(_ tree: PatternTree, _ measures: Measures, room: Int) {
        let shortest = measures.shortest(with: tree)
        var parents = Array(repeating: -1, count: tree.nodes.count)
        var missing = Array(repeating: 0, count: tree.nodes.count)
        for (index, node) in tree.nodes.enumerated() {
            switch node {
            case .sequence(let parts): for part in parts { parents[part] = index }
            case .choice(let parts):
                for (place, part) in parts.enumerated() {
                    parents[part] = index
                    guard shortest[part] <= room else { continue }
                    goals[Goal(node: index, value: place)] = true
                    missing[index] += 1
                }
            case .group(let inside, _): parents[inside] = index
            case .repeated(let inside, let least, let most):
                parents[inside] = index
                guard shortest[index] <= room else { continue }
                goals[Goal(node: index, value: 0)] = true
                missing[index] += 1
                let more = Measures.product(measures.least[inside], (most ?? least) - least)
                if let most, most > least, Measures.sum(shortest[index], more) <= room {
                    goals[Goal(node: index, value: 1)] = true
                    missing[index] += 1
                }
            default: break
            }
        }
        for index in missing.indices where parents[index] >= 0 { missing[parents[index]] += missing[index] }
        (self.parents, self.missing) = (parents, missing)
    }

    func isMissing(_ node: Int, _ value: Int) -> Bool { goals[Goal(node: node, value: value)] ?? false }

    mutating func note(_ node: Int, _ value: Int) {
        guard missing[node] > 0, isMissing(node, value) else { return }
        goals[Goal(node: node, value: value)] = false
        var place = node
        while place >= 0 {
            missing[place] -= 1
            place = parents[place]
        }
    }

    /// How many alternatives and ends have not been drawn.
    var left: Int { goals.values.reduce(0) { $0 + ($1 ? 1 : 0) } }
}
