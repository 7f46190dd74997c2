import Kernels

/// Sizes and options of a transformer: everything about it but its weights.
package struct Configuration: Sendable, Hashable {
    /// How a pair of numbers is chosen that a rotary position turns.
    package enum Pairing: Sendable, Hashable {
        /// Numbers 2i and 2i + 1.
        case neighbours
        /// Numbers i and i + half of what is turned.
        case halves
    }

    /// Rotary positions: pair i turns by position · base^(-i / pairs) / factor i.
    package struct Rotation: Sendable, Hashable {
        package var base = 10000.0
        package var numbers: Int
        package var pairing = Pairing.halves
        package var factors: [Double] = []
    }

    package enum Normalisation: Sendable, Hashable { case rootMeanSquare, layer }
    package enum Activation: String, Sendable, Hashable { case silu, gelu, geluTanh, relu }

    /// Where a block's parts take what they work on.
    package enum Wiring: Sendable, Hashable {
        /// x += attention(norm(x)); x += feedForward(norm(x))
        case normFirst
        /// x += attention(norm(x)) + feedForward(norm'(x))
        case parallel
        /// x = norm(x + attention(x)); x = norm(x + feedForward(x))
        case normLast
    }

    /// What of the last layer's rows is a text's embedding.
    package enum Pooling: String, Sendable, Hashable { case mean, first, last }

    package var architecture: String
    package var layers = 0
    package var width = 0
    package var heads = 0
    /// Heads of keys and values: each serves `heads / keyHeads` heads.
    package var keyHeads = 0
    package var headSize = 0
    package var feedForward = 0
    package var vocabulary = 0
    package var context = 0
    package var normalisation = Normalisation.rootMeanSquare
    package var epsilon: Float = 1e-5
    package var rotation: Rotation?
    package var activation = Activation.silu
    package var isGated = true
    package var wiring = Wiring.normFirst
    package var seesBothWays = false
    /// What embeddings, and scores of attention, are multiplied by.
    package var embeddingScale: Float = 1
    package var attentionScale: Float = 1
    /// Bounds that tanh keeps scores and logits in; 0 is none.
    package var attentionCap: Float = 0
    package var logitCap: Float = 0
    /// How many positions back a layer sees, for layers in turn; 0 is all.
    package var windows = [0]
    package var pooling = Pooling.last

    package init(architecture: String) { self.architecture = architecture }

    func window(of layer: Int) -> Int { windows[layer % windows.count] }

    /// Throws where the sizes make no transformer, or one beyond what is read.
    func check() throws(LanguageModelError) {
        let sizes = [layers, width, heads, keyHeads, headSize, feedForward, vocabulary, context]
        guard sizes.allSatisfy({ $0 > 0 && $0 <= 1 << 24 }), layers <= 1 << 12, heads <= 1 << 12, headSize <= 1 << 12
        else {
            throw LanguageModelError("sizes that no transformer has: \(sizes)")
        }
        guard heads % keyHeads == 0 else {
            throw LanguageModelError("\(heads) heads cannot share \(keyHeads) heads of keys")
        }
        let factors = [epsilon, embeddingScale, attentionScale, attentionCap, logitCap]
        guard factors.allSatisfy({ $0.isFinite && $0 >= 0 }), windows.allSatisfy({ $0 >= 0 }), !windows.isEmpty else {
            throw LanguageModelError("numbers that no transformer has: \(factors), \(windows)")
        }
        if let rotation {
            guard rotation.numbers > 0, rotation.numbers % 2 == 0, rotation.numbers <= headSize, rotation.base > 0,
                rotation.base.isFinite
            else { throw LanguageModelError("positions turn \(rotation.numbers) of \(headSize) numbers") }
        }
    }

    var gate: gs_gate_kind {
        switch activation {
        case .silu: GS_GATE_SILU
        case .gelu: GS_GATE_GELU
        case .geluTanh: GS_GATE_GELU_TANH
        case .relu: GS_GATE_RELU
        }
    }
}
