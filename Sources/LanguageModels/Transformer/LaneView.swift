import Glibc
import Kernels

/// What one lane's queries see in one layer.
struct LaneView: Sendable {
    let parts: [(store: KeyValueStore, count: Int)]
    /// Its first row among those of all lanes, and how many it has.
    let row, count: Int
    let before, window: Int

    /// The attention of the heads that share keys `head`, for queries from `first` on.
    func with(
        head: Int, _ group: Int, from first: Int, _ configuration: Configuration, _ body: (gs_attention) -> Void
    ) {
        let kernels = parts.map { $0.store.part(head, count: $0.count) }
        kernels.withUnsafeBufferPointer { buffer in
            body(
                gs_attention(
                    heads: group, size: configuration.headSize, scale: configuration.attentionScale,
                    cap: configuration.attentionCap, parts: buffer.count, part: buffer.baseAddress,
                    seen: before + first, window: window, both_ways: configuration.seesBothWays ? 1 : 0))
        }
    }
}

extension Configuration.Rotation {
    /// The angle of each pair, per position.
    var rates: [Double] {
        (0..<numbers / 2).map { pair in
            pow(base, -2 * Double(pair) / Double(numbers)) / (factors.isEmpty ? 1 : factors[pair])
        }
    }

    func turn(
        _ vectors: UnsafeMutablePointer<Float>, _ heads: Int, _ size: Int, _ angles: UnsafePointer<Float>,
        direction: Float
    ) {
        gs_rotate_f32(
            1, heads, size, numbers / 2, pairing == .neighbours ? 1 : numbers / 2, angles, direction, vectors, 0)
    }
}

func cosine(_ angle: Double) -> Double { cos(angle) }
func sine(_ angle: Double) -> Double { sin(angle) }
func exponential(_ x: Double) -> Double { exp(x) }
