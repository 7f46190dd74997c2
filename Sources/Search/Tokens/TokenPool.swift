/// The sequences met so far: which they were, and the best of them, from which searches go on (the attack buffer of nanoGCG).
package final class TokenPool {
    private let capacity: Int
    private var met: Set<[Int]> = []
    /// The best first.
    package private(set) var best: [JudgedTokens] = []

    package init(capacity: Int) { self.capacity = max(1, capacity) }

    package func knows(_ tokens: [Int]) -> Bool { met.contains(tokens) }

    package func take(_ judged: JudgedTokens) {
        guard met.insert(judged.tokens).inserted, !judged.loss.isNaN else { return }
        guard best.count < capacity || judged.loss < best[best.count - 1].loss else { return }
        let place = best.firstIndex { judged.loss < $0.loss } ?? best.count
        best.insert(judged, at: place)
        if best.count > capacity { best.removeLast() }
    }
}
