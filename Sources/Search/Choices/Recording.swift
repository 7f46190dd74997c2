/// All that one run of a generator chose: the choices in order, and which of them belong together.
///
/// Two recordings with the same choices give the same value, so the choices alone identify a case.
package struct Recording: Sendable {
    package var choices: [Choice] = []
    /// In the order they were opened: a span comes before those inside it.
    package var spans: [ChoiceSpan] = []

    package init() {}
}

/// A run of choices that make one part of the value.
package struct ChoiceSpan: Sendable, Hashable {
    package enum Role: Sendable, Hashable {
        /// A part the generator named; one may stand where another of the same name stood.
        case named(String)
        /// A whole list.
        case list
        /// An element of a list, together with the choice to have it: it may be left out.
        case element
    }

    package var role: Role
    package var range: Range<Int>
    /// The index of the span around it.
    package var parent: Int?
}

extension Recording {
    /// Sites of tensors that are off their reference, over all choices.
    package var editCount: Int {
        choices.reduce(0) { sum, choice in
            if case .tensor(let edits, _) = choice { sum + edits.count } else { sum }
        }
    }

    /// The one order of cases, apart from the spec's own keys: fewest edited sites, then fewest choices, then the first
    /// choice that differs decides: nearer its simplest value, then rounder.
    package func isSimpler(than other: Recording) -> Bool {
        let (mine, theirs) = (editCount, other.editCount)
        if mine != theirs { return mine < theirs }
        if choices.count != other.choices.count { return choices.count < other.choices.count }
        for (mine, theirs) in zip(choices, other.choices) where mine != theirs {
            return mine.isSimpler(than: theirs)
        }
        return false
    }

    /// The indexes of the elements of each list, lists in the order they were opened.
    package var elementGroups: [[Int]] {
        var groups: [Int: [Int]] = [:]
        for (index, span) in spans.enumerated() where span.role == .element {
            if let parent = span.parent { groups[parent, default: []].append(index) }
        }
        return groups.keys.sorted().map { groups[$0] ?? [] }
    }

    /// The choices with named parts that stand side by side in order, the simplest first, all the way down.
    package var withSortedParts: [Choice] {
        var children: [Int: [Int]] = [:]
        for (index, span) in spans.enumerated() { children[span.parent ?? -1, default: []].append(index) }
        return sorted(choices.indices, parts: children[-1] ?? [], children)
    }

    private func sorted(_ range: Range<Int>, parts: [Int], _ children: [Int: [Int]]) -> [Choice] {
        let rendered = parts.map { sorted(spans[$0].range, parts: children[$0] ?? [], children) }
        var ordered = rendered
        var start = 0
        while start < parts.count {
            var end = start + 1
            while end < parts.count, spans[parts[end]].isNeighbour(of: spans[parts[end - 1]]) { end += 1 }
            ordered[start..<end].sort { $0.lexicographicallyPrecedes($1) { $0.isSimpler(than: $1) } }
            start = end
        }
        var result: [Choice] = []
        var position = range.lowerBound
        for (part, choices) in zip(parts, ordered) {
            result += self.choices[position..<spans[part].range.lowerBound] + choices
            position = spans[part].range.upperBound
        }
        return result + choices[position..<range.upperBound]
    }
}

extension ChoiceSpan {
    /// Whether this part follows `other`, which has the same name, without a choice between them.
    fileprivate func isNeighbour(of other: ChoiceSpan) -> Bool {
        if case .named = role { role == other.role && range.lowerBound == other.range.upperBound } else { false }
    }
}
