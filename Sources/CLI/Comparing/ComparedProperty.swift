import Compiler
import Reports

/// What became of one property with two models.
struct ComparedProperty {
    /// Which model an input tells from the other: one breaks the property there, the other keeps it.
    struct Witness {
        let breaks: Side
        /// Of the property at that input, with the model that keeps it.
        let margin: Double
    }

    enum Side { case old, new }

    let old, new: Verdict
    /// nil where none was found.
    let witness: Witness?

    /// Each verdict says what its model does; an input that contradicts with one is evaluated with the other as well, so that what one search
    /// found and the other missed is no difference.
    init(_ old: Tried, _ new: Tried) {
        let oldMargin = new.example.flatMap { old.margin(at: $0) }
        let newMargin = old.example.flatMap { new.margin(at: $0) }
        (self.old, self.new) = (old.joined(oldMargin, new.example), new.joined(newMargin, old.example))
        witness =
            if let oldMargin, oldMargin >= 0 {
                Witness(breaks: .new, margin: oldMargin)
            } else if let newMargin,
                newMargin >= 0
            { Witness(breaks: .old, margin: newMargin) } else { nil }
    }

    var hasChanged: Bool { old.word.contradicts != new.word.contradicts }

    /// A verdict, and the trial that it is of.
    struct Tried {
        let verdict: Verdict
        let trial: Trial

        /// nil where nothing contradicts, or no single input does.
        var example: Counterexample? {
            guard verdict.word.contradicts, case .contradicted(let examples) = verdict.outcome else { return nil }
            return examples.first { $0.witness != nil }
        }

        /// nil where the input does not fit the trial.
        fileprivate func margin(at example: Counterexample) -> Double? {
            guard let point = example.witness?.point(of: trial), trial.space.contains(point) else { return nil }
            return trial.objective.margin(at: point)
        }

        /// The same, contradicted by what the other search has found where that fails here too.
        fileprivate func joined(_ margin: Double?, _ example: Counterexample?) -> Verdict {
            guard let margin, margin < 0, let example, !verdict.word.contradicts else { return verdict }
            return verdict.contradicted(by: example, "found with the other model, and it fails with this one too")
        }
    }
}
