import Kernels

/// Rows of numbers, one per token: `width` of them, `stride` apart.
struct Rows: @unchecked Sendable {
    let start: UnsafeMutablePointer<Float>
    let width, stride: Int

    subscript(row: Int) -> UnsafeMutablePointer<Float> { start + row * stride }

    /// `width` up to whole panels.
    static func stride(_ width: Int) -> Int { WeightMatrix.panels(width) * Int(GS_PANEL_ROWS) }
}

/// Products of rows and weights.
struct Products: Sendable {
    let team: Team

    /// out = W in + b for each of the matrices, which take the same rows. `packed` has room for rows up to a multiple of six.
    func multiply(_ jobs: [(dense: Dense, out: Rows)], _ input: Rows, count: Int, packed: Floats) {
        let columns = input.width
        if count > Int(GS_FEW_ROWS) { pack(input, count: count, columns: columns, into: packed) }
        var parts: [(job: Int, panels: Range<Int>)] = []
        let all = jobs.reduce(0) { $0 + $1.dense.weight.panels }
        let chunk = max(1, all / (count > Int(GS_FEW_ROWS) ? 16 : 2 * team.threads))
        for (index, job) in jobs.enumerated() {
            for first in stride(from: 0, to: job.dense.weight.panels, by: chunk) {
                parts.append((index, first..<min(first + chunk, job.dense.weight.panels)))
            }
        }
        let (places, weights) = (jobs.map(\.out), jobs.map(\.dense))
        team.share(parts.count) { [parts] part in
            let (job, panels) = parts[part]
            let (weight, out) = (weights[job].weight, places[job])
            gs_panels_multiply_f32(
                weight.kernel, panels.lowerBound, panels.upperBound, count, input.start, input.stride,
                packed.start, out.start, out.stride)
            guard let bias = weights[job].bias else { return }
            let first = panels.lowerBound * Int(GS_PANEL_ROWS)
            let end = min(panels.upperBound * Int(GS_PANEL_ROWS), out.width)
            gs_add_row_f32(count, end - first, bias.start + first, out.start + first, out.stride)
        }
    }

    /// gin = Wᵀ gout: the gradient of `multiply` by its input.
    func multiplyTransposed(_ weight: WeightMatrix, _ gout: Rows, count: Int, into out: Rows, packed: Floats) {
        pack(gout, count: count, columns: weight.rows, into: packed)
        team.share(WeightMatrix.panels(weight.columns)) { part in
            gs_panels_transposed_f32(weight.kernel, weight.rows, part, count, packed.start, out.start, out.stride)
        }
    }

    private func pack(_ input: Rows, count: Int, columns: Int, into packed: Floats) {
        team.share((count + 47) / 48) { part in
            let first = part * 48
            gs_pack_f32(
                min(48, count - first), columns, input[first], input.stride, 1, packed.start + first * columns)
        }
    }

    /// The floats that packed rows take.
    static func packedCount(_ count: Int, _ columns: Int) -> Int { gs_packed_count(count, columns) }
}
