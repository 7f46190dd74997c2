extension SequenceShrinker {
    /// Shrinks each tensor among the choices, the others kept, as changes of its reference.
    mutating func shrinkTensors() {
        for index in choices.indices where !isSpent {
            guard index < choices.count, case .tensor(let edits, let sites) = choices[index], edits.count > 0 else {
                continue
            }
            let base = choices
            let oracle = TensorChoice(property: property, base: base, index: index, sites: sites)
            var shrinker = PointShrinker(
                oracle, from: edits, verdict: best.verdict,
                budget: ShrinkBudget(evaluations: remainingEvaluations, isExpired: { [budget] in budget.isExpired() }))
            let minimality = shrinker.shrink()
            charge(evaluations: shrinker.evaluations, rounds: shrinker.rounds, minimality)
            _ = take(.set([(index, .tensor(shrinker.best, on: sites))]), on: base)
        }
    }
}

/// The oracle of one tensor in a sequence of choices.
private struct TensorChoice<Value>: PointOracle {
    let property: Property<Value>
    let base: [Choice]
    let index: Int
    let sites: Sites
    var width: Int { property.width }
    var meanings: [KeyMeaning] { [] }

    func judge(_ count: Int, _ edits: (Int) -> Edits) -> [Judgement] {
        var verdicts = [Judgement](repeating: Judgement(fails: false), count: count)
        var values: [Value] = []
        var places: [Int] = []
        for number in 0..<count {
            let proposal = Proposal.set([(index, .tensor(edits(number), on: sites))])
            guard let (_, value) = property.replay(proposal.script(on: base)) else { continue }
            values.append(value)
            places.append(number)
        }
        for (place, verdict) in zip(places, property.judge(values)) { verdicts[place] = verdict }
        return verdicts
    }

    func gradient(at edits: Edits) -> [Double]? { nil }
}
