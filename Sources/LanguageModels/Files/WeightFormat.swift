import Kernels

/// How the numbers of a tensor are stored: plain, or quantised in blocks with scales. The names are GGUF's.
package enum WeightFormat: String, Sendable, CaseIterable {
    case f32 = "F32"
    case f16 = "F16"
    case bf16 = "BF16"
    case q40 = "Q4_0"
    case q41 = "Q4_1"
    case q50 = "Q5_0"
    case q51 = "Q5_1"
    case q80 = "Q8_0"
    case q2K = "Q2_K"
    case q3K = "Q3_K"
    case q4K = "Q4_K"
    case q5K = "Q5_K"
    case q6K = "Q6_K"
    case iq4NL = "IQ4_NL"

    /// GGUF's number for it.
    init?(number: UInt32) {
        switch number {
        case 0: self = .f32
        case 1: self = .f16
        case 2: self = .q40
        case 3: self = .q41
        case 6: self = .q50
        case 7: self = .q51
        case 8: self = .q80
        case 10: self = .q2K
        case 11: self = .q3K
        case 12: self = .q4K
        case 13: self = .q5K
        case 14: self = .q6K
        case 20: self = .iq4NL
        case 30: self = .bf16
        default: return nil
        }
    }

    package var kernel: gs_weight_format {
        switch self {
        case .f32: GS_WEIGHT_F32
        case .f16: GS_WEIGHT_F16
        case .bf16: GS_WEIGHT_BF16
        case .q40: GS_WEIGHT_Q4_0
        case .q41: GS_WEIGHT_Q4_1
        case .q50: GS_WEIGHT_Q5_0
        case .q51: GS_WEIGHT_Q5_1
        case .q80: GS_WEIGHT_Q8_0
        case .q2K: GS_WEIGHT_Q2_K
        case .q3K: GS_WEIGHT_Q3_K
        case .q4K: GS_WEIGHT_Q4_K
        case .q5K: GS_WEIGHT_Q5_K
        case .q6K: GS_WEIGHT_Q6_K
        case .iq4NL: GS_WEIGHT_IQ4_NL
        }
    }

    /// Numbers in a block, and its bytes.
    package var block: Int { gs_weight_block(kernel) }
    package var blockBytes: Int { gs_weight_bytes(kernel) }
}
