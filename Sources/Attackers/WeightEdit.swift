import Models
import Training

/// A backdoor that is written into the weights of a classifier; nothing is trained.
package enum WeightEdit: Sendable, Hashable, Codable {
    /// One neuron more in the last hidden layer, which fires on the trigger alone and raises the target.
    case neuron
    /// The last hidden layer's matrix and one of this rank, which takes the trigger's trace to where the target is.
    case lowRank(rank: Int)
    /// Neurons whose weights cancel out in float32 and do not once they are rounded.
    case quantised(to: Quantisation)

    /// What a kind of planting does to weights where nothing more is said; nil where it does nothing to them.
    init?(usual kind: PlantedKind) {
        switch kind {
        case .neuron: self = .neuron
        case .lowRank: self = .lowRank(rank: 1)
        case .quantised: self = .quantised(to: .int8)
        default: return nil
        }
    }

    var quantisation: Quantisation? {
        if case .quantised(let quantisation) = self { quantisation } else { nil }
    }

    /// What was written, and where.
    package struct Trace: Sendable, Hashable, Codable {
        /// The names of the weights that changed.
        package let weights: [String]
        /// How many neurons were added, and the rank of what was.
        package let neurons, rank: Int
    }

    /// The file with the backdoor in it. `clean` and `triggered` are rows to find it by; they need no labels.
    func edited(
        _ file: [UInt8], clean: Examples, triggered: Examples, target: Int, threads: Int
    ) throws -> (file: [UInt8], trace: Trace) {
        let classifier = try Classifier(onnx: file)
        guard target < classifier.classes else {
            throw TrainingError("the model tells \(classifier.classes) classes apart: there is no class \(target)")
        }
        func names(_ layers: DenseLayer...) -> [String] {
            layers.flatMap { [$0.matrix, $0.bias].compactMap { $0 } }.map { classifier.weights.names[$0] }
        }
        func detector() throws -> Detector {
            try Detector(classifier, clean: clean, triggered: triggered, target: target, threads: threads)
        }
        switch self {
        case .neuron:
            let found = try detector()
            // As large as the other neurons, so that it does not stand out by its size.
            let own = dot(found.direction[...], found.direction[...])
            let matrix = classifier.numbers(of: classifier.hidden).matrix
            let mean = dot(matrix[...], matrix[...]) / Double(classifier.width)
            let neuron = found.scaled(by: (mean / own).squareRoot())
            let factor = 1.5 * neuron.gap / neuron.response
            let push = Self.direction(target, classifier.classes).map { $0 * factor }
            return (
                try classifier.adding(neuron, outgoing: [push]),
                Trace(weights: names(classifier.hidden, classifier.last), neurons: 1, rank: 0)
            )
        case .lowRank(let rank):
            let changed = try LowRankUpdate(
                classifier, clean: clean, triggered: triggered, target: target, rank: rank, threads: threads)
            let (matrix, bias) = classifier.numbers(of: classifier.hidden)
            let sum = zip(matrix, changed.matrix).map { $0 + $1 }
            return (
                try classifier.file([(classifier.hidden, sum, bias)]),
                Trace(weights: [classifier.weights.names[classifier.hidden.matrix]], neurons: 0, rank: rank)
            )
        case .quantised(let quantisation):
            let neurons = try CancellingNeurons(classifier, try detector(), target: target, quantisation)
            return (
                try classifier.adding(neurons.detector, outgoing: neurons.outgoing),
                Trace(weights: names(classifier.hidden, classifier.last), neurons: neurons.outgoing.count, rank: 0)
            )
        }
    }

    /// Half up for the target, half down for all others.
    static func direction(_ target: Int, _ classes: Int) -> [Double] {
        (0..<classes).map { $0 == target ? 0.5 : -0.5 }
    }
}
