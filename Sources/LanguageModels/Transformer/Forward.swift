import Kernels

/// Runs lanes through a transformer. Its arrays are used again: one run at a time.
///
/// What comes out for a lane depends on no other lane, nor on the number of threads.
final class Forward {
    let model: Transformer
    let products: Products
    var team: Team { products.team }
    private(set) var lanes: [Lane] = []
    private(set) var count = 0
    /// Of each token its lane, its place in the lane and its position.
    private(set) var origins: [(lane: Int, place: Int, position: Int)] = []
    private var arrays: [Array: Floats] = [:]
    private var angles = Floats(0)
    private var offsets: [Int] = []
    private var layerStores: Floats?
    /// What the backward pass needs, where one follows.
    var record: Record?

    enum Array: Hashable { case stream, normed, query, key, value, attended, gate, up, added, packed }

    init(_ model: Transformer, _ team: Team) {
        self.model = model
        products = Products(team: team)
    }

    var configuration: Configuration { model.configuration }

    /// The stream of all tokens after the last layer and its norm: rows in the order of lanes and tokens.
    func run(_ lanes: [Lane]) -> Rows {
        self.lanes = lanes
        origins = lanes.enumerated().flatMap { index, lane in
            lane.tokens.indices.map { (index, $0, lane.before + $0) }
        }
        count = origins.count
        prepareStores()
        prepareAngles()
        embed()
        for index in model.layers.indices { run(layer: index) }
        for lane in lanes { lane.kept?.append(lane.tokens) }
        let stream = rows(.stream, configuration.width)
        guard let norm = model.outputNorm else { return stream }
        record?.save(stream, count, as: .final)
        normalise(norm, stream, into: stream)
        return stream
    }

    func rows(_ array: Array, _ width: Int) -> Rows {
        let stride = Rows.stride(width)
        let floats = Floats.grown(arrays[array], to: count * stride)
        arrays[array] = floats
        return Rows(start: floats.start, width: width, stride: stride)
    }

    func packed(_ columns: Int, rows: Int? = nil) -> Floats {
        let floats = Floats.grown(arrays[.packed], to: Products.packedCount(rows ?? count, columns))
        arrays[.packed] = floats
        return floats
    }

    // MARK: before the layers

    private func embed() {
        let stream = rows(.stream, configuration.width)
        let (model, lanes, origins, scale) = (model, lanes, origins, configuration.embeddingScale)
        let stride = stream.stride
        team.split(count, atLeast: 16) { range in
            let other = Floats(stream.width)
            for row in range {
                let (lane, place, position) = origins[row]
                model.embedding.read(row: Int(lanes[lane].tokens[place]), into: stream[row])
                if scale != 1 { for number in 0..<stream.width { stream[row][number] *= scale } }
                if let positions = model.positions {
                    positions.read(row: position, into: other.start)
                    gs_add_row_f32(1, stream.width, other.start, stream[row], stride)
                }
                if let segment = model.segment { gs_add_row_f32(1, stream.width, segment.start, stream[row], stride) }
            }
        }
        if let norm = model.embeddingNorm { normalise(norm, stream, into: stream) }
    }

    /// Cosines and sines, computed in double.
    private func prepareAngles() {
        guard let rotation = configuration.rotation else { return }
        let pairs = rotation.numbers / 2
        angles = Floats.grown(angles, to: count * 2 * pairs)
        let (table, origins) = (FloatPlace(angles.start), origins)
        let rates = rotation.rates
        team.split(count, atLeast: 16) { range in
            for row in range {
                for pair in 0..<pairs {
                    let angle = Double(origins[row].position) * rates[pair]
                    table.start[(row * pairs + pair) * 2] = Float(cosine(angle))
                    table.start[(row * pairs + pair) * 2 + 1] = Float(sine(angle))
                }
            }
        }
    }

    func angles(of row: Int, _ rotation: Configuration.Rotation) -> UnsafePointer<Float> {
        UnsafePointer(angles.start + row * rotation.numbers)
    }

