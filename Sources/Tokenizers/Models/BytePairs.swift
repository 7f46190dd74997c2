/// Byte-pair encoding of one word (Sennrich, Haddow and Birch, 2016).
package struct BytePairs: Sendable {
    /// Which symbols merge.
    package enum Merges: Sendable {
        /// Those that a list of pairs names, in its order.
        case pairs(PairTable)
        /// Any two whose text is a token, the highest score first.
        case scores([Float])
    }

    package let table: TokenTable
    package let merges: Merges
    /// The ids of the 256 bytes, where characters that are no tokens fall back on them; nil: they become `unknown`.
    package var byteIDs: [Int32]?
    package var unknown: Int32?
    /// Whether several unknown characters in a row are one.
    package var fusesUnknown = false
    /// Whether unknown characters are left out before anything is merged.
    package var dropsUnknown = false
    /// Whether a word that is a token is that token, whatever the merges say.
    package var takesWholeWords = false

    package init(_ table: TokenTable, _ merges: Merges) {
        self.table = table
        self.merges = merges
    }

    /// The tokens of one word, in valid UTF-8.
    func tokens(of word: [UInt8]) -> [Int32] {
        if takesWholeWords, let whole = table.id(of: word) { return [whole] }
        return word.withUnsafeBytes { bytes in
            let symbols = characters(bytes)
            let merged = MergeQueue.merge(symbols) { left, right in
                guard left.id >= 0, right.id >= 0 else { return nil }
                switch merges {
                case .pairs(let pairs): return pairs.find(left.id, right.id)
                case .scores(let scores):
                    let text = UnsafeRawBufferPointer(rebasing: bytes[left.start..<right.end])
                    return table.id(of: text).map { (-Double(scores[Int($0)]), $0) }
                }
            }
            return spelled(merged, bytes)
        }
    }

    /// The characters, with their ids; -1 where one is no token.
    private func characters(_ bytes: UnsafeRawBufferPointer) -> [(start: Int, end: Int, id: Int32)] {
        var symbols: [(Int, Int, Int32)] = []
        symbols.reserveCapacity(bytes.count)
        var start = 0
        while start < bytes.count {
            var end = start + 1
            while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
            let id = table.id(of: UnsafeRawBufferPointer(rebasing: bytes[start..<end])) ?? -1
            if id < 0, case .pairs = merges, let byteIDs {
                // Bytes take part in merges: a list of pairs may name them.
                for place in start..<end { symbols.append((place, place + 1, byteIDs[Int(bytes[place])])) }
            } else if id >= 0 || !dropsUnknown {
                symbols.append((start, end, id))
            }
            start = end
        }
        return symbols
    }

    private func spelled(_ symbols: [MergeQueue.Symbol], _ bytes: UnsafeRawBufferPointer) -> [Int32] {
        var ids: [Int32] = []
        var afterUnknown = false
        for symbol in symbols {
            if symbol.id >= 0 {
                ids.append(symbol.id)
                afterUnknown = false
            } else if let byteIDs {
                for place in symbol.start..<symbol.end { ids.append(byteIDs[Int(bytes[place])]) }
            } else if let unknown {
                if !(fusesUnknown && afterUnknown) { ids.append(unknown) }
                afterUnknown = true
            }
        }
        return ids
    }
}
