/// The least value of a linear function over a box, where others are not negative: by the dual simplex method for bounded variables
/// (Lemke 1954; Chvátal, *Linear Programming*, 1983, chapter 10), in float64, on a dense tableau.
///
/// Nothing is proved by it: its multipliers make a bound that is found rigorously elsewhere, and its point is tried.
struct LinearProgram {
    struct Row {
        let slopes: [Double]
        let constant: Double
    }

    struct Solution {
        /// Not negative, one for each condition: the function less their sum with these weights is above its least value all over the box, but for
        /// rounding.
        var multipliers: [Double]
        /// Where the least value is attained; nil where no point meets all conditions, or where too many steps would be needed.
        var point: [Double]?
    }

    private let goal: Row
    private let lower, upper: [Double]
    /// What each basic variable is in terms of the others; variables are coordinates, then what conditions are above 0.
    private var table: [[Double]]
    private var costs: [Double]
    private var basic: [Int]
    private var others: [Int]
    private var values: [Double]
    private var ends: [Double]
    private var isAtUpper: [Bool]

    /// `conditions` are at least 0 wherever they are met.
    init(minimizing goal: Row, _ conditions: [Row], lower: [Double], upper: [Double]) {
        (self.goal, self.lower, self.upper) = (goal, lower, upper)
        table = conditions.map(\.slopes)
        costs = goal.slopes
        others = Array(lower.indices)
        basic = conditions.indices.map { lower.count + $0 }
        isAtUpper = goal.slopes.map { $0 < 0 }
        ends = lower.indices.map { goal.slopes[$0] < 0 ? upper[$0] : lower[$0] }
        let start = ends
        values = conditions.map { condition in
            zip(condition.slopes, start).reduce(condition.constant) { $0 + $1.0 * $1.1 }
        }
    }

    /// So small a step, as a share of the greatest entry of its row, is none.
    private static let least = 1e-10

    func solved() -> Solution {
        var program = self
        for _ in 0..<(50 * (basic.count + others.count + 1)) {
            guard let (row, isBelow) = program.mostViolated else { return program.solution(isWhole: true) }
            guard let column = program.entering(row, isBelow) else { return program.excluded(row, isBelow) }
            program.pivot(row, column, isBelow)
        }
        return program.solution(isWhole: false)
    }

    private func limits(_ variable: Int) -> (lower: Double, upper: Double) {
        variable < lower.count ? (lower[variable], upper[variable]) : (0, .infinity)
    }

    /// The basic variable that is furthest outside of its limits, and on which side.
    private var mostViolated: (row: Int, isBelow: Bool)? {
        var (found, greatest) = ((row: Int, isBelow: Bool)?.none, 0.0)
        for row in basic.indices {
            let (low, high) = limits(basic[row])
            let scale = 1e-9 * (1 + values[row].magnitude + table[row].reduce(0) { max($0, $1.magnitude) })
            if low - values[row] > max(greatest, scale) { (found, greatest) = ((row, true), low - values[row]) }
            if values[row] - high > max(greatest, scale) { (found, greatest) = ((row, false), values[row] - high) }
        }
        return found
    }

    /// The other variable that may move it inward, and costs least; nil where none may.
    private func entering(_ row: Int, _ isBelow: Bool) -> Int? {
        let tiny = Self.least * table[row].reduce(0) { max($0, $1.magnitude) }
        var (found, best, size) = (Int?.none, Double.infinity, 0.0)
        for column in others.indices {
            let step = isBelow ? table[row][column] : -table[row][column]
            guard isAtUpper[column] ? step < -tiny : step > tiny else { continue }
            let (low, high) = limits(others[column])
            guard low < high else { continue }
            let cost = costs[column].magnitude / step.magnitude
            if cost < best || cost == best && step.magnitude > size {
                (found, best, size) = (column, cost, step.magnitude)
            }
        }
        return found
    }

    /// A basic variable goes to the limit that it was outside of, and another one takes its place.
    private mutating func pivot(_ row: Int, _ column: Int, _ isBelow: Bool) {
        let (leaving, entering, slope) = (basic[row], others[column], table[row][column])
        let (low, high) = limits(leaving)
        let goalValue = isBelow ? low : high
        let move = (goalValue - values[row]) / slope
        for other in basic.indices where other != row { values[other] += table[other][column] * move }
        values[row] = ends[column] + move
        var own = table[row].map { -$0 / slope }
        own[column] = 1 / slope
        for other in basic.indices where other != row {
            let weight = table[other][column]
            guard weight != 0 else { continue }
            table[other][column] = 0
            for place in own.indices { table[other][place] += weight * own[place] }
        }
        let weight = costs[column]
        costs[column] = 0
        for place in own.indices { costs[place] += weight * own[place] }
        table[row] = own
        (basic[row], others[column]) = (entering, leaving)
        (ends[column], isAtUpper[column]) = (goalValue, !isBelow)
    }

    private func solution(isWhole: Bool) -> Solution {
        var multipliers = [Double](repeating: 0, count: basic.count)
        for (column, variable) in others.enumerated() where variable >= lower.count {
            multipliers[variable - lower.count] = max(costs[column], 0)
        }
        guard isWhole else { return Solution(multipliers: multipliers, point: nil) }
        var point = lower
        for (variable, value) in zip(others + basic, ends + values) where variable < lower.count {
            point[variable] = min(max(value, lower[variable]), upper[variable])
        }
        return Solution(multipliers: multipliers, point: point)
    }

    /// No point meets all conditions: a weighted sum of them says so, and as much of it is added as makes the bound positive; no
    /// more, for large multipliers are rounded, too.
    private func excluded(_ row: Int, _ isBelow: Bool) -> Solution {
        var found = solution(isWhole: false)
        let (low, high) = limits(basic[row])
        let gap = isBelow ? low - values[row] : values[row] - high
        let reach = zip(goal.slopes, zip(lower, upper)).reduce(goal.constant.magnitude + 1) {
            $0 + $1.0.magnitude * max($1.1.0.magnitude, $1.1.1.magnitude)
        }
        let bound = zip(others + basic, ends + values).reduce(goal.constant) { sum, entry in
            entry.0 < lower.count ? sum + goal.slopes[entry.0] * entry.1 : sum
        }
        let share = (2 * max(-bound, 0) + 0.1 * bound.magnitude + 1e-3 * reach) / gap
        if basic[row] >= lower.count { found.multipliers[basic[row] - lower.count] += share }
        for (column, variable) in others.enumerated() where variable >= lower.count {
            found.multipliers[variable - lower.count] += max((isBelow ? -1 : 1) * table[row][column], 0) * share
        }
        return found
    }
}
