/// What the elements of a tensor are.
///
/// A model's arithmetic is `float32`, a spec's is `float64`; a value changes from one to the other only through `Cast`.
package enum ElementType: String, Sendable, Hashable, CaseIterable {
    case float32, float64, int64, bool

    /// Whether a gradient can flow through values of this type.
    package var isReal: Bool { self == .float32 || self == .float64 }

    /// How the evaluator stores a value of this type: integers and truth values are kept as `Double`, exactly up to 2^53.
    package var storage: LaneStorage { self == .float32 ? .float32 : .float64 }
}

/// The two number formats in which the evaluator computes.
package enum LaneStorage: Sendable, Hashable {
    case float32, float64

    package var stride: Int { self == .float32 ? 4 : 8 }
}
