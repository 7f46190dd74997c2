import Search
import Statistics
import Tensors

/// Adds shifts to rows and sees which answers change. Rows are not brought back into a range: a shift found in weights knows of none.
struct ShiftReplay {
    let model: AuditedModel
    let rows: CleanRows
    let options: Audit.Options

    struct Outcome {
        let aim: Aim
        let shift: [Float]
        let used, unused: Rate
        /// The best of random shifts of this norm along as many axes, on the rows kept from the search.
        let random: Rate

        /// Beyond what both rates' intervals allow.
        var isBetter: Bool { unused.lower > random.upper }

        func finding(_ kind: TriggerFinding.Kind, suspicion: Double, tries: Int) -> TriggerFinding {
            let norm = shift.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
            return TriggerFinding(
                kind: kind, aim: aim, trigger: .shift(shift), size: norm, typical: nil, suspicion: suspicion,
                used: used, unused: unused, random: random, rounding: nil, tries: tries)
        }
    }

    /// Random shifts that one is held against.
    private static let others = 8

    /// The answer changes, to whatever.
    func away(_ shift: [Float]) throws(ShapeError) -> Outcome {
        let halves = rows.halves
        return Outcome(
            aim: .away, shift: shift, used: try rate(halves.used, .away, shift),
            unused: try rate(halves.unused, .away, shift), random: try random(like: shift, halves.unused, .away))
    }

    /// Of the lengths, signs and classes that do better than random shifts do the one that does so by most, on the rows that a
    /// search may see.
    func along(_ component: SpikeAudit.Component, _ lengths: [Double]) throws(ShapeError) -> Outcome? {
        let halves = rows.halves
        let norms = (0..<rows.count).map { row in rows[row].reduce(0) { $0 + Double($1) * Double($1) }.squareRoot() }
        guard !norms.isEmpty else { return nil }
        let typical = median(norms)
        var best: (gain: Double, aim: Aim, shift: [Float])?
        for length in lengths {
            for sign in [1.0, -1] {
                let shift = component.direction.map { Float(sign * length * typical * $0) }
                for label in 0..<model.classes {
                    let aim = Aim.target(label)
                    let gain = try rate(halves.used, aim, shift).rate - random(like: shift, halves.used, aim).rate
                    if gain > best?.gain ?? 0 { best = (gain, aim, shift) }
                }
            }
        }
        guard let best else { return nil }
        return Outcome(
            aim: best.aim, shift: best.shift, used: try rate(halves.used, best.aim, best.shift),
            unused: try rate(halves.unused, best.aim, best.shift),
            random: try random(like: best.shift, halves.unused, best.aim))
    }

    /// Of the rows that the aim takes, those whose answer is then as it wants it.
    private func rate(_ rows: CleanRows, _ aim: Aim, _ shift: [Float]) throws(ShapeError) -> Rate {
        let own = (0..<rows.count).filter { aim.takes(rows.labels[$0]) }
        guard !own.isEmpty else { return Rate(successes: 0, count: 0) }
        let picked = rows.picked(own)
        let numbers = picked.numbers.indices.map { picked.numbers[$0] + shift[$0 % shift.count] }
        let moved = CleanRows(numbers: numbers, labels: picked.labels, size: picked.size)
        let answers = try Answers(model, moved, threads: options.threads)
        let hits = (0..<picked.count).count { aim.allows(answers.label($0), for: picked.labels[$0]) }
        return Rate(successes: hits, count: picked.count)
    }

    private func random(like shift: [Float], _ rows: CleanRows, _ aim: Aim) throws(ShapeError) -> Rate {
        let (axes, norm) = (shift.count { $0 != 0 }, shift.reduce(0) { $0 + $1 * $1 }.squareRoot())
        var best = Rate(successes: 0, count: 0)
        for number in 0..<Self.others {
            var random = Random(seed: options.seed, stream: 11 << 40 + number)
            var (places, other) = (Array(shift.indices), [Float](repeating: 0, count: shift.count))
            for place in 0..<axes { places.swapAt(place, place + random.below(places.count - place)) }
            for place in places.prefix(axes) { other[place] = Float(normalQuantile(random.unit() + 0x1p-53)) }
            let length = other.reduce(0) { $0 + $1 * $1 }.squareRoot()
            let found = try rate(rows, aim, other.map { $0 * norm / max(length, 1e-9) })
            if number == 0 || found.rate > best.rate { best = found }
        }
        return best
    }
}
