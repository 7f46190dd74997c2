import Tensors

/// An element type of numpy: byte order, kind and width, as in `<f4`.
struct NumpyElement {
    private enum Kind: Character {
        case bool = "b"
        case signed = "i"
        case unsigned = "u"
        case float = "f"
    }
    private enum Order { case little, big }

    let descriptor: String
    /// Bytes of one element.
    let width: Int
    private let kind: Kind
    private let order: Order

    init(_ descriptor: String) throws(DatasetError) {
        let characters = Array(descriptor)
        guard characters.count == 3, "<>|=".contains(characters[0]), let kind = Kind(rawValue: characters[1]),
            let width = characters[2].wholeNumberValue, Self.widths(of: kind).contains(width)
        else {
            throw DatasetError("elements of type `\(descriptor.prefix(40))` are not supported; numbers and bools are")
        }
        self.descriptor = descriptor
        self.width = width
        self.kind = kind
        order = characters[0] == ">" ? .big : .little
    }

    init(_ element: ElementType) {
        order = .little
        (descriptor, kind, width) =
            switch element {
            case .float32: ("<f4", .float, 4)
            case .float64: ("<f8", .float, 8)
            case .int64: ("<i8", .signed, 8)
            case .bool: ("|b1", .bool, 1)
            }
    }

    private static func widths(of kind: Kind) -> [Int] {
        switch kind {
        case .bool: [1]
        case .signed, .unsigned: [1, 2, 4, 8]
        case .float: [2, 4, 8]
        }
    }

    /// The elements stored back to back in `bytes`, which holds a whole number of them.
    func storage(_ bytes: UnsafeRawBufferPointer) throws(DatasetError) -> Tensor.Storage {
        switch (kind, width) {
        case (.bool, _): return .bool(bytes.map { $0 != 0 })
        case (.float, 2): return .float32(words(bytes, UInt16.self).map(Float.init(half:)))
        case (.float, 4): return .float32(words(bytes, UInt32.self).map(Float.init(bitPattern:)))
        case (.float, _): return .float64(words(bytes, UInt64.self).map(Double.init(bitPattern:)))
        case (.signed, 1): return .int64(words(bytes, Int8.self).map(Int64.init))
        case (.signed, 2): return .int64(words(bytes, Int16.self).map(Int64.init))
        case (.signed, 4): return .int64(words(bytes, Int32.self).map(Int64.init))
        case (.signed, _): return .int64(words(bytes, Int64.self).map { $0 })
        case (.unsigned, 1): return .int64(bytes.map(Int64.init))
        case (.unsigned, 2): return .int64(words(bytes, UInt16.self).map(Int64.init))
        case (.unsigned, 4): return .int64(words(bytes, UInt32.self).map(Int64.init))
        case (.unsigned, _):
            let words = words(bytes, UInt64.self)
            if let large = words.first(where: { $0 > UInt64(Int64.max) }) {
                throw DatasetError("\(large) is too large: it exceeds int64")
            }
            return .int64(words.map { Int64($0) })
        }
    }

    private func words<Word: FixedWidthInteger & BitwiseCopyable>(
        _ bytes: UnsafeRawBufferPointer, _ type: Word.Type
    ) -> LazyMapSequence<StrideTo<Int>, Word> {
        stride(from: 0, to: bytes.count, by: MemoryLayout<Word>.size).lazy.map { [order] offset in
            let word = bytes.loadUnaligned(fromByteOffset: offset, as: Word.self)
            return order == .big ? Word(bigEndian: word) : Word(littleEndian: word)
        }
    }
}

extension Float {
    /// IEEE 754 binary16, exactly.
    fileprivate init(half bits: UInt16) {
        let exponent = Int(bits >> 10 & 0x1F)
        let fraction = Float(bits & 0x3FF)
        let magnitude: Float =
            switch exponent {
            case 0: fraction * 0x1p-24
            case 31: fraction == 0 ? .infinity : .nan
            default: (1024 + fraction) * Float(sign: .plus, exponent: exponent - 25, significand: 1)
            }
        self = bits & 0x8000 == 0 ? magnitude : -magnitude
    }
}
