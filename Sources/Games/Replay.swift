import Attackers
import Recipes
import Statistics
import Tensors
import Training

/// Tries what an auditor found, whatever it says itself.
protocol Replaying {
    /// How often a finding does what it says; nil where that cannot be tried.
    func rate(of finding: Answer.Finding) throws -> Rate?
    /// What prompts for targets are worth; nil where there are no targets.
    func figures(of answer: Answer?, seed: UInt64) throws -> TextJudge.Figures?
}

/// On rows that the auditor never saw.
struct Replay: Replaying {
    private let run: TrainingRun
    private let examples: Examples
    private let labels: [Int32]
    private let classes: Int
    private let type: TensorType
    /// A row's shape, and the least and greatest number of all rows: what a trigger makes is brought between them. nil where rows
    /// are any numbers.
    private let shape: [Int]
    private let range: ClosedRange<Double>?

    init(_ run: TrainingRun, _ examples: Examples, isBounded: Bool) throws {
        guard case .classes(let labels, let classes) = examples.target else {
            throw GameError("rows without classes cannot be replayed")
        }
        (self.run, self.examples, self.labels, self.classes) = (run, examples, labels, classes)
        type = examples.inputs[0].type
        shape = Array(type.shape.dimensions.dropFirst())
        let numbers = examples.inputs[0].doubles
        range = isBounded ? (numbers.min() ?? 0)...(numbers.max() ?? 0) : nil
    }

    /// Of the rows that the finding speaks of, those whose class it changes as it says: to the target, where it names one.
    ///
    /// nil where there is no trigger, or one that does not fit the rows: of another shape, a mask beyond 0 to 1, classes that
    /// there are not.
    func rate(of finding: Answer.Finding) throws -> Rate? {
        guard let trigger = finding.trigger, trigger.shape == shape, let parts = trigger.parts,
            parts.mask.allSatisfy({ (0...1).contains($0) }),
            (parts.pattern + parts.change).allSatisfy(\.isFinite)
        else { return nil }
        for named in [finding.target, finding.source].compactMap(\.self) where !(0..<classes).contains(named) {
            return nil
        }
        let rows = labels.indices.filter { row in
            finding.source.map { Int(labels[row]) == $0 } ?? true && finding.target != Int(labels[row])
        }
        guard !rows.isEmpty else { return Rate(successes: 0, count: 0) }
        let wanted = rows.map { row in finding.target.map { Int32($0) } ?? labels[row] }
        let triggered = try Examples(
            inputs: [
                try Tensor(TensorType(type.element, Shape([rows.count] + shape)), rounding: apply(parts, to: rows))
            ],
            target: .classes(wanted, count: classes))
        let same = try run.trainer.score(triggered).correct ?? 0
        return Rate(successes: finding.target == nil ? rows.count - same : same, count: rows.count)
    }

    func figures(of answer: Answer?, seed: UInt64) -> TextJudge.Figures? { nil }

    private func apply(_ trigger: (mask: [Double], pattern: [Double], change: [Double]), to rows: [Int]) -> [Double] {
        let (numbers, size) = (examples.inputs[0].doubles, trigger.mask.count)
        return rows.flatMap { row in
            (0..<size).map { place in
                let (mask, own) = (trigger.mask[place], numbers[row * size + place])
                let changed = (1 - mask) * own + mask * trigger.pattern[place] + trigger.change[place]
                return range.map { min(max(changed, $0.lowerBound), $0.upperBound) } ?? changed
            }
        }
    }
}
