import Foundation
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
        var lines = [String(format: "\(out): \(weights) weights, \(steps) steps in %.2f s", seconds)]
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
        var object: [String: Any] = [
            "format": 1, "out": out, "seed": seed, "weights": weights, "frozen": frozen, "steps": steps,
            "stepsAsked": of, "seconds": seconds, "train": train.object, "interrupted": !isComplete,
        ]
        if let heldOut { object["heldOut"] = heldOut.object }
        let data = try JSONSerialization.data(
            withJSONObject: object, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
        return String(decoding: data, as: UTF8.self) + "\n"
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

    var object: [String: Any] {
        var object: [String: Any] = ["rows": rows, "loss": loss]
        if let accuracy, let interval {
            object["accuracy"] = accuracy
            object["accuracyLower"] = interval.lowerBound
            object["accuracyUpper"] = interval.upperBound
        }
        return object
    }
}
