import Synchronization

/// What several evaluators make of the same tensor, made once and kept as long as one of them lives; little of it a while
/// longer, for evaluators that are made one after the other.
final class Sharing<Key: Hashable & Sendable, Made: AnyObject & Sendable>: Sendable {
    private struct Weak {
        weak var made: Made?
    }

    private struct Table: @unchecked Sendable {
        var made: [Key: Weak] = [:]
        /// How many entries there may be before those without an object are let go.
        var limit = 64
        /// What was made last; as soon as the young ones have their share of bytes, they are the old ones.
        var young: [Made] = []
        var old: [Made] = []
        var bytes = 0

        mutating func keep(_ new: Made, _ size: Int) {
            guard size <= Sharing.keptBytes else { return }
            if bytes + size > Sharing.keptBytes { (old, young, bytes) = (young, [], 0) }
            young.append(new)
            // What an object takes besides.
            bytes += size + 512
        }
    }

    /// So many bytes, and as many of older ones, are kept though no evaluator uses them.
    private static var keptBytes: Int { 8 << 20 }

    private let table = Mutex(Table())

    /// The object of a key, made if there is none, of about so many bytes. Two threads may both make one; then one of them is kept.
    func object<Failure: Error>(_ key: Key, bytes: Int, _ make: () throws(Failure) -> Made) throws(Failure) -> Made {
        if let made = table.withLock({ $0.made[key]?.made }) { return made }
        let new = try make()
        return table.withLock { table in
            if let made = table.made[key]?.made { return made }
            if table.made.count >= table.limit {
                table.made = table.made.filter { $0.value.made != nil }
                table.limit = max(64, 2 * table.made.count)
            }
            table.made[key] = Weak(made: new)
            table.keep(new, bytes)
            return new
        }
    }
}

/// A tensor's numbers in the layout that a kernel reads, shared by all evaluators that use the tensor.
final class Packed: Sendable {
    /// How a matrix lies in the tensor, or nil for the numbers as they are.
    struct Layout: Hashable, Sendable {
        let rows, columns, rowStride, columnStride: Int
    }

    private struct Key: Hashable, Sendable {
        let tensor: Tensor.Identity
        let layout: Layout?
    }

    private static let shared = Sharing<Key, Packed>()

    let numbers: Numbers
    /// Whether no number is NaN or infinite.
    let isFinite: Bool
    /// Keeps the tensor, and with it what it is known by.
    private let tensor: Tensor

    private init(_ tensor: Tensor, _ layout: Layout?) {
        self.tensor = tensor
        isFinite = tensor.isFinite
        numbers =
            layout.map {
                Numbers(
                    packing: tensor, rows: $0.rows, columns: $0.columns, rowStride: $0.rowStride,
                    columnStride: $0.columnStride)
            } ?? Numbers(tensor)
    }

    static func of(_ tensor: Tensor, _ layout: Layout? = nil) -> Packed {
        let bytes = tensor.count * tensor.element.storage.stride
        return shared.object(Key(tensor: tensor.identity, layout: layout), bytes: bytes) { Packed(tensor, layout) }
    }

    func pointer<Element>(as: Element.Type = Element.self) -> UnsafePointer<Element> { numbers.pointer() }
}

extension Tensor {
    /// Where the elements lie: the same for copies of a tensor, and nobody else's as long as one of them lives.
    struct Identity: Hashable, Sendable {
        let address: UInt
        let count: Int
        let element: ElementType
    }

    var identity: Identity {
        let address =
            switch storage {
            case .float32(let elements): elements.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
            case .float64(let elements): elements.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
            case .int64(let elements): elements.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
            case .bool(let elements): elements.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
            }
        return Identity(address: address, count: count, element: element)
    }
}
