/// Symbols of a word that are merged in pairs, the pair of the least rank first and of those the leftmost, until none is left.
///
/// O(n log n) for n symbols: a heap of pairs, in which those that are out of date are passed over.
struct MergeQueue {
    /// A stretch of the word.
    struct Symbol {
        var start: Int
        var end: Int
        var id: Int32
        fileprivate var previous: Int
        fileprivate var next: Int
    }

    private struct Pair {
        let rank: Double
        let left: Int
        let leftID, rightID: Int32
        let merged: Int32
        let end: Int

        func isBefore(_ other: Pair) -> Bool { rank != other.rank ? rank < other.rank : left < other.left }
    }

    private var symbols: [Symbol]
    private var heap: [Pair] = []

    /// `lookup` says what two adjacent symbols merge to, and the rank of that.
    static func merge(
        _ symbols: [(start: Int, end: Int, id: Int32)], _ lookup: (Symbol, Symbol) -> (rank: Double, id: Int32)?
    ) -> [Symbol] {
        var queue = MergeQueue(symbols)
        for index in symbols.indices.dropLast() { queue.consider(index, lookup) }
        while let pair = queue.pop() {
            let left = queue.symbols[pair.left]
            guard left.id == pair.leftID, left.end > left.start, left.next >= 0 else { continue }
            let right = queue.symbols[left.next]
            guard right.id == pair.rightID, right.end == pair.end else { continue }
            queue.join(pair, right)
            if left.previous >= 0 { queue.consider(left.previous, lookup) }
            queue.consider(pair.left, lookup)
        }
        return queue.symbols.filter { $0.end > $0.start }
    }

    private init(_ symbols: [(start: Int, end: Int, id: Int32)]) {
        let last = symbols.count - 1
        self.symbols = symbols.enumerated().map { index, symbol in
            Symbol(
                start: symbol.start, end: symbol.end, id: symbol.id, previous: index - 1,
                next: index == last ? -1 : index + 1)
        }
        heap.reserveCapacity(2 * symbols.count)
    }

    private mutating func join(_ pair: Pair, _ right: Symbol) {
        let gone = symbols[pair.left].next
        symbols[pair.left].end = right.end
        symbols[pair.left].id = pair.merged
        symbols[pair.left].next = right.next
        if right.next >= 0 { symbols[right.next].previous = pair.left }
        symbols[gone].end = symbols[gone].start
        symbols[gone].next = -1
    }

    private mutating func consider(_ left: Int, _ lookup: (Symbol, Symbol) -> (rank: Double, id: Int32)?) {
        let next = symbols[left].next
        guard next >= 0, let (rank, id) = lookup(symbols[left], symbols[next]) else { return }
        push(
            Pair(
                rank: rank, left: left, leftID: symbols[left].id, rightID: symbols[next].id, merged: id,
                end: symbols[next].end))
    }

    private mutating func push(_ pair: Pair) {
        heap.append(pair)
        var index = heap.count - 1
        while index > 0, heap[index].isBefore(heap[(index - 1) / 2]) {
            heap.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    private mutating func pop() -> Pair? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        guard !heap.isEmpty else { return first }
        heap[0] = last
        var index = 0
        while true {
            var least = index
            for child in [2 * index + 1, 2 * index + 2] where child < heap.count && heap[child].isBefore(heap[least]) {
                least = child
            }
            guard least != index else { return first }
            heap.swapAt(index, least)
            index = least
        }
    }
}
