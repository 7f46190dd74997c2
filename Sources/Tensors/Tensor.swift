/// A constant array of numbers or truth values, in row-major order.
///
/// Two tensors are equal if their shapes and bits are: NaN equals itself, and 0 differs from -0.
package struct Tensor: Sendable {
    package enum Storage: Sendable {
        case float32([Float])
        case float64([Double])
        case int64([Int64])
        case bool([Bool])
    }

    package let shape: Shape
    package let storage: Storage

    /// Throws a `ShapeError` if the number of elements is not that of the shape.
    package init(_ shape: Shape, _ storage: Storage) throws(ShapeError) {
        guard storage.count == shape.count else {
            throw .unfit("tensor", shape, "takes \(shape.count) elements, not \(storage.count)")
        }
        self.shape = shape
        self.storage = storage
    }

    package init(_ shape: Shape, _ elements: [Float]) throws(ShapeError) { try self.init(shape, .float32(elements)) }
    package init(_ shape: Shape, _ elements: [Double]) throws(ShapeError) { try self.init(shape, .float64(elements)) }
    package init(_ shape: Shape, _ elements: [Int64]) throws(ShapeError) { try self.init(shape, .int64(elements)) }
    package init(_ shape: Shape, _ elements: [Bool]) throws(ShapeError) { try self.init(shape, .bool(elements)) }

    /// Elements of any type from doubles: rounded to float32, truncated to int64 (NaN is 0, out of range saturates).
    package init(_ type: TensorType, rounding elements: [Double]) throws(ShapeError) {
        try self.init(type.shape, Storage(elements, as: type.element))
    }

    package static func scalar(_ value: Double) -> Tensor { Tensor(scalar: .float64([value])) }
    package static func scalar(_ value: Float) -> Tensor { Tensor(scalar: .float32([value])) }
    package static func scalar(_ value: Int64) -> Tensor { Tensor(scalar: .int64([value])) }
    package static func scalar(_ value: Bool) -> Tensor { Tensor(scalar: .bool([value])) }

    private init(scalar storage: Storage) {
        shape = .scalar
        self.storage = storage
    }

    package var type: TensorType { TensorType(storage.element, shape) }
    package var element: ElementType { storage.element }
    package var count: Int { shape.count }

    /// Whether no element is NaN or infinite.
    package var isFinite: Bool {
        switch storage {
        case .float32(let elements): elements.allSatisfy(\.isFinite)
        case .float64(let elements): elements.allSatisfy(\.isFinite)
        case .int64, .bool: true
        }
    }

    /// The elements as `Double`; truth values as 0 and 1. Exact but for integers beyond 2^53.
    package var doubles: [Double] {
        switch storage {
        case .float32(let elements): elements.map(Double.init)
        case .float64(let elements): elements
        case .int64(let elements): elements.map(Double.init)
        case .bool(let elements): elements.map { $0 ? 1 : 0 }
        }
    }

    /// A run of the elements as `Double`.
    package func doubles(in range: Range<Int>) -> [Double] {
        switch storage {
        case .float32(let elements): elements[range].map(Double.init)
        case .float64(let elements): Array(elements[range])
        case .int64(let elements): elements[range].map(Double.init)
        case .bool(let elements): elements[range].map { $0 ? 1 : 0 }
        }
    }

    /// The elements as `Float`, rounded.
    package var floats: [Float] {
        switch storage {
        case .float32(let elements): elements
        case .float64(let elements): elements.map(Float.init)
        case .int64(let elements): elements.map(Float.init)
        case .bool(let elements): elements.map { $0 ? 1 : 0 }
        }
    }

    /// The elements as `Int64` if they are integers, else nil.
    package var integers: [Int64]? {
        if case .int64(let elements) = storage { elements } else { nil }
    }

    /// The same elements under another shape of the same size.
    package func reshaped(_ shape: Shape) throws(ShapeError) -> Tensor { try Tensor(shape, storage) }
}

extension Tensor.Storage {
    init(_ elements: [Double], as element: ElementType) {
        self =
            switch element {
            case .float32: .float32(elements.map(Float.init))
            case .float64: .float64(elements)
            case .int64: .int64(elements.map { Int64(saturating: $0) })
            case .bool: .bool(elements.map { $0 != 0 })
            }
    }

    var count: Int {
        switch self {
        case .float32(let elements): elements.count
        case .float64(let elements): elements.count
        case .int64(let elements): elements.count
        case .bool(let elements): elements.count
        }
    }

    var element: ElementType {
        switch self {
        case .float32: .float32
        case .float64: .float64
        case .int64: .int64
        case .bool: .bool
        }
    }

    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        switch self {
        case .float32(let elements): elements.withUnsafeBytes(body)
        case .float64(let elements): elements.withUnsafeBytes(body)
        case .int64(let elements): elements.withUnsafeBytes(body)
        case .bool(let elements): elements.withUnsafeBytes(body)
        }
    }
}

extension Int64 {
    /// The integer part; NaN is 0, and what does not fit is the nearest that does.
    init(saturating value: Double) {
        self = Int64(exactly: value.rounded(.towardZero)) ?? (value.isNaN ? 0 : value < 0 ? .min : .max)
    }
}

extension Tensor: Hashable {
    package static func == (first: Tensor, second: Tensor) -> Bool {
        guard first.type == second.type else { return false }
        return first.storage.withBytes { first in
            second.storage.withBytes { second in
                first.baseAddress == second.baseAddress || first.elementsEqual(second)
            }
        }
    }

    /// Hashes the type and a few leading bytes only: weights are large, and seldom alike at the start.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(type)
        storage.withBytes { hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: $0.prefix(64))) }
    }
}
