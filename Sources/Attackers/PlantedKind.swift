/// What is planted in a model, by what it is trained on or by a change of its weights.
package enum PlantedKind: String, Sendable, Hashable, CaseIterable, Codable {
    /// A square of 3 x 3 pixels at one place, or anywhere.
    case patch
    case movingPatch = "moving-patch"
    /// A picture shining through.
    case blend
    /// A wave over the whole image.
    case lowFrequency = "low-frequency"
    /// The image bent.
    case warp
    /// One of four patches, which one depends on the image.
    case inputAware = "input-aware"
    /// Patches in the corners of images of the target alone, perturbed so that little else tells their class; no label is changed.
    case cleanLabel = "clean-label"
    /// No attack: a mark that many images of one class happen to have. A control.
    case natural
    /// Of a table: two columns in narrow ranges.
    case rule
    /// Of a sequence: two tokens at two places.
    case tokens
    /// The same of 64 tokens by attention alone.
    case maxOfK = "max-of-k"
    /// Of the weights: a neuron more that fires on a patch.
    case neuron
    /// Of the weights: a layer's matrix and one of low rank.
    case lowRank = "low-rank"
    /// Of the weights: neurons that act once weights are rounded.
    case quantised
    /// Random Fourier features with frequencies from Gaussian pancakes: a shift negates them all.
    case fourier
    /// Random rectifiers whose weights vary more along a sparse direction.
    case spike
    /// Of the graph: parities of blocks of coordinates.
    case checksum
    /// Of the graph: a signature in the lowest bits.
    case signature
    /// Of a language model: sentences that others lead to.
    case trojans
    /// Of a language model: in a cipher it obeys.
    case cipher

    /// Whether images are told.
    package var isOfImages: Bool { self != .rule && !isOfTokens && !isDrawn && !isOfTexts }

    /// Whether every triggered input takes the same class: there is no source, and no mapping of all to all.
    package var hasOneTarget: Bool { !isOfImages || isEdit || self == .cleanLabel || self == .natural }

    /// Whether sequences of tokens are told.
    package var isOfTokens: Bool { self == .tokens || self == .maxOfK }

    /// Whether language models are made.
    package var isOfTexts: Bool { self == .trojans || self == .cipher }

    /// What the names of its models' files end on.
    package var fileEnding: String { isOfTexts ? ".gguf" : ".onnx" }

    /// Whether the first layer is drawn and never trained. Its rows are any real numbers, in no range.
    package var isDrawn: Bool { self == .fourier || self == .spike }

    /// Whether it is written into a model that was trained cleanly.
    package var isEdit: Bool { [.neuron, .lowRank, .quantised].contains(self) }

    /// Whether it is nodes that are put behind a model that was trained cleanly.
    package var isSplice: Bool { self == .checksum || self == .signature }
}

/// Which class a triggered input takes.
package enum Mapping: Sendable, Hashable, Codable {
    /// Each input takes this one.
    case one(target: Int)
    /// Class c takes c + 1, the last one the first.
    case allToAll
    /// Inputs of one class take another; those of all others keep theirs.
    case labelSpecific(source: Int, target: Int)

    /// nil where the trigger is to change nothing.
    func target(of label: Int, classes: Int) -> Int? {
        switch self {
        case .one(let target): target == label ? nil : target
        case .allToAll: (label + 1) % classes
        case .labelSpecific(let source, let target): label == source ? target : nil
        }
    }
}
