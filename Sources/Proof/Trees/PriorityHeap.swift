import HeapModule

/// Items by priority, the least first; among equals the one that was added last.
struct PriorityHeap<Item> {
    private struct Entry: Comparable {
        let priority: Double
        let number: Int
        let item: Item

        static func < (first: Entry, second: Entry) -> Bool {
            (first.priority, -first.number) < (second.priority, -second.number)
        }
        static func == (first: Entry, second: Entry) -> Bool { first.number == second.number }
    }

    private var heap = Heap<Entry>()
    private var number = 0

    var isEmpty: Bool { heap.isEmpty }
    var count: Int { heap.count }
    var first: Item? { heap.min?.item }

    mutating func insert(_ item: Item, priority: Double) {
        number += 1
        heap.insert(Entry(priority: priority, number: number, item: item))
    }

    mutating func removeFirst(_ count: Int) -> [Item] {
        var items: [Item] = []
        while items.count < count, let entry = heap.popMin() { items.append(entry.item) }
        return items
    }
}
