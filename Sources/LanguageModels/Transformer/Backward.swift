import Kernels

/// The gradient of a sum over logits by the embeddings of one lane's own tokens; what came before is constant.
///
/// Not known for encoders: `isKnown`.
struct Backward {
    let forward: Forward
    let record: Record

    private var model: Transformer { forward.model }
    private var configuration: Configuration { forward.configuration }
    private var count: Int { forward.count }

    static func isKnown(_ configuration: Configuration) -> Bool {
        configuration.wiring != .normLast && !configuration.seesBothWays
    }

    /// `gout` is the gradient by the stream after the last norm.
    func run(_ gout: Rows) -> HeldRows {
        let stream = made(configuration.width)
        stream.clear(count)
        if let norm = model.outputNorm, let saved = record.rows(.final) {
            add(norm, saved, gout, to: stream)
        } else {
            gs_add_rows_f32(count, stream.width, gout.start, gout.stride, stream.start, stream.stride)
        }
        for index in model.layers.indices.reversed() { back(through: index, stream) }
        for row in 0..<count {
            for number in 0..<stream.width { stream.rows[row][number] *= configuration.embeddingScale }
        }
        return stream
    }

    private func back(through index: Int, _ stream: HeldRows) {
        let layer = model.layers[index]
        guard let before = record.rows(.stream, of: index) else { return }
        if configuration.wiring == .parallel {
            let (one, two) = (attentionInput(layer, index, stream.rows), feedForwardInput(layer, index, stream.rows))
            pass(one, layer.attentionNorm, before, to: stream)
            pass(two, layer.feedForwardNorm ?? layer.attentionNorm, before, to: stream)
            return
        }
        guard let middle = record.rows(.middle, of: index) else { return }
        let added = unnormed(stream.rows, layer.afterFeedForward, record.rows(.feedForward, of: index))
        pass(feedForwardInput(layer, index, added.rows), layer.feedForwardNorm, middle, to: stream)
        let attention = unnormed(stream.rows, layer.afterAttention, record.rows(.attention, of: index))
        pass(attentionInput(layer, index, attention.rows), layer.attentionNorm, before, to: stream)
    }

    // MARK: parts

    private func made(_ width: Int) -> HeldRows { HeldRows(count, width) }

    private func add(_ norm: Norm, _ input: Rows, _ gout: Rows, to gin: HeldRows) {
        let target = gin.rows
        forward.team.split(count, atLeast: 16) { range in
            let first = range.lowerBound
            gs_norm_gradient_f32(
                norm.kernel, range.count, input[first], input.stride, gout[first], gout.stride, target[first])
        }
    }

    /// The gradient before a norm of what is added.
    private func unnormed(_ gout: Rows, _ norm: Norm?, _ input: Rows?) -> HeldRows {
        let result = made(configuration.width)
        result.clear(count)
        if let norm, let input {
            add(norm, input, gout, to: result)
        } else {
            gs_add_rows_f32(count, gout.width, gout.start, gout.stride, result.start, result.stride)
        }
        return result
    }

    /// Adds a gradient by what a norm gave.
    private func pass(_ gout: HeldRows, _ norm: Norm?, _ input: Rows, to stream: HeldRows) {
        if let norm { return add(norm, input, gout.rows, to: stream) }
        gs_add_rows_f32(count, stream.width, gout.start, gout.stride, stream.start, stream.stride)
    }

    /// Σ Wᵀ gout over several matrices that took the same rows.
    private func transposed(_ jobs: [(WeightMatrix, Rows)]) -> HeldRows {
        let sum = made(jobs[0].0.columns)
        for (index, (weight, gout)) in jobs.enumerated() {
            let packed = forward.packed(weight.rows)
            guard index > 0 else {
                forward.products.multiplyTransposed(weight, gout, count: count, into: sum.rows, packed: packed)
                continue
            }
            let part = made(weight.columns)
            forward.products.multiplyTransposed(weight, gout, count: count, into: part.rows, packed: packed)
            gs_add_rows_f32(count, sum.width, part.start, part.stride, sum.start, sum.stride)
        }
        return sum
    }

