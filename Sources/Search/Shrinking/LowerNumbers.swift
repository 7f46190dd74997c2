extension SequenceShrinker {
    /// Brings each number nearer to its simplest value, in index order.
    mutating func lowerNumbers() {
        var index = 0
        while index < choices.count, !isSpent {
            switch choices[index] {
            case .integer(let value, let range, let aim) where value != aim:
                lowerInteger(at: index, value, in: range, towards: aim)
            case .real(let value, let range, let aim) where value != aim:
                lowerReal(at: index, value, in: range, towards: aim)
            default: break
            }
            index += 1
        }
    }

    private mutating func lowerInteger(at index: Int, _ value: Int, in range: ClosedRange<Int>, towards aim: Int) {
        let distance = value.distance(from: aim)
        let few = [(UInt(0), true), (1, true), (1, false), (2, true), (2, false)].compactMap {
            step, upwards -> Proposal? in
            guard let number = aim.moved(by: step, upwards: upwards), range.contains(number) else { return nil }
            let choice = Choice.integer(number, in: range, towards: aim)
            return choice.isSimpler(than: choices[index]) ? .set([(index, choice)]) : nil
        }
        if take(few, on: choices) != nil { return }
        let didLower = descend(from: distance) { distance in
            guard let number = aim.moved(by: distance, upwards: value > aim) else { return nil }
            return .set([(index, .integer(number, in: range, towards: aim))])
        }
        if !didLower, value < aim, let mirrored = aim.moved(by: distance, upwards: true), range.contains(mirrored) {
            _ = take(.set([(index, .integer(mirrored, in: range, towards: aim))]))
        }
    }

    /// Halves the distance while that fails, then narrows it down to a few per cent, then takes the roundest number around.
    private mutating func lowerReal(at index: Int, _ value: Double, in range: ClosedRange<Double>, towards aim: Double)
    {
        let base = choices
        func proposal(_ number: Double) -> Proposal? {
            range.contains(number) ? .set([(index, .real(number, in: range, towards: aim))]) : nil
        }
        func attempt(_ number: Double) -> Bool { proposal(number).map { take($0, on: base) } ?? false }
        if attempt(aim) || attempt(aim + 1) || attempt(aim - 1) { return }
        var (low, high) = (aim, value)
        for _ in 0..<12 {
            let middle = low + (high - low) / 2
            if attempt(middle) { high = middle } else { low = middle }
        }
        for number in Rounding.candidates(near: high) where attempt(number) { return }
    }
}
