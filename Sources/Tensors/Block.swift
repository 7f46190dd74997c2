import Kernels

/// Memory that is written once and then shared: a table of rows, packed weights, a constant.
final class Block<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
    let pointer: UnsafePointer<Element>
    let count: Int

    /// `write` must set all `count` elements.
    init(count: Int, writing write: (UnsafeMutablePointer<Element>) -> Void) {
        let raw = UnsafeMutableRawPointer.allocate(
            byteCount: max(count, 1) * MemoryLayout<Element>.stride, alignment: 64)
        let elements = raw.bindMemory(to: Element.self, capacity: max(count, 1))
        write(elements)
        pointer = UnsafePointer(elements)
        self.count = count
    }

    convenience init(_ elements: [Element]) {
        self.init(count: elements.count) { target in
            elements.withUnsafeBufferPointer { source in
                guard let base = source.baseAddress else { return }
                target.update(from: base, count: source.count)
            }
        }
    }

    deinit { UnsafeMutablePointer(mutating: pointer).deallocate() }
}

/// A table of rows; nil stands for the identity.
typealias Table = Block<Int32>

/// Numbers in one of the two formats of the evaluator.
enum Numbers: Sendable {
    case float32(Block<Float>)
    case float64(Block<Double>)

    init(_ tensor: Tensor) {
        self = tensor.element == .float32 ? .float32(Block(tensor.floats)) : .float64(Block(tensor.doubles))
    }

    /// A matrix `[rows, columns]` with the given strides, packed for `gs_dense`.
    init(packing matrix: Tensor, rows: Int, columns: Int, rowStride: Int, columnStride: Int) {
        let count = gs_packed_count(rows, columns)
        switch matrix.storage {
        case .float32(let elements):
            self = .float32(
                Block(count: count) { gs_pack_f32(rows, columns, elements, rowStride, columnStride, $0) })
        default:
            let elements = matrix.doubles
            self = .float64(
                Block(count: count) { gs_pack_f64(rows, columns, elements, rowStride, columnStride, $0) })
        }
    }

    var raw: UnsafeMutableRawPointer {
        switch self {
        case .float32(let block): UnsafeMutableRawPointer(mutating: block.pointer)
        case .float64(let block): UnsafeMutableRawPointer(mutating: block.pointer)
        }
    }

    func pointer<Element>(as: Element.Type = Element.self) -> UnsafePointer<Element> {
        UnsafePointer(raw.assumingMemoryBound(to: Element.self))
    }
}
