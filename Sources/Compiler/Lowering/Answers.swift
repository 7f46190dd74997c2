import Checker
import Diagnostics
import Tensors

/// `argmax(y) == c` keeps a margin that follows the scores, which the number `argmax(y)` alone would not.
extension Lowering {
    /// nil where neither side is an argmax or argmin of a vector.
    func answerEquality(
        _ a: Term, _ b: Term, _ polarity: Polarity, _ term: Term
    ) throws(Diagnostic) -> Value? {
        switch (scores(a), scores(b)) {
        case (let first?, let second?) where first.size == second.size && first.size <= 64:
            return try sameAnswer(first, second, polarity, term)
        case (let first?, _) where b.type.shape == []: return try answer(first, is: numbers(b), polarity, term)
        case (nil, let second?) where a.type.shape == []: return try answer(second, is: numbers(a), polarity, term)
        default: return nil
        }
    }

    private struct Scores {
        let extremum: ArgExtremum.Kind
        let vector: Term
        let size: Int
    }

    private func scores(_ term: Term) -> Scores? {
        switch term.kind {
        case .binding(let binding): return scores(binding.term)
        case .apply(let function, let arguments) where function == .argmax || function == .argmin:
            guard let vector = arguments.first, let shape = vector.type.shape, shape.count == 1 else { return nil }
            return Scores(extremum: function == .argmax ? .max : .min, vector: vector, size: shape[0])
        default: return nil
        }
    }

    private func answer(
        _ scores: Scores, is answer: Value, _ polarity: Polarity, _ term: Term
    ) throws(Diagnostic) -> Value {
        let index = try add(Cast(to: .int64), [answer], for: term)
        let form: ArgIs.Polarity = polarity == .positive ? .positive : .negative
        return try add(ArgIs(scores.extremum, form), [numbers(scores.vector), index], for: term)
    }

    /// The same: some class is the answer of both. Different: every class is not the answer of one of them.
    private func sameAnswer(
        _ a: Scores, _ b: Scores, _ polarity: Polarity, _ term: Term
    ) throws(Diagnostic) -> Value {
        var result: Value?
        for index in 0..<a.size {
            let index = number(Double(index))
            let (first, second) = (
                try answer(a, is: index, polarity, term), try answer(b, is: index, polarity, term)
            )
            let both = polarity == .positive ? try least(first, second, term) : try greatest(first, second, term)
            guard let sofar = result else {
                result = both
                continue
            }
            result = polarity == .positive ? try greatest(sofar, both, term) : try least(sofar, both, term)
        }
        return result ?? number(-.infinity)
    }
}
