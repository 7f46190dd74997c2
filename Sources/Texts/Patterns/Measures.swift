/// How short, how long and how much each part of a pattern is. Recursion is followed to its end.
struct Measures: Sendable {
    /// Code points of the shortest text; `endless` where there is none.
    private(set) var least: [Int]
    /// Code points of the longest text; `endless` where there is no end.
    private(set) var most: [Int]
    /// Nodes that are gone through for a shortest text.
    private(set) var steps: [Int]
    /// Choices that are made at most, were texts as long as `room`.
    private(set) var choices: [Int]
    /// For each choice between alternatives the one that ends soonest.
    private(set) var plainest: [Int]
    /// How often each group is referred to.
    private(set) var references: [Int: Int] = [:]

    static let endless = Int.max / 4

    init(_ tree: PatternTree, room: Int) {
        let count = tree.nodes.count
        least = Array(repeating: Self.endless, count: count)
        steps = least
        plainest = Array(repeating: 0, count: count)
        most = Array(repeating: 0, count: count)
        choices = most
        for case .same(let group) in tree.nodes { references[group, default: 0] += 1 }
        // Each pass follows one more call to its end, and a pass that changes nothing is the last.
        var (isChanging, passes) = (true, 0)
        while isChanging, passes <= tree.groups.count + 1 {
            isChanging = false
            for index in tree.nodes.indices where updateLeast(index, tree) { isChanging = true }
            passes += 1
        }
        (isChanging, passes) = (true, 0)
        while isChanging, passes <= 2 * tree.groups.count + 4 {
            isChanging = false
            for index in tree.nodes.indices where updateMost(index, tree, room: room, isCut: passes > tree.groups.count)
            {
                isChanging = true
            }
            passes += 1
        }
    }

    private mutating func updateLeast(_ index: Int, _ tree: PatternTree) -> Bool {
        let (length, effort): (Int, Int)
        switch tree.nodes[index] {
        case .nothing: (length, effort) = (0, 1)
        case .never: (length, effort) = (Self.endless, Self.endless)
        case .one: (length, effort) = (1, 1)
        case .sequence(let parts):
            length = parts.reduce(0) { Self.sum($0, least[$1]) }
            effort = parts.reduce(1) { Self.sum($0, steps[$1]) }
        case .choice(let parts):
            let best =
                parts.indices.min { (least[parts[$0]], steps[parts[$0]]) < (least[parts[$1]], steps[parts[$1]]) } ?? 0
            // What was known to end first stays, so that what it calls ends too.
            if least[index] > least[parts[best]] { plainest[index] = best }
            (length, effort) = (least[parts[best]], Self.sum(1, steps[parts[best]]))
        case .group(let inside, _): (length, effort) = (least[inside], Self.sum(1, steps[inside]))
        case .repeated(let inside, let count, _):
            length = count == 0 ? 0 : Self.product(least[inside], count)
            effort = count == 0 ? 1 : Self.sum(1, Self.product(steps[inside], count))
        case .same(let group): (length, effort) = (tree.groups[group].map { least[$0] } ?? 0, 1)
        case .call(let group):
            guard let target = tree.groups[group] else { return false }
            (length, effort) = (least[target], Self.sum(1, steps[target]))
        }
        guard length < least[index] || effort < steps[index] && length == least[index] else { return false }
        (least[index], steps[index]) = (length, effort)
        return true
    }

    private mutating func updateMost(_ index: Int, _ tree: PatternTree, room: Int, isCut: Bool) -> Bool {
        let (length, made): (Int, Int)
        switch tree.nodes[index] {
        case .nothing, .never: (length, made) = (0, 0)
        case .one(let set): (length, made) = (1, set.count > 1 ? 1 : 0)
        case .sequence(let parts):
            length = parts.reduce(0) { Self.sum($0, most[$1]) }
            made = parts.reduce(0) { Self.sum($0, choices[$1]) }
        case .choice(let parts):
            length = parts.map { most[$0] }.max() ?? 0
            made = Self.sum(1, parts.map { choices[$0] }.max() ?? 0)
        case .group(let inside, _): (length, made) = (most[inside], choices[inside])
        case .repeated(let inside, let count, let limit):
            let times = max(count, min(limit ?? Self.endless, room / max(least[inside], 1)))
            length = limit.map { Self.product(most[inside], $0) } ?? (most[inside] == 0 ? 0 : Self.endless)
            made = Self.sum(limit == count ? 0 : 1, Self.product(choices[inside], times))
        case .same(let group): (length, made) = (tree.groups[group].map { most[$0] } ?? 0, 0)
        case .call(let group):
            guard let target = tree.groups[group] else { return false }
            (length, made) = (most[target], choices[target])
        }
        guard length > most[index] || made > choices[index] else { return false }
        most[index] = isCut && length > most[index] ? Self.endless : max(most[index], length)
        choices[index] = isCut && made > choices[index] ? Self.endless : max(choices[index], made)
        return true
    }

    /// For each node the length of the shortest text of the whole that it takes part in; of what is only called none is known.
    func shortest(with tree: PatternTree) -> [Int] {
        var result = Array(repeating: Self.endless, count: tree.nodes.count)
        result[tree.root] = least[tree.root]
        for index in tree.nodes.indices.reversed() where result[index] < Self.endless {
            switch tree.nodes[index] {
            case .sequence(let parts): for part in parts { result[part] = result[index] }
            case .choice(let parts):
                for part in parts { result[part] = Self.sum(result[index] - least[index], least[part]) }
            case .group(let inside, _): result[inside] = result[index]
            case .repeated(let inside, let count, let most) where most != 0:
                result[inside] = Self.sum(result[index], count == 0 ? least[inside] : 0)
            default: break
            }
        }
        return result
    }

    static func sum(_ a: Int, _ b: Int) -> Int { min(a + b, endless) }

    static func product(_ a: Int, _ b: Int) -> Int {
        let (result, overflow) = a.multipliedReportingOverflow(by: b)
        return overflow ? endless : min(result, endless)
    }
}
