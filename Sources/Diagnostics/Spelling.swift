/// The candidate that was most likely meant by `word`, or nil where none is near enough.
///
/// Near enough is a third of the longer word's length, at most three edits; equal distances go to the earlier candidate.
/// An edit inserts, deletes or replaces a character or swaps two neighbours; letter case costs nothing when all else agrees.
/// O(candidates x length^2) with words of at most 64 characters; longer ones are never near.
package func suggest(_ word: String, among candidates: some Sequence<String>) -> String? {
    var best: (candidate: String, distance: Int)?
    for candidate in candidates where candidate != word && !candidate.isEmpty {
        guard let distance = spellingDistance(word, candidate) else { continue }
        let allowed = min(3, max(1, max(word.count, candidate.count) / 3))
        if distance <= allowed, distance < best?.distance ?? .max, distance < min(word.count, candidate.count) {
            best = (candidate, distance)
        }
    }
    return best?.candidate
}

/// Edits between two words (optimal string alignment); nil where one has more than 64 characters.
func spellingDistance(_ first: String, _ second: String) -> Int? {
    guard first.utf8.count <= 64, second.utf8.count <= 64 else { return nil }
    if first.lowercased() == second.lowercased() { return 0 }
    let a = Array(first)
    let b = Array(second)
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in a.indices {
        var row = [i + 1] + [Int](repeating: 0, count: b.count)
        for j in b.indices {
            row[j + 1] = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                row[j + 1] = min(row[j + 1], beforeLast[j - 1] + 1)
            }
        }
        (beforeLast, last) = (last, row)
    }
    return last[b.count]
}
