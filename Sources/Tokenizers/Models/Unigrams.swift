/// The most probable tokens that a text is made of, by the logarithms of their probabilities (Kudo, 2018): Viterbi's search.
package struct Unigrams: Sendable {
    package let table: TokenTable
    package let scores: [Double]
    package let unknown: Int32?
    package let byteIDs: [Int32]?
    private let longest: Int
    private let penalty: Double

    /// `scores` has one for each token. An unknown character costs 10 more than the least probable token.
    package init(_ table: TokenTable, scores: [Double], unknown: Int32?, byteIDs: [Int32]?) {
        self.table = table
        self.scores = scores
        self.unknown = unknown
        self.byteIDs = byteIDs
        longest = (0..<Int32(table.count)).map { table[$0].count }.max() ?? 0
        penalty = (scores.min() ?? 0) - 10
    }

    /// The tokens of a text in valid UTF-8.
    func tokens(of word: [UInt8]) -> [Int32] {
        // The best way to each place: its score, where its last token starts, and that token (-1: unknown).
        var best = Array(repeating: (score: -Double.infinity, start: 0, id: Int32(-1)), count: word.count + 1)
        best[0].score = 0
        word.withUnsafeBytes { bytes in
            for start in 0..<bytes.count where bytes[start] & 0xC0 != 0x80 {
                extend(from: start, bytes, &best)
            }
        }
        return traced(best, word)
    }

    private func extend(
        from start: Int, _ bytes: UnsafeRawBufferPointer, _ best: inout [(score: Double, start: Int, id: Int32)]
    ) {
        let score = best[start].score
        var (end, isFirst, hasSingle) = (start, true, false)
        while end < bytes.count, end - start < longest || isFirst {
            repeat { end += 1 } while end < bytes.count && bytes[end] & 0xC0 == 0x80
            if let id = table.id(of: UnsafeRawBufferPointer(rebasing: bytes[start..<end])) {
                let sum = score + scores[Int(id)]
                if sum > best[end].score { best[end] = (sum, start, id) }
                if isFirst { hasSingle = true }
            }
            if isFirst, !hasSingle, score + penalty > best[end].score { best[end] = (score + penalty, start, -1) }
            isFirst = false
        }
    }

    private func traced(_ best: [(score: Double, start: Int, id: Int32)], _ word: [UInt8]) -> [Int32] {
        var (ids, end) = ([Int32](), word.count)
        var unknownEnd: Int?
        func spell(_ start: Int, _ end: Int) -> [Int32] {
            if let byteIDs { return word[start..<end].reversed().map { byteIDs[Int($0)] } }
            return unknown.map { [$0] } ?? []
        }
        while end > 0 {
            let step = best[end]
            if step.id < 0 {
                // Unknown characters in a row are one.
                if unknownEnd == nil { unknownEnd = end }
            } else {
                if let stop = unknownEnd { ids += spell(end, stop) }
                unknownEnd = nil
                ids.append(step.id)
            }
            end = step.start
        }
        if let stop = unknownEnd { ids += spell(0, stop) }
        return ids.reversed()
    }
}
