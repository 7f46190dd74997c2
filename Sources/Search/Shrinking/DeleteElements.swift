extension SequenceShrinker {
    /// Leaves out elements of lists, outermost lists first, from the end: half of what is left, then less, then one by one;
    /// the first round stops where one has to stay, since the others are tried again when they are simpler.
    mutating func deleteElements() {
        var group = 0
        while group < best.recording.elementGroups.count, !isSpent {
            deleteElements(ofGroup: group)
            group += 1
        }
    }

    /// Once a single element had to stay, runs of successes double: m of them take O(log m) proposals.
    private mutating func deleteElements(ofGroup group: Int) {
        var end = best.recording.elementGroups[group].count
        var size = max(end / 2, 1)
        var isHalving = true
        while end > 0, !isSpent {
            let groups = best.recording.elementGroups
            guard group < groups.count, end <= groups[group].count else { return }
            let elements = groups[group].map { spans[$0].range }
            if take(.delete(elements[end - size].lowerBound..<elements[end - 1].upperBound)) {
                end -= size
                size = isHalving ? max(min(size, end / 2), 1) : min(2 * size, max(end, 1))
            } else if size > 1 {
                size /= 2
            } else {
                if isFirstRound { return }
                isHalving = false
                end -= 1
            }
        }
    }
}
