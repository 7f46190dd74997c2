extension SequenceShrinker {
    /// Leaves out elements of a list of numbers that look like places in the list, and renumbers those that are left.
    mutating func deleteRenumbered() {
        for group in best.recording.elementGroups.indices {
            while !isSpent, deleteRenumbered(fromGroup: group) {}
        }
    }

    private mutating func deleteRenumbered(fromGroup group: Int) -> Bool {
        let groups = best.recording.elementGroups
        guard group < groups.count else { return false }
        let elements = groups[group].map { spans[$0].range }
        let places = elements.compactMap { range -> (index: Int, place: Int)? in
            let numbers = range.filter { choices[$0].isNumber }
            guard numbers.count == 1, case .integer(let value, _, _) = choices[numbers[0]] else { return nil }
            return elements.indices.contains(value) ? (numbers[0], value) : nil
        }
        guard places.count == elements.count, places.count > 1 else { return false }
        var proposals: [Proposal] = []
        for size in halvings(of: elements.count - 1) {
            for start in 0...elements.count - size {
                let gone = start..<start + size
                guard places.contains(where: { $0.place >= gone.upperBound }) else { continue }
                proposals.append(renumbering(places, without: gone, elements: elements))
            }
        }
        return take(proposals, on: choices) != nil
    }

    private func renumbering(
        _ places: [(index: Int, place: Int)], without gone: Range<Int>, elements: [Range<Int>]
    ) -> Proposal {
        var replacements = [
            Proposal.Replacement(
                range: elements[gone.lowerBound].lowerBound..<elements[gone.upperBound - 1].upperBound, steps: [])
        ]
        for (element, (index, place)) in places.enumerated() where !gone.contains(element) && place >= gone.upperBound {
            guard case .integer(_, let range, let aim) = choices[index] else { continue }
            replacements.append(
                .init(
                    range: index..<index + 1,
                    steps: [.choice(.integer(place - gone.count, in: range, towards: aim))]))
        }
        return Proposal(replacements)
    }
}
