import Compiler
import FoundationEssentials

/// A counterexample as it is kept: all that a replay needs, and what it was when it was found.
struct CaseRecord: Codable, Sendable {
    struct Entry: Codable, Sendable {
        let name: String
        let values: [String]
    }

    let id: String
    /// The file that was checked: `.say` or `.vnnlib`.
    let spec: String
    let property: String
    let models: [String: String]
    let data: [String: String]
    let parameters: [String: String]
    /// The random seed of wrappers; nil where there are none.
    let seed: UInt64?
    /// FNV-1a of the spec's bytes, of the model files and of the data files, to tell a changed one.
    let specDigest: String
    let margin: Double
    /// Seconds since 1970.
    let found: Double
    let entries: [Entry]

    var witness: Witness { Witness(entries: entries.map { .init(name: $0.name, values: $0.values) }) }
}

extension CaseRecord {
    private static let (positive, negative, undefined) = ("inf", "-inf", "nan")

    var json: Data {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            encoder.nonConformingFloatEncodingStrategy = .convertToString(
                positiveInfinity: Self.positive, negativeInfinity: Self.negative, nan: Self.undefined)
            return try encoder.encode(self)
        }
    }

    init(json: Data) throws {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: Self.positive, negativeInfinity: Self.negative, nan: Self.undefined)
        self = try decoder.decode(CaseRecord.self, from: json)
    }
}

/// FNV-1a, 64 bits: tells files apart, not attackers off.
struct Digest {
    private var state: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }

    mutating func add(_ text: String) {
        add(text.utf8)
        add(CollectionOfOne(0))
    }

    var text: String {
        let digits = String(state, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
