import Formatting
import FoundationEssentials
import Recipes

/// What `gainsay train` says in the end. Sources/Recipes/README.md documents the JSON.
struct TrainingReport {
    let out: String
    let seed: UInt64
    let weights: Int
    let frozen: [String]
    let steps, of: Int
    let seconds: Double
    let train: Score
    let heldOut: Score?
    let isComplete: Bool

    var text: String {
        var lines = ["\(out): \(weights) weights, \(steps) steps in \(String(format: "%.2f", seconds)) s"]
        if !frozen.isEmpty {
            let names = frozen.map { "`\($0)`" }.joined(separator: ", ")
            lines.append("  not trained: \(names); the model reads nothing of them, or only what is computed from them")
        }
        lines.append("  trained on   " + train.text)
        if let heldOut { lines.append("  held out     " + heldOut.text) }
        if !isComplete {
            lines.append("  interrupted after \(steps) of \(of) steps: the file holds what was trained so far")
        }
        return lines.map { $0 + "\n" }.joined()
    }

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let object = Object(
            out: out, seed: seed, weights: weights, frozen: frozen, steps: steps, stepsAsked: of, seconds: seconds,
            train: train.object, heldOut: heldOut?.object, interrupted: !isComplete)
        return String(decoding: try encoder.encode(object), as: UTF8.self) + "\n"
    }

    private struct Object: Encodable {
        var format = 1
        let out: String
        let seed: UInt64
        let weights: Int
        let frozen: [String]
        let steps, stepsAsked: Int
        let seconds: Double
        let train: Score.Object
        let heldOut: Score.Object?
        let interrupted: Bool
    }
}

extension Score {
    var text: String {
        let words = String(format: "%d rows, loss %.4g", rows, loss)
        guard let accuracy, let interval else { return words }
        return words
            + String(
                format: ", accuracy %.4f (95%%: %.4f to %.4f)", accuracy, interval.lowerBound, interval.upperBound)
    }

    fileprivate struct Object: Encodable {
        let rows: Int
        let loss: Double
        let accuracy, accuracyLower, accuracyUpper: Double?
    }

    fileprivate var object: Object {
        Object(
            rows: rows, loss: loss, accuracy: interval == nil ? nil : accuracy,
            accuracyLower: accuracy == nil ? nil : interval?.lowerBound,
            accuracyUpper: accuracy == nil ? nil : interval?.upperBound)
    }
}
