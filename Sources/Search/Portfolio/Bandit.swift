/// Shares one budget between strategies: by upper confidence bounds on what each gained lately, every third turn by rota.
///
/// Source: discounted UCB, Garivier and Moulines, "On upper-confidence bound policies for switching bandit problems", ALT
/// 2011. What a job earns is between 0 and 1: half for a better margin than ever, half for its rank among recent jobs.
struct Bandit {
    private var plays: [Double]
    private var rewards: [Double]
    private var recent: [Double] = []
    private var turn = 0
    private var rota = 0

    init(arms: Int) {
        plays = Array(repeating: 0, count: arms)
        rewards = plays
    }

    /// The next arm among those that are open; nil where none is.
    mutating func choose(among isOpen: [Bool]) -> Int? {
        guard let first = isOpen.firstIndex(of: true) else { return nil }
        turn += 1
        let arm = turn % 3 == 0 ? nextInRota(isOpen) ?? first : promising(isOpen, first)
        plays[arm] += 1
        return arm
    }

    /// Pays an arm for one of the times it was chosen; until then that one counts as worth nothing.
    mutating func pay(_ arm: Int, margin: Double, isRecord: Bool) {
        let worse = recent.reduce(0.0) { $0 + ($1 > margin ? 1 : $1 == margin ? 0.5 : 0) }
        let rank = recent.isEmpty ? 0.5 : worse / Double(recent.count)
        rewards[arm] += 0.5 * rank + (isRecord ? 0.5 : 0)
        recent.append(margin)
        if recent.count > 32 { recent.removeFirst() }
        for arm in plays.indices {
            plays[arm] *= 0.995
            rewards[arm] *= 0.995
        }
    }

    private mutating func nextInRota(_ isOpen: [Bool]) -> Int? {
        for _ in isOpen {
            rota = (rota + 1) % isOpen.count
            if isOpen[rota] { return rota }
        }
        return nil
    }

    private func promising(_ isOpen: [Bool], _ first: Int) -> Int {
        let total = plays.reduce(1, +)
        func score(_ arm: Int) -> Double {
            plays[arm] == 0 ? .infinity : rewards[arm] / plays[arm] + 0.6 * (Self.bits(total) / plays[arm]).squareRoot()
        }
        return isOpen.indices.filter { isOpen[$0] }.max { score($0) < score($1) } ?? first
    }

    /// Roughly the binary logarithm: the same on every machine.
    private static func bits(_ value: Double) -> Double { Double(value.exponent) + value.significand - 1 }
}
