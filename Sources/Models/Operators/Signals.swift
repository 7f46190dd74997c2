import Tensors

/// Fourier transforms, as products with constant matrices, and what goes with them.
enum Signals {
    static let rules: [String: OperatorRule] = [
        "DFT": { node in [try transform(node)] },
        "STFT": { node in [try shortTime(node)] },
        "HannWindow": window(cosines: [0.5, -0.5]),
        "HammingWindow": window(cosines: [25.0 / 46, -21.0 / 46]),
        "BlackmanWindow": window(cosines: [0.42, -0.5, 0.08]),
        "MelWeightMatrix": { node in [node.constant(try melWeights(node))] },
    ]

    /// Along an axis of `[..., 1 or 2]`, real numbers or complex ones.
    private static func transform(_ node: Application) throws -> Value {
        let x = try node.input(0)
        let rank = node.shape(x).rank
        let stated =
            try node.version < 20
            ? node.integer("axis", default: 1) : node.optional(2) == nil ? -2 : node.whole(2, "axis")
        let axis = try node.axis(stated, of: node.shape(x))
        guard rank > 1, axis < rank - 1, (1...2).contains(node.shape(x)[rank - 1]) else {
            throw ModelError("axis \(axis) of \(node.shape(x)), whose last axis holds real and imaginary parts")
        }
        var order = Array(0..<rank - 1)
        order.swapAt(axis, rank - 2)
        let moved = try node.transpose(x, order + [rank - 1])
        let size = node.shape(moved)[rank - 2]
        let (isInverse, isOneSided) = (try node.flag("inverse"), try node.flag("onesided"))
        let usual = isInverse && isOneSided ? 2 * (size - 1) : size
        let length = try node.optional(1) == nil ? usual : node.whole(1, "dft_length")
        let result = try Spectrum(length: length, isInverse: isInverse, isOneSided: isOneSided).apply(node, moved)
        return try node.transpose(result, order + [rank - 1])
    }

    /// Transforms of the stretches under a window that moves along the signal: [batch, frames, frequencies, 2].
    private static func shortTime(_ node: Application) throws -> Value {
        let signal = try node.input(0)
        let (shape, step) = (node.shape(signal), try node.whole(1, "frame_step"))
        let weights = node.optional(2)
        let usual = weights.map { node.shape($0).count } ?? 0
        let length = try node.optional(3) == nil ? usual : node.whole(3, "frame_length")
        let parts = shape.rank == 3 ? shape[2] : 1
        guard (2...3).contains(shape.rank), step > 0, length > 0, length <= shape[1], (1...2).contains(parts) else {
            throw ModelError("frames of \(length) every \(step) of \(shape)")
        }
        let frames = (shape[1] - length) / step + 1
        let all = try node.allowedShape([shape[0], frames, length, parts])
        let table = (0..<all.count).map { flat in
            let (part, place) = (flat % parts, flat / parts % length)
            let (frame, batch) = (flat / parts / length % frames, flat / parts / length / frames)
            return (batch * shape[1] + frame * step + place) * parts + part
        }
        var pieces = try node.pick(signal, table, shape: all)
        if let weights { pieces = try node.binary(.multiply, pieces, node.reshape(weights, [length, 1])) }
        let isOneSided = try node.flag("onesided", default: true)
        return try Spectrum(length: length, isInverse: false, isOneSided: isOneSided).apply(node, pieces)
    }

    private static func window(cosines: [Double]) -> OperatorRule {
        { node in
            let size = try node.whole(0, "size")
            let kind = try ElementKind(number: Int64(node.integer("output_datatype", default: 1)))
            guard size >= 0 else { throw ModelError("a window of \(size)") }
            let period = Double(try node.flag("periodic", default: true) ? size : size - 1)
            let shape = try node.allowedShape([size])
            let numbers = (0..<size).map { place in
                cosines.enumerated().reduce(0.0) { sum, term in
                    sum + term.element * Angles.cosine(2 * Double(term.offset * place), period)
                }
            }
            return [node.constant(try Tensor(TensorType(kind.computed(), shape), rounding: numbers))]
        }
    }

    /// Triangles over the frequencies of a transform, evenly spaced on the mel scale.
    private static func melWeights(_ node: Application) throws -> Tensor {
        let (bins, length) = (try node.whole(0, "num_mel_bins"), try node.whole(1, "dft_length"))
        let rate = try node.number(2, "sample_rate")
        let (low, high) = (try node.number(3, "lower_edge_hertz"), try node.number(4, "upper_edge_hertz"))
        let kind = try ElementKind(number: Int64(node.integer("output_datatype", default: 1)))
        guard bins > 0, length > 0, rate > 0, low >= 0, high >= low else { throw ModelError("a scale without bins") }
        let rows = length / 2 + 1
        let shape = try node.allowedShape([rows, bins])
        func mel(_ hertz: Double) -> Double { 2595 * Logarithms.ten(1 + hertz / 700) }
        let (first, last) = (mel(low), mel(high))
        let edges = try (0..<bins + 2).map { place -> Int in
            let own = first + Double(place) * (last - first) / Double(bins + 2)
            let hertz = 700 * (Logarithms.power(10, own / 2595) - 1)
            guard let edge = Int(exactly: (Double(length + 1) * hertz / rate).rounded(.down)) else {
                throw ModelError("frequencies of \(low) to \(high), sampled at \(rate)")
            }
            return edge
        }
        var weights = [Double](repeating: 0, count: shape.count)
        for bin in 0..<bins {
            let (low, centre, high) = (edges[bin], edges[bin + 1], edges[bin + 2])
            if low == centre {
                if centre < rows { weights[centre * bins + bin] = 1 }
            } else {
                for row in low...centre where row < rows {
                    weights[row * bins + bin] = Double(row - low) / Double(centre - low)
                }
            }
            for row in centre..<max(high, centre) where row < rows && high > centre {
                weights[row * bins + bin] = Double(high - row) / Double(high - centre)
            }
        }
        return try Tensor(TensorType(kind.computed(), shape), rounding: weights)
    }
}
