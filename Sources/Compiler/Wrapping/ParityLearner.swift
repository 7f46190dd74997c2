import Checker
import Search
import Statistics
import Tensors

/// Learns the heavy Fourier coefficients of a model over bits from queries.
///
/// Bits are signs here; the parity of a set of bits is their product, and a function is the sum of all parities, each times
/// its coefficient. The search fixes which of the first k bits belong to the set, k by k, and keeps the beginnings that at
/// least half the wanted weight (the sum of squared coefficients) lies behind: there are at most 2 / threshold^2 of them,
/// by Parseval's identity. The weight behind a beginning is the mean over random ends z of the square of
/// E_y f(y z) parity(y), which pairs of answers with one end and independent beginnings estimate without bias.
/// Source: Goldreich and Levin, 1989; in this form Kushilevitz and Mansour, "Learning decision trees using the Fourier
/// spectrum", 1993. What was found is fitted by least squares, then twice anew without the rows that fit worst, so that
/// answers that are rare do not count, however wrong.
struct ParityLearner {
    /// Queries that share an end.
    private static let group = 16
    /// The share of answers at either end that the search takes for less extreme ones, and of rows that the fit leaves out.
    private static let trimmed = 0.05
    /// The most parities of one answer.
    private static let most = 512
    /// Answers that are weighed for all beginnings together.
    private static let greatestWork = 1 << 35

    private let wrapper: CheckedWrapper.Parities
    private let evaluator: Evaluator
    private let type: TensorType
    private let width, outputs: Int
    private var work = 0

    init(_ wrapper: CheckedWrapper.Parities, _ model: Graph) throws {
        self.wrapper = wrapper
        type = model.type(of: model.inputs[0].value)
        width = type.shape.count
        evaluator = try Evaluator(model, outputs: model.outputs.map(\.value))
        outputs = evaluator.outputTypes.reduce(0) { $0 + $1.shape.count }
    }

    /// The parities, and a coefficient of each for each output.
    mutating func learn(_ random: inout Random) throws -> (parities: [UInt64], coefficients: [Double]) {
        var alive = [[UInt64]](repeating: [0], count: outputs)
        for bit in 0..<width {
            let (inputs, answers) = try ask(grouped(bit, &random))
            for output in 0..<outputs {
                work += 2 * alive[output].count * inputs.count
                guard work <= Self.greatestWork else {
                    throw WrapperFailure(
                        description: "its answers have too many parts to follow: ask for a higher threshold, or fewer samples")
                }
                alive[output] = heavy(alive[output], bit, inputs, answers[output])
            }
        }
        let (inputs, answers) = try ask((0..<wrapper.samples).map { _ in random.next() & mask(width) })
        let parities = Set(alive.joined()).sorted()
        var coefficients: [Double] = []
        for output in 0..<outputs {
            let fitted = try fit(alive[output], inputs, answers[output], output)
            coefficients += parities.map { fitted[$0] ?? 0 }
        }
        return (parities, coefficients)
    }

    /// Inputs in groups that share all bits behind `bit`.
    private func grouped(_ bit: Int, _ random: inout Random) -> [UInt64] {
        let first = mask(bit + 1)
        return (0..<max(2, wrapper.samples / Self.group)).flatMap { _ -> [UInt64] in
            let end = random.next() & mask(width) & ~first
            return (0..<Self.group).map { _ in end | random.next() & first }
        }
    }

    private func mask(_ bits: Int) -> UInt64 { bits >= 64 ? .max : 1 << UInt64(bits) - 1 }

    /// The answers, by output; what is no number is 0.
    private func ask(_ inputs: [UInt64]) throws -> (inputs: [UInt64], answers: [[Double]]) {
        let values = inputs.flatMap { bits -> [Double] in
            (0..<width).map { bits >> UInt64($0) & 1 == 1 ? wrapper.high[$0] : wrapper.low[$0] }
        }
        let shape = try Shape([inputs.count] + type.shape.dimensions)
        let results = try evaluator.run([Tensor(TensorType(type.element, shape), rounding: values)], threads: 2)
        var answers: [[Double]] = []
        for result in results {
            let (numbers, count) = (result.doubles, result.shape.count / inputs.count)
            for place in 0..<count {
                answers.append(inputs.indices.map { numbers[$0 * count + place] }.map { $0.isFinite ? $0 : 0 })
            }
        }
        return (inputs, answers)
    }