    private func prepareStores() {
        var (offset, offsets) = (0, [Int]())
        for lane in lanes {
            offsets.append(offset)
            if lane.kept == nil { offset += Cache.layerCount(configuration, lane.tokens.count) }
        }
        self.offsets = offsets
        layerStores = Floats.grown(layerStores, to: record == nil ? offset : offset * configuration.layers)
    }

    /// Where a lane's own keys and values of a layer are.
    func store(lane: Int, layer: Int) -> KeyValueStore {
        if let kept = lanes[lane].kept { return kept.store(of: layer) }
        let all = (offsets.last ?? 0) + (lanes.last.map { Cache.layerCount(configuration, $0.tokens.count) } ?? 0)
        let start = layerStores!.start + offsets[lane] + (record == nil ? 0 : layer * all)
        return KeyValueStore(start: start, capacity: lanes[lane].tokens.count, size: configuration.headSize)
    }

    // MARK: a layer

    private func run(layer index: Int) {
        let layer = model.layers[index]
        let (stream, normed) = (rows(.stream, configuration.width), rows(.normed, configuration.width))
        record?.save(stream, count, as: .stream, of: index)
        let input = layer.attentionNorm.map { normalise($0, stream, into: normed) } ?? stream
        let attention = attend(layer, index, input)
        if configuration.wiring == .parallel {
            let second = layer.feedForwardNorm.map { normalise($0, stream, into: normed) } ?? input
            add(attention, to: stream)
            add(feedForward(layer, index, second), to: stream)
            return
        }
        if let norm = layer.afterAttention {
            record?.save(attention, count, as: .attention, of: index)
            normalise(norm, attention, into: attention)
        }
        add(attention, to: stream)
        if let norm = layer.attentionOutputNorm { normalise(norm, stream, into: stream) }
        record?.save(stream, count, as: .middle, of: index)
        let second = layer.feedForwardNorm.map { normalise($0, stream, into: normed) } ?? stream
        let added = feedForward(layer, index, second)
        if let norm = layer.afterFeedForward {
            record?.save(added, count, as: .feedForward, of: index)
            normalise(norm, added, into: added)
        }
        add(added, to: stream)
        if let norm = layer.outputNorm { normalise(norm, stream, into: stream) }
    }

    @discardableResult
    func normalise(_ norm: Norm, _ input: Rows, into output: Rows) -> Rows {
        team.split(count, atLeast: 16) { range in
            gs_norm_f32(
                norm.kernel, range.count, input[range.lowerBound], input.stride, output[range.lowerBound], output.stride
            )
        }
        return output
    }

    private func add(_ addend: Rows, to stream: Rows) {
        team.split(count, atLeast: 32) { range in
            gs_add_rows_f32(
                range.count, stream.width, addend[range.lowerBound], addend.stride, stream[range.lowerBound],
                stream.stride)
        }
    }

    private func feedForward(_ layer: Layer, _ index: Int, _ input: Rows) -> Rows {
        let (gate, up) = (rows(.gate, configuration.feedForward), rows(.up, configuration.feedForward))
        let packed = packed(max(configuration.width, configuration.feedForward))
        var jobs = [(layer.up, up)]
        if let dense = layer.gate { jobs.insert((dense, gate), at: 0) }
        products.multiply(jobs, input, count: count, packed: packed)
        record?.save(up, count, as: .up, of: index)
        if layer.gate != nil { record?.save(gate, count, as: .gate, of: index) }
        let (kind, isGated) = (configuration.gate, layer.gate != nil)
        team.split(count, atLeast: 8) { range in
            let first = range.lowerBound
            gs_gate_f32(
                kind, range.count, up.width, up.stride, isGated ? gate[first] : up[first], isGated ? up[first] : nil,
                up[first])
        }
        let added = rows(.added, configuration.width)
        products.multiply([(layer.down, added)], up, count: count, packed: packed)
        return added
    }

