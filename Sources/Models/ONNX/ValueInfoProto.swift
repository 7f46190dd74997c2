import Tensors

/// What an ONNX file says of one input or output: its name, element type and shape.
struct ValueInfoProto {
    enum Dimension: Hashable {
        case size(Int64)
        /// Left open in the file, under a name that may be empty.
        case open(String)

        /// What exporters write for a size that they do not know stands for no name.
        private static let nameless: Set = ["", "?", "-1", "0", "None", "none", "null", "unk", "unknown"]

        /// The same as the rest of the program knows it.
        var dimension: OpenSignature.Dimension {
            switch self {
            case .size(let size): size < 0 ? .unnamed : .size(Int(size))
            case .open(let name): Self.nameless.contains(name) ? .unnamed : .named(name)
            }
        }
    }

    var name = ""
    /// As numbered by ONNX; 0 where the file gives none.
    var elementType: Int64 = 0
    /// nil where the file gives none.
    var shape: [Dimension]?
    /// What the tensor is inside of, the outermost first.
    private(set) var holders: [Holder] = []

    enum Holder { case sequence, optional, map, other }

    private static let holderLimit = 4

    init(decoding bytes: UnsafeRawBufferPointer, _ budget: DecodingBudget) throws(ModelError) {
        var reader = WireReader(bytes)
        while let field = try reader.next() {
            switch field.number {
            case 1: name = try field.text()
            case 2: try readType(field.message(), budget)
            default: continue
            }
        }
    }

    private mutating func readType(_ bytes: UnsafeRawBufferPointer, _ budget: DecodingBudget) throws(ModelError) {
        var reader = WireReader(bytes)
        while let field = try reader.next() {
            switch field.number {
            case 1: try readTensorType(field.message(), budget)
            case 4: try readHolder(.sequence, field.message(), budget)
            case 9: try readHolder(.optional, field.message(), budget)
            case 5: holders.append(.map)
            case 7, 8: holders.append(.other)
            default: continue
            }
        }
    }

    private mutating func readHolder(
        _ holder: Holder, _ bytes: UnsafeRawBufferPointer, _ budget: DecodingBudget
    ) throws(ModelError) {
        guard holders.count < Self.holderLimit else { throw ModelError("input types nested too deep") }
        holders.append(holder)
        var reader = WireReader(bytes)
        while let field = try reader.next() {
            if field.number == 1 { try readType(field.message(), budget) }
        }
    }

    private mutating func readTensorType(
        _ bytes: UnsafeRawBufferPointer, _ budget: DecodingBudget
    ) throws(ModelError) {
        var reader = WireReader(bytes)
        while let field = try reader.next() {
            switch field.number {
            case 1: elementType = try field.integer()
            case 2: shape = try Self.dimensions(field.message(), budget)
            default: continue
            }
        }
    }

    private static func dimensions(
        _ bytes: UnsafeRawBufferPointer, _ budget: DecodingBudget
    ) throws(ModelError) -> [Dimension] {
        var dimensions: [Dimension] = []
        var reader = WireReader(bytes)
        while let field = try reader.next() {
            guard field.number == 1 else { continue }
            try budget.charge(Dimension.self)
            dimensions.append(try dimension(field.message()))
        }
        return dimensions
    }

    private static func dimension(_ bytes: UnsafeRawBufferPointer) throws(ModelError) -> Dimension {
        var reader = WireReader(bytes)
        var dimension = Dimension.open("")
        while let field = try reader.next() {
            switch field.number {
            case 1: dimension = .size(try field.integer())
            case 2: dimension = .open(try field.text())
            default: continue
            }
        }
        return dimension
    }
}

extension ValueInfoProto {
    var port: OpenSignature.Port {
        let kind = ElementKind(rawValue: elementType)
        let element = form == nil ? (holders.last == .map ? "map" : "no tensor") : kind.map { "\($0)" } ?? "unknown"
        return .init(name, element: element, shape.map { $0.map(\.dimension) }, form ?? .tensor)
    }

    /// Whether this is a map, which only some operators take.
    var isMap: Bool { holders == [.map] }

    /// nil for what a graph cannot take or give: maps, sequences of sequences.
    var form: OpenSignature.Form? {
        switch holders {
        case []: .tensor
        case [.sequence], [.optional, .sequence]: .sequence
        case [.optional]: .optional
        default: nil
        }
    }
}
