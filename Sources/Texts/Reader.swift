/// Finds the choices of which a text comes: the way back of `Writer`. Bounded in steps; what takes more is not found.
struct Reader {
    private let tree: PatternTree
    private let measures: Measures
    private let text: [UInt32]
    private var steps = 0
    private var depth = 0
    private var choices: [Int] = []
    private var captures: [Int: Range<Int>] = [:]

    private static let mostSteps = 20_000
    private static let deepest = 3_000

    private typealias Next = (inout Reader, Int) -> Bool

    /// The choices that write a text; nil where there are none, or where they were not found in the time given.
    static func choices(of text: [UInt32], _ tree: PatternTree, _ measures: Measures) -> [Int]? {
        var reader = Reader(tree: tree, measures: measures, text: text)
        return reader.read(tree.root, at: 0) { reader, end in end == reader.text.count } ? reader.choices : nil
    }

    private init(tree: PatternTree, measures: Measures, text: [UInt32]) {
        (self.tree, self.measures, self.text) = (tree, measures, text)
    }

    private mutating func read(_ index: Int, at place: Int, _ next: Next) -> Bool {
        steps += 1
        guard steps < Self.mostSteps, depth < Self.deepest else { return false }
        depth += 1
        defer { depth -= 1 }
        switch tree.nodes[index] {
        case .nothing: return next(&self, place)
        case .never: return false
        case .one(let set):
            guard place < text.count, let sign = set.place(of: text[place]) else { return false }
            return with(sign, of: set.count) { $0.depth < Self.deepest && next(&$0, place + 1) }
        case .sequence(let parts): return read(parts[...], at: place, next)
        case .choice(let parts):
            for number in parts.indices {
                let part = parts[number.exchanged(0, measures.plainest[index])]
                if with(number, of: parts.count, { $0.read(part, at: place, next) }) { return true }
            }
            return false
        case .group(let inside, let number):
            return read(inside, at: place) { reader, end in
                let before = reader.captures[number]
                reader.captures[number] = place..<end
                if next(&reader, end) { return true }
                reader.captures[number] = before
                return false
            }
        case .repeated(let inside, let least, let most):
            let bound = min(most ?? Measures.endless, max(least, Writer.mostTurns)) - least + 1
            let counter = choices.count
            if bound > 1 { choices.append(0) }
            if turns(of: inside, from: place, done: 0, least: least, bound: bound, counter, next) { return true }
            choices.removeSubrange(counter...)
            return false
        case .same(let group):
            let known = captures[group].map { text[$0] } ?? []
            guard text[place...].starts(with: known) else { return false }
            return next(&self, place + known.count)
        case .call(let group):
            guard let target = tree.groups[group] else { return false }
            let before = captures
            return read(target, at: place) { reader, end in
                let inside = reader.captures
                reader.captures = before
                if next(&reader, end) { return true }
                reader.captures = inside
                return false
            }
        }
    }

    private mutating func read(_ parts: ArraySlice<Int>, at place: Int, _ next: Next) -> Bool {
        guard let first = parts.first else { return next(&self, place) }
        return read(first, at: place) { $0.read(parts.dropFirst(), at: $1, next) }
    }

    /// As many turns as possible first.
    private mutating func turns(
        of inside: Int, from place: Int, done: Int, least: Int, bound: Int, _ counter: Int, _ next: Next
    ) -> Bool {
        if done < least + bound - 1, place < text.count || done < least {
            let mark = choices.count
            let went = read(inside, at: place) { reader, end in
                guard end > place || done < least else { return false }
                return reader.turns(
                    of: inside, from: end, done: done + 1, least: least, bound: bound, counter, next)
            }
            if went { return true }
            choices.removeSubrange(mark...)
        }
        guard done >= least else { return false }
        if bound > 1 { choices[counter] = done - least }
        return next(&self, place)
    }

    private mutating func with(_ value: Int, of bound: Int, _ body: (inout Reader) -> Bool) -> Bool {
        let mark = choices.count
        if bound > 1 { choices.append(value) }
        if body(&self) { return true }
        choices.removeSubrange(mark...)
        return false
    }
}
