import Compiler
import FoundationEssentials

/// The answer to a query as JSON: `gainsay verify --json`.
struct VerificationJSON: Encodable {
    private struct Tensor: Encodable {
        let name, type: String
        /// Absent in VNN-LIB 1.0, which speaks of flat tensors.
        let shape: [Int]?
        let values: [Double]
    }

    private let format = 1
    private let query, answer: String
    private let assignment: [Tensor]?
    private let notes: [String]

    init(_ query: String, _ answer: Verification.Answer, _ notes: [String]) {
        (self.query, self.answer, self.notes) = (query, answer.word, notes)
        guard case .satisfied(let found) = answer else {
            assignment = nil
            return
        }
        assignment = found.entries.map {
            Tensor(
                name: $0.tensor.name, type: $0.tensor.element.kind.rawValue, shape: $0.tensor.shape, values: $0.values)
        }
    }

    func text() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }
}
