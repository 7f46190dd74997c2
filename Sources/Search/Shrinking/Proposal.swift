/// A change of a recording: some runs of choices replaced, the others kept.
package struct Proposal: Sendable {
    package struct Replacement: Sendable {
        package var range: Range<Int>
        package var steps: [Step]
    }

    package private(set) var replacements: [Replacement]

    /// Replacements in any order, none of them overlapping.
    package init(_ replacements: [Replacement]) {
        self.replacements = replacements.sorted { $0.range.lowerBound < $1.range.lowerBound }
    }

    package static func delete(_ range: Range<Int>) -> Proposal { Proposal([Replacement(range: range, steps: [])]) }

    /// All choices replaced.
    package static func rewrite(_ old: [Choice], as new: [Choice]) -> Proposal {
        Proposal([Replacement(range: old.indices, steps: new.map(Step.choice))])
    }

    package static func set(_ values: [(index: Int, choice: Choice)]) -> Proposal {
        Proposal(values.map { Replacement(range: $0.index..<$0.index + 1, steps: [.choice($0.choice)]) })
    }

    /// The proposal that does both; nil where they touch the same choices.
    package func merged(with other: Proposal) -> Proposal? {
        let both = Proposal(replacements + other.replacements)
        for (one, next) in zip(both.replacements, both.replacements.dropFirst())
        where one.range.upperBound > next.range.lowerBound { return nil }
        return both
    }

    package func script(on choices: [Choice]) -> [Step] {
        var steps: [Step] = []
        var start = 0
        for replacement in replacements {
            steps += choices[start..<replacement.range.lowerBound].map(Step.choice)
            steps += replacement.steps
            start = replacement.range.upperBound
        }
        return steps + choices[start...].map(Step.choice)
    }
}