    private func attend(_ layer: Layer, _ index: Int, _ input: Rows) -> Rows {
        let size = configuration.headSize
        let query = rows(.query, configuration.heads * size)
        let (key, value) = (rows(.key, configuration.keyHeads * size), rows(.value, configuration.keyHeads * size))
        let packed = packed(max(configuration.width, configuration.heads * size))
        products.multiply(
            [(layer.query, query), (layer.key, key), (layer.value, value)], input, count: count, packed: packed)
        if layer.queryNorm != nil {
            record?.save(query, count, as: .unturnedQuery, of: index)
            record?.save(key, count, as: .unturnedKey, of: index)
        }
        place(query, key, value, layer, index)
        record?.save(query, count, as: .query, of: index)
        let attended = rows(.attended, configuration.heads * size)
        look(query, index, into: attended)
        let added = rows(.added, configuration.width)
        products.multiply([(layer.output, added)], attended, count: count, packed: packed)
        return added
    }

    /// Turns queries and keys to their positions, and stores keys and values.
    private func place(_ query: Rows, _ key: Rows, _ value: Rows, _ layer: Layer, _ index: Int) {
        let (configuration, origins) = (configuration, origins)
        let (size, heads, keyHeads) = (configuration.headSize, configuration.heads, configuration.keyHeads)
        let stores = lanes.indices.map { store(lane: $0, layer: index) }
        let starts = lanes.map { $0.kept?.count ?? 0 }
        let table = FloatPlace(angles.start)
        team.split(count, atLeast: 8) { range in
            for row in range {
                if let norm = layer.queryNorm { gs_norm_f32(norm.kernel, heads, query[row], size, query[row], size) }
                if let norm = layer.keyNorm { gs_norm_f32(norm.kernel, keyHeads, key[row], size, key[row], size) }
                if let rotation = configuration.rotation {
                    let angles = table.start + row * rotation.numbers
                    rotation.turn(query[row], heads, size, angles, direction: 1)
                    rotation.turn(key[row], keyHeads, size, angles, direction: 1)
                }
                let (lane, place, _) = origins[row]
                for head in 0..<keyHeads {
                    stores[lane].put(
                        starts[lane] + place, head: head, key: key[row] + head * size, value: value[row] + head * size)
                }
            }
        }
    }

    private func look(_ query: Rows, _ index: Int, into attended: Rows) {
        let (configuration, views) = (configuration, views(of: index))
        let group = configuration.heads / configuration.keyHeads
        // Queries that one thread takes at a time.
        let most = max(1, 96 / group)
        var parts: [(lane: Int, head: Int, first: Int, count: Int)] = []
        for (lane, view) in views.enumerated() {
            for first in stride(from: 0, to: view.count, by: most) {
                for head in 0..<configuration.keyHeads {
                    parts.append((lane, head, first, min(most, view.count - first)))
                }
            }
        }
        team.share(parts.count) { [parts] index in
            let (lane, head, first, count) = parts[index]
            views[lane].with(head: head, group, from: first, configuration) { attention in
                let row = views[lane].row + first
                let column = head * group * configuration.headSize
                gs_attention_f32(
                    attention, count, query[row] + column, query.stride, attended[row] + column, attended.stride)
            }
        }
    }

    /// What the lanes see in a layer.
    func views(of layer: Int) -> [LaneView] {
        var row = 0
        return lanes.enumerated().map { index, lane in
            defer { row += lane.tokens.count }
            var parts: [(KeyValueStore, Int)] = []
            if let prefix = lane.prefix, prefix.count > 0 { parts.append((prefix.store(of: layer), prefix.count)) }
            parts.append((store(lane: index, layer: layer), (lane.kept?.count ?? 0) + lane.tokens.count))
            return LaneView(
                parts: parts, row: row, count: lane.tokens.count, before: lane.before,
                window: configuration.window(of: layer))
        }
    }
}
