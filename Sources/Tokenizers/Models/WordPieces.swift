/// WordPiece: the longest token that a word begins with, then the longest that its rest does, and so on (Wu et al., 2016).
package struct WordPieces: Sendable {
    package let table: TokenTable
    package let unknown: Int32
    /// What stands before tokens that begin no word: `##`.
    package let continuation: [UInt8]
    /// Longer words, in characters, are unknown.
    package let longest: Int

    package init(_ table: TokenTable, unknown: Int32, continuation: [UInt8], longest: Int) {
        self.table = table
        self.unknown = unknown
        self.continuation = continuation
        self.longest = longest
    }

    func tokens(of word: [UInt8]) -> [Int32] {
        guard word.count(where: { $0 & 0xC0 != 0x80 }) <= longest else { return [unknown] }
        var (ids, start) = ([Int32](), 0)
        while start < word.count {
            var (end, found) = (word.count, Int32?.none)
            let prefix = start > 0 ? continuation : []
            while end > start {
                found = table.id(of: prefix + word[start..<end])
                if found != nil { break }
                repeat { end -= 1 } while end > start && word[end] & 0xC0 == 0x80
            }
            guard let found else { return [unknown] }
            ids.append(found)
            start = end
        }
        return ids
    }
}