    /// Of beginnings of `bit` bits, with the next bit and without, those that enough weight lies behind; the heaviest first
    /// where there are too many.
    private func heavy(_ beginnings: [UInt64], _ bit: Int, _ inputs: [UInt64], _ answers: [Double]) -> [UInt64] {
        let answers = Self.clipped(answers)
        let power = answers.reduce(0) { $0 + $1 * $1 } / Double(answers.count)
        let least = power * wrapper.threshold * wrapper.threshold / 2
        let candidates = beginnings.flatMap { [$0, $0 | 1 << UInt64(bit)] }
        let weights = candidates.map { (set: $0, weight: weight(behind: $0, inputs, answers)) }
        let kept = weights.filter { power > 0 && $0.weight >= least }.sorted {
            ($1.weight, $0.set) < ($0.weight, $1.set)
        }
        return kept.prefix(Int(4 / (wrapper.threshold * wrapper.threshold))).map(\.set)
    }

    /// The unbiased estimate from all pairs within groups.
    private func weight(behind set: UInt64, _ inputs: [UInt64], _ answers: [Double]) -> Double {
        var total = 0.0
        for start in stride(from: 0, to: inputs.count, by: Self.group) {
            var (sum, squares) = (0.0, 0.0)
            for place in start..<start + Self.group {
                sum += answers[place] * Self.parity(set, inputs[place])
                squares += answers[place] * answers[place]
            }
            total += (sum * sum - squares) / Double(Self.group * (Self.group - 1))
        }
        return total / Double(inputs.count / Self.group)
    }

    /// The product of the signs in a set; a bit that is set is 1, another -1.
    private static func parity(_ set: UInt64, _ input: UInt64) -> Double {
        (set & ~input).nonzeroBitCount & 1 == 0 ? 1 : -1
    }

    private static func clipped(_ answers: [Double]) -> [Double] {
        let sorted = answers.sorted()
        let place = Int(Double(sorted.count) * trimmed)
        let (low, high) = (sorted[place], sorted[sorted.count - 1 - place])
        return answers.map { min(max($0, low), high) }
    }

    private func fit(
        _ sets: [UInt64], _ inputs: [UInt64], _ answers: [Double], _ output: Int
    ) throws -> [UInt64: Double] {
        guard !sets.isEmpty else {
            throw WrapperFailure(
                description: "output \(output) has no Fourier coefficient of \(wrapper.threshold) of its root mean square "
                    + "or more: it is not Fourier-heavy")
        }
        guard sets.count <= Self.most, sets.count * 4 <= inputs.count else {
            throw WrapperFailure(description: "\(sets.count) parities are too many for \(inputs.count) samples")
        }
        // Features of all rows, twice while they are made.
        let bytes = sets.count * inputs.count * 16
        guard bytes <= MemoryLimit.bytes else {
            throw WrapperFailure(description: "fitting \(sets.count) parities takes \(MemoryLimit.text(bytes)) of memory")
        }
        var (rows, targets, fitted) = (Array(inputs.indices), Self.clipped(answers), [Double]())
        for round in 0..<3 {
            let features = rows.flatMap { row in sets.map { Self.parity($0, inputs[row]) } }
            fitted = try RidgeFit(
                FeatureRows(features, width: sets.count), targets: targets, outputs: 1, penalty: 1e-12
            ).matrix
            guard round < 2 else { break }
            let residuals = inputs.indices.map { row in
                abs(zip(sets, fitted).reduce(answers[row]) { $0 - $1.1 * Self.parity($1.0, inputs[row]) })
            }
            let limit = residuals.sorted()[Int(Double(inputs.count) * (1 - Self.trimmed))]
            rows = inputs.indices.filter { residuals[$0] <= limit }
            targets = rows.map { answers[$0] }
        }
        return Dictionary(uniqueKeysWithValues: zip(sets, fitted))
    }
}