    private func feedForwardInput(_ layer: Layer, _ index: Int, _ gout: Rows) -> HeldRows {
        let gated = transposed([(layer.down.weight, gout)])
        let (slopeGate, slopeUp) = (made(configuration.feedForward), made(configuration.feedForward))
        guard let up = record.rows(.up, of: index) else { return gated }
        let gate = record.rows(.gate, of: index)
        let (kind, isGated) = (configuration.gate, gate != nil)
        let (first, second, middle) = (slopeGate.rows, slopeUp.rows, gated.rows)
        forward.team.split(count, atLeast: 8) { range in
            let row = range.lowerBound
            gs_gate_gradient_f32(
                kind, range.count, up.width, up.stride, (gate ?? up)[row], isGated ? up[row] : nil, middle[row],
                first[row], isGated ? second[row] : nil)
        }
        guard let dense = layer.gate else { return transposed([(layer.up.weight, first)]) }
        return transposed([(dense.weight, first), (layer.up.weight, second)])
    }

    private func attentionInput(_ layer: Layer, _ index: Int, _ gout: Rows) -> HeldRows {
        let (size, heads, keyHeads) = (configuration.headSize, configuration.heads, configuration.keyHeads)
        let attended = transposed([(layer.output.weight, gout)])
        let (query, key, value) = (made(heads * size), made(keyHeads * size), made(keyHeads * size))
        for rows in [query, key, value] { rows.clear(count) }
        guard let turned = record.rows(.query, of: index), let view = forward.views(of: index).first else {
            return attended
        }
        let (configuration, group) = (configuration, heads / keyHeads)
        let (slopes, queries, keys, values) = (attended.rows, query.rows, key.rows, value.rows)
        forward.team.share(keyHeads) { head in
            view.with(head: head, group, from: 0, configuration) { attention in
                let column = head * group * size
                gs_attention_gradient_f32(
                    attention, view.count, turned.start + column, turned.stride, slopes.start + column, slopes.stride,
                    queries.start + column, keys.start + head * size, values.start + head * size, keys.stride)
            }
        }
        turnBack(query, key, layer, index)
        return transposed([(layer.query.weight, queries), (layer.key.weight, keys), (layer.value.weight, values)])
    }

    /// From the gradient by turned queries and keys to that by what the products gave.
    private func turnBack(_ query: HeldRows, _ key: HeldRows, _ layer: Layer, _ index: Int) {
        let (size, heads, keyHeads) = (configuration.headSize, configuration.heads, configuration.keyHeads)
        for row in 0..<count {
            if let rotation = configuration.rotation {
                let angles = forward.angles(of: row, rotation)
                rotation.turn(query.rows[row], heads, size, angles, direction: -1)
                rotation.turn(key.rows[row], keyHeads, size, angles, direction: -1)
            }
            unnorm(query, row, layer.queryNorm, record.rows(.unturnedQuery, of: index), heads)
            unnorm(key, row, layer.keyNorm, record.rows(.unturnedKey, of: index), keyHeads)
        }
    }

    private func unnorm(_ gradient: HeldRows, _ row: Int, _ norm: Norm?, _ input: Rows?, _ heads: Int) {
        guard let norm, let input else { return }
        let (size, vector) = (configuration.headSize, gradient.rows[row])
        let gout = Floats(gradient.width)
        gout.start.update(from: vector, count: gradient.width)
        vector.update(repeating: 0, count: gradient.width)
        gs_norm_gradient_f32(norm.kernel, heads, input[row], size, gout.start, size, vector)
    }
}

/// Rows with memory of their own.
final class HeldRows {
    private let floats: Floats
    let rows: Rows
    var start: UnsafeMutablePointer<Float> { rows.start }
    var width: Int { rows.width }
    var stride: Int { rows.stride }

    init(_ count: Int, _ width: Int) {
        floats = Floats(count * Rows.stride(width))
        rows = Rows(start: floats.start, width: width, stride: Rows.stride(width))
    }

    func clear(_ count: Int) { floats.clear(count * stride) }
}
