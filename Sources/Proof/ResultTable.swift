/// What the threads of one round found; each writes its own place.
final class ResultTable<Found>: @unchecked Sendable {
    private let places: UnsafeMutablePointer<Found>
    private let count: Int

    init(_ count: Int, _ nothing: Found) {
        self.count = count
        places = .allocate(capacity: max(count, 1))
        places.initialize(repeating: nothing, count: count)
    }

    subscript(_ index: Int) -> Found {
        get { places[index] }
        set { places[index] = newValue }
    }

    var all: [Found] { Array(UnsafeBufferPointer(start: places, count: count)) }

    deinit {
        places.deinitialize(count: count)
        places.deallocate()
    }
}
