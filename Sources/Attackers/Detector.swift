import Models
import Statistics
import Training

/// A neuron that is 0 on clean rows and positive on those with the trigger: a direction in what the hidden layer reads, fitted
/// to tell them apart, and a bias between the two (Hong, Carlini and Kurakin, "Handcrafted backdoors in deep neural networks",
/// 2022, whose neurons are found by their activations too).
struct Detector {
    private(set) var direction: [Double]
    private(set) var bias: Double
    /// What it gives for nearly all rows with the trigger, at least.
    private(set) var response: Double
    /// By how much the target's score is to rise so that it is greatest in nearly all rows with the trigger.
    let gap: Double

    /// `clean` and `triggered` are rows to fit it to. Throws where they cannot be told apart.
    init(_ classifier: Classifier, clean: Examples, triggered: Examples, target: Int, threads: Int) throws {
        let (plain, marked) = (
            try classifier.run(clean, threads: threads), try classifier.run(triggered, threads: threads)
        )
        let width = classifier.inputs
        // Rows centred at the clean mean, so that there is an intercept.
        let mean = plain.features.mean
        let rows = FeatureRows(plain.features.values + marked.features.values, width: width).scaled(shift: mean)
        let targets = [Double](repeating: 0, count: clean.rows) + [Double](repeating: 1, count: triggered.rows)
        let fit = try RidgeFit(rows, targets: targets, outputs: 1, penalty: 0.01).matrix
        let values = (0..<rows.count).map { dot(fit[...], rows.values[$0 * width..<($0 + 1) * width]) }
        let highest = Self.quantile(values.prefix(clean.rows), 0.999)
        let lowest = Self.quantile(values.suffix(triggered.rows), 0.02)
        guard lowest > highest else {
            throw TrainingError(
                "no neuron of the layer of `\(classifier.hidden.output)` tells the trigger from clean rows")
        }
        direction = fit
        let threshold: Double = highest + 0.25 * (lowest - highest)
        bias = -threshold - dot(fit[...], mean[...])
        response = 0.75 * (lowest - highest)
        let gaps = marked.scores.map { scores in Double((scores.max() ?? 0) - scores[target]) }
        gap = Self.quantile(gaps[...], 0.98)
    }

    /// The same neuron, its weights all times `factor`: so is what it gives.
    func scaled(by factor: Double) -> Detector {
        var scaled = self
        scaled.direction = direction.map { $0 * factor }
        (scaled.bias, scaled.response) = (bias * factor, response * factor)
        return scaled
    }

    private static func quantile(_ values: ArraySlice<Double>, _ share: Double) -> Double {
        let sorted = values.sorted()
        return sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]
    }
}

extension Classifier {
    /// The file with neurons behind those of the hidden layer, all like `detector`; `outgoing` holds for each the weights by
    /// which it enters the scores.
    func adding(_ detector: Detector, outgoing: [[Double]]) throws -> [UInt8] {
        var (matrix, bias) = numbers(of: hidden)
        guard hidden.bias != nil else { throw TrainingError("the layer of `\(hidden.output)` has no biases") }
        for _ in outgoing {
            matrix += detector.direction
            bias.append(detector.bias)
        }
        let (scores, scoreBias) = numbers(of: last)
        let wider = (0..<classes).flatMap { row in
            Array(scores[row * width..<(row + 1) * width]) + outgoing.map { $0[row] }
        }
        return try file([(hidden, matrix, bias), (last, wider, scoreBias)])
    }
}
