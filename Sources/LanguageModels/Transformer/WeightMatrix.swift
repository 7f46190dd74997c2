import Glibc
import Kernels

/// A matrix of weights [rows][columns] as the kernels want it, quantised as in its file.
final class WeightMatrix: @unchecked Sendable {
    let rows, columns: Int
    let format: WeightFormat
    private let memory: UnsafeMutablePointer<UInt8>

    /// `rows` up to whole panels: how wide results are.
    var width: Int { panels * Int(GS_PANEL_ROWS) }
    var panels: Int { WeightMatrix.panels(rows) }
    var kernel: gs_panels { gs_panels(format: format.kernel, columns: columns, panels: memory) }
    var bytes: Int { panels * gs_panel_bytes(format.kernel, columns) }

    static func panels(_ rows: Int) -> Int { (rows + Int(GS_PANEL_ROWS) - 1) / Int(GS_PANEL_ROWS) }

    /// The rows of `tensor`, or some of them. Throws where a scale, or a plain number, is not finite.
    init(_ tensor: StoredTensor, rows chosen: RowChoice? = nil, _ team: Team) throws(LanguageModelError) {
        let chosen = chosen ?? RowChoice(0..<tensor.rows)
        (rows, columns, format) = (chosen.count, tensor.columns, tensor.format)
        let side = Int(GS_PANEL_ROWS)
        let panelBytes = gs_panel_bytes(format.kernel, columns)
        let count = WeightMatrix.panels(chosen.count)
        memory = try WeightMatrix.allocate(count * panelBytes)
        guard count > 0, tensor.count > 0 else { return }
        let job = Packing(from: tensor, chosen: chosen, to: memory, panelBytes: panelBytes)
        let flaws = Flaws()
        team.share(count) { panel in
            let good = job.pack(panel * side, min(side, chosen.count - panel * side), into: panel)
            if !good { flaws.found() }
        }
        guard !flaws.any else { throw LanguageModelError("tensor `\(tensor.name)` holds numbers that are not finite") }
    }

    deinit { free(memory) }

    /// Row `row` as floats.
    func read(row: Int, into out: UnsafeMutablePointer<Float>) { gs_panels_row(kernel, row, out) }

    private static func allocate(_ bytes: Int) throws(LanguageModelError) -> UnsafeMutablePointer<UInt8> {
        guard let memory = aligned_alloc(64, max(64, (bytes + 63) / 64 * 64)) else {
            throw LanguageModelError("the system gives no memory for a matrix of \(bytes) bytes")
        }
        return memory.bindMemory(to: UInt8.self, capacity: bytes)
    }
}

private struct Packing: @unchecked Sendable {
    let from: StoredTensor
    let chosen: RowChoice
    let to: UnsafeMutablePointer<UInt8>
    let panelBytes: Int

    /// Whether all numbers of these rows are finite.
    func pack(_ first: Int, _ count: Int, into panel: Int) -> Bool {
        let (format, rowBytes) = (from.format.kernel, from.rowBytes)
        let out = to + panel * panelBytes
        let isAdjacent = chosen[first + count - 1] - chosen[first] == count - 1
        if isAdjacent, let start = from.start(ofRow: chosen[first]) {
            return gs_panel_pack(format, count, from.columns, start, rowBytes, out)
        }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count * rowBytes) { rows in
            let start = rows.baseAddress!
            for row in 0..<count { from.copy(row: chosen[first + row], to: start + row * rowBytes) }
            return gs_panel_pack(format, count, from.columns, start, rowBytes, out)
        }
    }
}
