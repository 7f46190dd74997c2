import Tensors

/// A tensor whose elements are gates, in row-major order.
struct Wires: Sendable {
    let gates: [Int32]
    let type: TensorType

    init(_ gates: [Int32], _ type: TensorType) { (self.gates, self.type) = (gates, type) }

    var shape: [Int] { type.shape.dimensions }

    /// Which element stands at each place of a broadcast result.
    func places(broadcastTo result: [Int]) -> [Int] { Wires.places(of: shape, broadcastTo: result) }

    static func places(of shape: [Int], broadcastTo result: [Int]) -> [Int] {
        let aligned = [Int](repeating: 1, count: result.count - shape.count) + shape
        var places = [0]
        for axis in result.indices {
            places = places.flatMap { place in
                (0..<result[axis]).map { place * aligned[axis] + (aligned[axis] == 1 ? 0 : $0) }
            }
        }
        return places
    }

    static func broadcast(_ first: [Int], _ second: [Int]) -> [Int] {
        let rank = max(first.count, second.count)
        let (a, b) = (
            [Int](repeating: 1, count: rank - first.count) + first,
            [Int](repeating: 1, count: rank - second.count) + second
        )
        return zip(a, b).map { $0 == 1 ? $1 : $0 }
    }

    /// The elements that are reduced together, for each element of the result; nil for all axes.
    func groups(over axes: [Int]?) -> [[Int32]] {
        let reduced = Set((axes ?? Array(shape.indices)).map { $0 < 0 ? $0 + shape.count : $0 })
        let kept = shape.indices.map { reduced.contains($0) ? 1 : shape[$0] }
        var groups = [[Int32]](repeating: [], count: kept.reduce(1, *))
        for (place, group) in Wires.places(of: kept, broadcastTo: shape).enumerated() {
            groups[group].append(gates[place])
        }
        return groups
    }
}

extension Window {
    /// For each position of the window, the places of the input under it; nil where it lies on pads.
    func places(from: [Int], to: [Int]) -> [[Int?]] {
        var windows: [[Int?]] = [[0]]
        for axis in from.indices {
            windows = windows.flatMap { window in
                (0..<to[axis]).map { position in
                    window.flatMap { place in
                        (0..<size[axis]).map { tap -> Int? in
                            let at = position * strides[axis] - before[axis] + tap * dilations[axis]
                            guard let place, (0..<from[axis]).contains(at) else { return nil }
                            return place * from[axis] + at
                        }
                    }
                }
            }
        }
        return windows
    }
}
