/// What a forward pass leaves for the backward pass: copies of its arrays, layer by layer.
final class Record {
    enum Name: Hashable {
        case stream, query, unturnedQuery, unturnedKey, attention, middle, gate, up, feedForward, final
    }

    private struct Key: Hashable {
        let name: Name
        let layer: Int
    }

    private var saved: [Key: (Floats, Rows)] = [:]

    func save(_ rows: Rows, _ count: Int, as name: Name, of layer: Int = 0) {
        let copy = Floats(rows.stride * count)
        copy.start.update(from: rows.start, count: rows.stride * count)
        saved[Key(name: name, layer: layer)] = (copy, Rows(start: copy.start, width: rows.width, stride: rows.stride))
    }

    func rows(_ name: Name, of layer: Int = 0) -> Rows? { saved[Key(name: name, layer: layer)]?.1 }
}
