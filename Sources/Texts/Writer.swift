/// Writes one text of a pattern, part by part, never more code points than there is room for.
struct Writer {
    let tree: PatternTree
    let measures: Measures
    var tape: Tape
    /// Notes what is drawn, and prefers what is missing; nil where that does not matter.
    var coverage: Coverage?
    private(set) var text: [UInt32] = []
    /// The text that each group had last.
    private var captures: [Int: [UInt32]] = [:]
    private var calls = 0

    /// Calls inside of one another; beyond, all that is chosen is what ends soonest.
    private static let deepest = 24

    init(_ tree: PatternTree, _ measures: Measures, _ tape: Tape, _ coverage: Coverage? = nil) {
        (self.tree, self.measures, self.tape, self.coverage) = (tree, measures, tape, coverage)
        text.reserveCapacity(32)
    }

    /// Writes the whole pattern, which takes no more than `room` at least.
    mutating func write(room: Int) { write(tree.root, room: room) }

    private mutating func write(_ index: Int, room: Int) {
        switch tree.nodes[index] {
        case .nothing, .never: return
        case .one(let set): text.append(set[sign(of: set)])
        case .sequence(let parts):
            let start = text.count
            var later = parts.reduce(0) { $0 + measures.least[$1] }
            for part in parts {
                later -= measures.least[part]
                write(part, room: room - (text.count - start) - later)
            }
        case .choice(let parts): write(alternative(index, parts, room: room), room: room)
        case .group(let inside, let number):
            let start = text.count
            // What is referred to stands several times.
            let times = 1 + (measures.references[number] ?? 0)
            write(inside, room: measures.least[inside] + max(room - measures.least[inside], 0) / times)
            captures[number] = Array(text[start...])
        case .repeated(let inside, let least, let most): `repeat`(index, inside, least, most, room: room)
        case .same(let group): text += captures[group] ?? []
        case .call(let group):
            guard let target = tree.groups[group] else { return }
            calls += 1
            // A group has the text that it had before the call.
            let before = captures
            write(target, room: room)
            captures = before
            calls -= 1
        }
    }

    private mutating func sign(of set: CodePointSet) -> Int {
        tape.choose(.sign, set.count) { tape in
            let printable = set.printable.count
            let isPlain = printable > 0 && (printable == set.count || tape.chance(224))
            return tape.below(isPlain ? printable : set.count)
        }
    }

    private mutating func alternative(_ index: Int, _ parts: [Int], room: Int) -> Int {
        let plainest = measures.plainest[index]
        guard calls <= Self.deepest else { return parts[plainest] }
        let (measures, coverage) = (measures, coverage)
        // The plainest stands where the first stood, so that 0 chooses it.
        let chosen = tape.choose(.alternative, parts.count) { tape in
            if let coverage, coverage.missing[index] > 0, tape.chance(128) {
                let wanted = parts.indices.filter {
                    measures.least[parts[$0]] <= room
                        && (coverage.isMissing(index, $0) || coverage.missing[parts[$0]] > 0)
                }
                if !wanted.isEmpty { return wanted[tape.below(wanted.count)].exchanged(0, plainest) }
            }
            return tape.below(parts.count)
        }
        var place = chosen.exchanged(0, plainest)
        if measures.least[parts[place]] > room { place = plainest }
        self.coverage?.note(index, place)
        return parts[place]
    }

    private mutating func `repeat`(_ index: Int, _ inside: Int, _ least: Int, _ most: Int?, room: Int) {
        let each = measures.least[inside]
        let fitting = each == 0 ? max(room, 1) : room / each
        let highest = calls > Self.deepest ? least : max(least, min(most ?? .max, fitting))
        let (measures, coverage) = (measures, coverage)
        let place = tape.count
        // Bounded by what the pattern says, not by the room that is left: what is chosen means the same at every place.
        let bound = min(most ?? Measures.endless, max(least, Self.mostTurns)) - least + 1
        let more = tape.choose(.count, bound) { tape in
            Self.turns(&tape, least: least, highest: highest, most: most) { tape in
                guard let coverage, coverage.missing[index] > 0, tape.chance(128) else { return nil }
                if coverage.isMissing(index, 0) { return least }
                if coverage.isMissing(index, 1) { return highest }
                return coverage.missing[inside] > 0 && measures.least[inside] <= room
                    ? min(max(least, 1), highest) : nil
            } - least
        }
        let count = min(least + more, highest)
        if count == least { self.coverage?.note(index, 0) }
        if count == most { self.coverage?.note(index, 1) }
        let counter = tape.count > place ? place : nil
        let start = text.count
        for turn in 0..<count {
            let begin = tape.count
            write(inside, room: room - (text.count - start) - (count - turn - 1) * each)
            tape.close(counter, from: begin)
        }
    }

    /// Repetitions without an end have no more turns.
    static let mostTurns = 1 << 14

    /// Each end often, few turns more often than many.
    private static func turns(
        _ tape: inout Tape, least: Int, highest: Int, most: Int?, wanted: (inout Tape) -> Int?
    ) -> Int {
        guard highest > least else { return least }
        if let wanted = wanted(&tape) { return wanted }
        let kind = tape.below(256)
        if kind < 40 { return least }
        if kind < (most == nil ? 46 : 70) { return highest }
        if kind < 140, highest - least < 32 { return least + tape.below(highest - least + 1) }
        var count = least
        while count < highest, tape.chance(184) { count += 1 }
        return count
    }
}

extension Int {
    /// Two numbers exchanged.
    func exchanged(_ a: Int, _ b: Int) -> Int { self == a ? b : self == b ? a : self }
}
