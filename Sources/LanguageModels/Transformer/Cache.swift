import Kernels

/// Keys and values of adjacent positions in all layers, and the tokens there. Once full it is only read, by any number of
/// sequences that continue it.
final class Cache: @unchecked Sendable {
    let capacity: Int
    private(set) var tokens: [Int32] = []
    private let floats: Floats
    private let configuration: Configuration

    init(_ configuration: Configuration, capacity: Int) {
        self.configuration = configuration
        self.capacity = capacity
        floats = Floats(Cache.count(configuration, capacity))
    }

    /// The floats that so many positions take.
    static func count(_ configuration: Configuration, _ capacity: Int) -> Int {
        configuration.layers * layerCount(configuration, capacity)
    }

    static func layerCount(_ configuration: Configuration, _ capacity: Int) -> Int {
        configuration.keyHeads
            * (gs_key_count(configuration.headSize, capacity) + gs_value_count(configuration.headSize, capacity))
    }

    var count: Int { tokens.count }

    func append(_ new: [Int32]) { tokens += new }

    func store(of layer: Int) -> KeyValueStore {
        KeyValueStore(
            start: floats.start + layer * Cache.layerCount(configuration, capacity), capacity: capacity,
            size: configuration.headSize)
    }
}

/// Keys and values of one layer.
struct KeyValueStore: @unchecked Sendable {
    let start: UnsafeMutablePointer<Float>
    let capacity, size: Int

    private func keys(_ head: Int) -> UnsafeMutablePointer<Float> {
        start + head * (gs_key_count(size, capacity) + gs_value_count(size, capacity))
    }

    private func values(_ head: Int) -> UnsafeMutablePointer<Float> { keys(head) + gs_key_count(size, capacity) }

    func part(_ head: Int, count: Int) -> gs_attention_part {
        gs_attention_part(keys: keys(head), values: values(head), count: count, capacity: capacity)
    }

    /// Stores the numbers of one head at a position.
    func put(_ position: Int, head: Int, key: UnsafePointer<Float>, value: UnsafePointer<Float>) {
        let (keys, values) = (keys(head), values(head))
        let block = keys + position / 64 * 64 * size + position % 64
        for number in 0..<size { block[number * 64] = key[number] }
        var number = 0
        while number < size {
            let width = min(64, size - number)
            let place = values + gs_value_place(size, capacity, position, number)
            place.update(from: value + number, count: width)
            // The lanes that no number fills are multiplied all the same.
            let padding = (width + 15) / 16 * 16 - width
            if padding > 0 { (place + width).update(repeating: 0, count: padding) }
            number += width
        }
    }
}
