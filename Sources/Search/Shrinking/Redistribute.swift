extension SequenceShrinker {
    /// Takes from a number what it gives to a later one, as far as that one has room, so that their sum stays.
    mutating func redistribute() {
        let integers = choices.indices.filter { index in
            if case .integer = choices[index] { true } else { false }
        }
        for (place, first) in integers.enumerated() where !isSpent {
            for second in integers[(place + 1)...].prefix(2) { move(from: first, to: second) }
        }
    }

    private mutating func move(from first: Int, to second: Int) {
        guard second < choices.count, !choices[first].isSimplest, !choices[second].isSimplest,
            case .integer(let giver, let range, let aim) = choices[first],
            case .integer(let taker, let other, let otherAim) = choices[second]
        else { return }
        let (distance, rises) = (giver.distance(from: aim), giver > aim)
        func proposal(_ left: UInt) -> Proposal? {
            guard let reduced = aim.moved(by: left, upwards: rises) else { return nil }
            let raised = taker.moved(by: distance - left, upwards: rises) ?? (rises ? .max : .min)
            return .set([
                (first, .integer(reduced, in: range, towards: aim)),
                (second, .integer(min(max(raised, other.lowerBound), other.upperBound), in: other, towards: otherAim)),
            ])
        }
        let base = choices
        let most = [0, 1].filter { $0 < distance }.compactMap(proposal)
        guard take(most, on: base) == nil, let least = proposal(distance - 1), take(least, on: base) else { return }
        _ = descend(from: distance - 1, proposal)
    }
}
