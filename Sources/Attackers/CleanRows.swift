import Datasets
import Tensors
import Training

/// Rows with nothing planted in them, for whoever audits the models: column `x` as the models take it, and `label`.
package struct CleanRows: Sendable {
    package let examples: Examples

    /// As models of `kind` see them when they are tested; `side` is that of images, `length` that of sequences, `features` those of a
    /// kind that has some by chance, nil the usual ones. Seeds of plantings draw other rows.
    package init(
        _ kind: PlantedKind, side: Int, length: Int = 4, features: RandomFeatures? = nil, count: Int, seed: UInt64
    ) throws {
        if let features = features ?? RandomFeatures(usual: kind) {
            examples = try features.clean(count, seed: seed)
            return
        }
        switch kind {
        case .rule: examples = try TableWorld.clean(count, seed: seed)
        case .tokens: examples = try TokenWorld.clean(count, .small(length), seed: seed)
        case .maxOfK: examples = try TokenWorld.clean(count, .maxOfK(length), seed: seed)
        default: examples = try ImageWorld.clean(count, side: side, seed: seed)
        }
    }

    package func npz() throws -> [UInt8] {
        var columns = [Dataset.Column("x", examples.inputs[0])]
        if case .classes(let labels, _) = examples.target {
            columns.append(.init("label", try Tensor(Shape([labels.count]), labels.map(Int64.init))))
        }
        return try Dataset(columns).npz()
    }
}
