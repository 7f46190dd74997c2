extension SequenceShrinker {
    /// Leaves out elements of lists, outermost lists first, from the end, runs of them in O(log) proposals.
    mutating func deleteElements() {
        var group = 0
        while group < best.recording.elementGroups.count, !isSpent {
            deleteElements(ofGroup: group)
            group += 1
        }
    }

    private mutating func deleteElements(ofGroup group: Int) {
        var end = best.recording.elementGroups[group].count
        while end > 0, !isSpent {
            let groups = best.recording.elementGroups
            guard group < groups.count, end <= groups[group].count else { return }
            let elements = groups[group].map { spans[$0].range }
            let gone = repeatedly(upTo: end) { count in
                .delete(elements[end - count].lowerBound..<elements[end - 1].upperBound)
            }
            end -= max(gone, 1)
        }
    }
}
