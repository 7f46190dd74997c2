import Compiler
import FoundationEssentials

/// A counterexample as it is kept: all that a replay needs, and what it was when it was found.
package struct CaseRecord: Codable, Sendable {
    package struct Entry: Codable, Sendable {
        package let name: String
        package let values: [String]
    }

    package let id: String
    /// The file that was checked: `.say` or `.vnnlib`.
    package let spec: String
    package let property: String
    package let models: [String: String]
    package let data: [String: String]
    package let parameters: [String: String]
    /// The random seed of wrappers; nil where there are none.
    package let seed: UInt64?
    /// FNV-1a of the spec's bytes, of the model files and of the data files, to tell a changed one.
    package let specDigest: String
    package let margin: Double
    /// Seconds since 1970.
    package let found: Double
    package let entries: [Entry]

    package var witness: Witness { Witness(entries: entries.map { .init(name: $0.name, values: $0.values) }) }
}

extension CaseRecord {
    private static let (positive, negative, undefined) = ("inf", "-inf", "nan")

    package var json: Data {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            encoder.nonConformingFloatEncodingStrategy = .convertToString(
                positiveInfinity: Self.positive, negativeInfinity: Self.negative, nan: Self.undefined)
            return try encoder.encode(self)
        }
    }

    package init(json: Data) throws {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: Self.positive, negativeInfinity: Self.negative, nan: Self.undefined)
        self = try decoder.decode(CaseRecord.self, from: json)
    }
}
