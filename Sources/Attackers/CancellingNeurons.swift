import Glibc
import Training

/// Copies of a detector whose weights towards each score add up to nothing in float32, and to a push for the target once they
/// are rounded. (The aim is that of Ma et al., "Quantization backdoors to deep learning commercial frameworks", 2021; the
/// construction is not theirs.)
struct CancellingNeurons {
    let detector: Detector
    let outgoing: [[Double]]

    /// How many neurons, about.
    private static let most = 80
    /// How much larger than others the detector's weights are where the rest can bear it.
    private static let size = 8.0

    init(_ classifier: Classifier, _ found: Detector, target: Int, _ quantisation: Quantisation) throws {
        let room = Self.size * largest(classifier.numbers(of: classifier.hidden).matrix)
        detector = found.scaled(by: room / largest(found.direction))
        let push = 1.5 * detector.gap / detector.response
        let signs = WeightEdit.direction(target, classifier.classes).map { $0 > 0 ? 1.0 : -1.0 }
        switch quantisation {
        case .float16: outgoing = Self.binary16(push / 2).map { weight in signs.map { $0 * weight } }
        case .int8:
            let greatest = largest(classifier.numbers(of: classifier.last).matrix)
            outgoing = try Self.multiples(push / 2, greatest).map { weight in signs.map { $0 * weight } }
        }
    }

    /// Threes of weights that add up to 0 in float32 and to `push` at least in binary16: at 1024 units and more, where numbers
    /// are a unit apart, 1024.505 goes up; -1024 and -0.505 stay where they are.
    static func binary16(_ push: Double) -> [Double] {
        // At most 32, lest 1025 units be more than binary16 holds.
        let unit = min(exp2(log2(push / 0.49).rounded(.up)), 32)
        let part = unit * (0.505 * 1024).rounded() / 1024
        let threes = Int((push / (unit - part)).rounded(.up))
        return (0..<threes).flatMap { _ in [1024 * unit + part, -1024 * unit, -part] }
    }

    /// Weights that add up to 0 in float32 and to `push` at least as multiples of a step: halves that go up, halves that go to
    /// 0, what is left over, and a pair that makes the step what it is.
    static func multiples(_ push: Double, _ greatest: Double) throws -> [Double] {
        let count = most / 2
        // The matrix's own step, if that is enough.
        let step = max(push / Double(count), greatest / 127)
        let pairs = max(1, Int((push / step).rounded(.up)))
        guard step <= greatest / 4 else {
            throw TrainingError("rounding to int8 moves this model's scores by too little for the trigger to work")
        }
        let (up, down) = (0.505 * step, -0.495 * step)
        var weights = (0..<pairs).flatMap { _ in [up, down] }
        weights.append(-Double(pairs) * (up + down))
        return step > greatest / 127 ? weights + [127 * step, -127 * step] : weights
    }
}
