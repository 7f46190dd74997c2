/// The regions that are still open, those with the worst bounds first. When they take more memory than they may, those that
/// were added last come first, whose halves replace them, until it is less again.
struct Frontier {
    /// A binary heap: each region's bound is at most that of the two below it.
    private var heap: [Region] = []
    private let byteLimit: Int
    private var bytes = 0

    init(_ regions: [Region], byteLimit: Int = 1 << 30) {
        self.byteLimit = byteLimit
        add(regions)
    }

    var isEmpty: Bool { heap.isEmpty }
    var count: Int { heap.count }
    var worst: Double { heap.first?.bound ?? .infinity }

    mutating func add(_ regions: [Region]) {
        for region in regions {
            heap.append(region)
            bytes += region.bytes
            rise(heap.count - 1)
        }
    }

    /// Up to so many tiles of so many regions, those that are bounded alike together.
    mutating func take(tiles: Int, of size: Int) -> [[Region]] {
        var worst: [Region] = []
        while worst.count < tiles * size, let region = bytes > byteLimit ? removeLast() : removeWorst() {
            worst.append(region)
        }
        let alike = worst.filter { $0.renewal == .open } + worst.filter { $0.renewal == .all }
        return stride(from: 0, to: alike.count, by: size).map { Array(alike[$0..<min($0 + size, alike.count)]) }
    }

    /// One that no other is below; among equals the one that was added last.
    private mutating func removeLast() -> Region? {
        guard let last = heap.popLast() else { return nil }
        bytes -= last.bytes
        return last
    }

    private mutating func removeWorst() -> Region? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        bytes -= first.bytes
        if !heap.isEmpty {
            heap[0] = last
            sink(0)
        }
        return first
    }

    private mutating func rise(_ start: Int) {
        var place = start
        while place > 0, heap[place].bound < heap[(place - 1) / 2].bound {
            heap.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    private mutating func sink(_ start: Int) {
        var place = start
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2] where child < heap.count {
                if heap[child].bound < heap[least].bound { least = child }
            }
            guard least != place else { return }
            heap.swapAt(place, least)
            place = least
        }
    }
}
