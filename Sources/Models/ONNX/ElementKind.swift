import Tensors

/// The element types of ONNX, by their numbers in `TensorProto.DataType`.
///
/// A graph has four element types: whole numbers of every width become int64, the 16-bit floats float32, both exactly.
enum ElementKind: Int64, CaseIterable {
    case float32 = 1
    case uint8 = 2
    case int8 = 3
    case uint16 = 4
    case int16 = 5
    case int32 = 6
    case int64 = 7
    case string = 8
    case bool = 9
    case float16 = 10
    case float64 = 11
    case uint32 = 12
    case uint64 = 13
    case complex64 = 14
    case complex128 = 15
    case bfloat16 = 16
    case float8e4m3fn = 17
    case float8e4m3fnuz = 18
    case float8e5m2 = 19
    case float8e5m2fnuz = 20
    case uint4 = 21
    case int4 = 22
    case float4e2m1 = 23
    case float8e8m0 = 24
    case uint2 = 25
    case int2 = 26

    /// The kind with ONNX's number `number`; throws if there is none.
    init(number: Int64) throws(ModelError) {
        guard let kind = ElementKind(rawValue: number) else {
            throw ModelError(number == 0 ? "no element type is given" : "element type \(number) is unknown")
        }
        self = kind
    }

    var name: String {
        switch self {
        case .float32: "float"
        case .float64: "double"
        default: "\(self)"
        }
    }

    /// What values of this type are in a graph: inputs, outputs and everything computed.
    ///
    /// Floats of 16 bits are kept as float32; each result that has such a type is rounded to it.
    func computed() throws(ModelError) -> ElementType {
        switch self {
        case .float32, .float16, .bfloat16: return .float32
        case .float64: return .float64
        case .bool: return .bool
        case .float8e4m3fn, .float8e4m3fnuz, .float8e5m2, .float8e5m2fnuz, .float8e8m0, .float4e2m1: return .float32
        case .int2, .int4, .int8, .int16, .int32, .int64, .uint2, .uint4, .uint8, .uint16, .uint32, .uint64:
            return .int64
        default:
            throw ModelError(
                "values of type \(name) are not supported",
                hint: "floats of up to 64 bits, bool and whole numbers of 2 to 64 bits are")
        }
    }

    /// Whether this is a 16-bit float.
    var isNarrow: Bool { self == .float16 || self == .bfloat16 }

    /// Whether this is a float of 8 or 4 bits, of which there is no arithmetic: only what moves, casts and quantises takes it.
    var isStoredOnly: Bool {
        switch self {
        case .float8e4m3fn, .float8e4m3fnuz, .float8e5m2, .float8e5m2fnuz, .float8e8m0, .float4e2m1: true
        default: false
        }
    }

    /// Bits an element takes in a file where several share a byte, from the units on.
    var packedBits: Int? {
        switch self {
        case .uint2, .int2: 2
        case .uint4, .int4, .float4e2m1: 4
        default: nil
        }
    }

    /// Bytes an element takes in a file; nil for what is not stored in whole bytes or cannot be read here.
    var width: Int? {
        switch self {
        case .float8e4m3fn, .float8e4m3fnuz, .float8e5m2, .float8e5m2fnuz, .float8e8m0: 1
        case .uint8, .int8, .bool: 1
        case .uint16, .int16, .float16, .bfloat16: 2
        case .float32, .int32, .uint32: 4
        case .float64, .int64, .uint64: 8
        default: nil
        }
    }

    /// The range of a whole-number type, as far as int64 reaches.
    var integerRange: ClosedRange<Int64>? {
        switch self {
        case .int2: -2...1
        case .uint2: 0...3
        case .int4: -8...7
        case .uint4: 0...15
        case .int8: -128...127
        case .uint8: 0...255
        case .int16: -32_768...32_767
        case .uint16: 0...65_535
        case .int32: Int64(Int32.min)...Int64(Int32.max)
        case .uint32: 0...Int64(UInt32.max)
        case .int64: Int64.min...Int64.max
        case .uint64: 0...Int64.max
        default: nil
        }
    }
}
