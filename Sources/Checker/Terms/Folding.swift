import Diagnostics
import Glibc
import Tensors

/// Arithmetic on what is known already. Results are exactly those of running the term.
extension Term {
    /// `kind` as a term, or its value where all operands are constants and the result is small.
    static func folded(_ kind: Kind, _ type: SayType, at span: Span) -> Term {
        let term = Term(kind, type, at: span)
        let limit = if case .stack = kind { Bounds.writing } else { Bounds.folding }
        guard let dimensions = type.dimensions, dimensions.reduce(1, { $0 * $1.size }) <= limit,
            let values = term.value(dimensions.map(\.size))
        else { return term }
        return Term(.constant(values), type, at: span)
    }

    private func value(_ sizes: [Int]) -> [Double]? {
        switch kind {
        case .arithmetic(let operation, let a, let b): elementwise([a, b], sizes) { operation.apply($0[0], $0[1]) }
        case .compare(let comparison, let a, let b):
            elementwise([a, b], sizes) { comparison.holds($0[0], $0[1]) ? 1 : 0 }
        case .and(let terms): elementwise(terms, sizes) { $0.allSatisfy { $0 != 0 } ? 1 : 0 }
        case .or(let terms): elementwise(terms, sizes) { $0.contains { $0 != 0 } ? 1 : 0 }
        case .not(let term): elementwise([term], sizes) { $0[0] == 0 ? 1 : 0 }
        case .implies(let a, let b): elementwise([a, b], sizes) { $0[0] == 0 || $0[1] != 0 ? 1 : 0 }
        case .select(let c, let a, let b): elementwise([c, a, b], sizes) { $0[0] != 0 ? $0[1] : $0[2] }
        case .stack(let terms): joined(terms, before: 1)
        case .concat(let terms, let axis): joined(terms, before: sizes[..<axis].reduce(1, *))
        case .listed(let listed): listed.value.map { [$0] }
        case .index(let base, let entries): base.entries(at: entries)
        case .apply(let function, let arguments): fold(function, arguments, sizes)
        default: nil
        }
    }

    private func fold(_ function: Function, _ arguments: [Term], _ sizes: [Int]) -> [Double]? {
        switch function {
        case .clamp: return elementwise(arguments, sizes) { Swift.min(Swift.max($0[0], $0[1]), $0[2]) }
        case .min: return elementwise(arguments, sizes) { $0.min() ?? 0 }
        case .max: return elementwise(arguments, sizes) { $0.max() ?? 0 }
        case .convert: return type.element == .int && arguments[0].type.element == .real ? nil : arguments[0].constants
        case .sum(let axis): return arguments[0].reduced(along: axis) { $0.reduce(0, +) }
        case .mean(let axis): return arguments[0].reduced(along: axis) { $0.reduce(0, +) / Double($0.count) }
        case .least(let axis): return arguments[0].reduced(along: axis) { $0.reduce(.infinity, least) }
        case .greatest(let axis): return arguments[0].reduced(along: axis) { -$0.map { -$0 }.reduce(.infinity, least) }
        case .quantile(let share, let axis): return arguments[0].reduced(along: axis) { Quantile.value(share, of: $0) }
        case .sort(let order, let axis):
            return arguments[0].reordered(along: axis) { line in order.places(of: line).map { line[$0] } }
        case .argsort(let axis):
            return arguments[0].reordered(along: axis) { SortOrder.ascending.places(of: $0).map(Double.init) }
        default:
            guard let apply = function.scalarFunction else { return nil }
            return elementwise(arguments, sizes) { apply($0[0]) }
        }
    }

    /// Side by side, for each of the places before the dimension along which they are joined.
    private func joined(_ terms: [Term], before places: Int) -> [Double]? {
        let parts = terms.compactMap(\.constants)
        guard parts.count == terms.count else { return nil }
        return (0..<places).flatMap { place in
            parts.flatMap { part in
                part[(place * part.count / places)..<((place + 1) * part.count / places)]
            }
        }
    }

    /// A number for each line along a dimension, or for all.
    private func reduced(along axis: Int?, _ function: ([Double]) -> Double) -> [Double]? {
        guard let values = constants, let lines = lines(along: axis) else { return nil }
        return lines.map { function($0.map { values[$0] }) }
    }

    /// As many numbers for each line along a dimension, in its place.
    private func reordered(along axis: Int, _ function: ([Double]) -> [Double]) -> [Double]? {
        guard var values = constants, let lines = lines(along: axis) else { return nil }
        for line in lines {
            for (place, value) in zip(line, function(line.map { values[$0] })) { values[place] = value }
        }
        return values
    }

    /// The places of the elements of each line along a dimension, or of all.
    private func lines(along axis: Int?) -> [[Int]]? {
        guard case .tensor(let tensor) = type else { return nil }
        guard let axis else { return [Array(0..<tensor.count)] }
        let (size, inner) = (tensor.sizes[axis], tensor.sizes[(axis + 1)...].reduce(1, *))
        return (0..<(tensor.count / size)).map { line in
            (0..<size).map { (line / inner * size + $0) * inner + line % inner }
        }
    }

    /// Applies `function` to the operands' elements that meet by broadcasting; nil where an operand is not constant.
    private func elementwise(_ operands: [Term], _ sizes: [Int], _ function: ([Double]) -> Double) -> [Double]? {
        var values: [[Double]] = []
        for operand in operands {
            guard let constants = operand.constants, let own = operand.type.dimensions else { return nil }
            values.append(broadcast(constants, from: own.map(\.size), to: sizes))
        }
        return (0..<sizes.reduce(1, *)).map { index in function(values.map { $0[index] }) }
    }

    private func entries(at entries: [IndexEntry]) -> [Double]? {
        guard let values = constants, let dimensions = type.dimensions else { return nil }
        var ranges: [Range<Int>] = []
        for (entry, dimension) in zip(entries, dimensions) {
            switch entry {
            case .slice(let range): ranges.append(range)
            case .at(let term):
                guard let value = term.constant.flatMap(Int.init(exactly:)), (0..<dimension.size).contains(value)
                else { return nil }
                ranges.append(value..<value + 1)
            }
        }
        ranges += dimensions.dropFirst(entries.count).map { 0..<$0.size }
        return part(values, of: dimensions.map(\.size), ranges)
    }

    private func part(_ values: [Double], of sizes: [Int], _ ranges: [Range<Int>]) -> [Double] {
        var offsets = [0]
        for (size, range) in zip(sizes, ranges) {
            offsets = offsets.flatMap { offset in range.map { offset * size + $0 } }
        }
        return offsets.map { values[$0] }
    }
}

extension Term.Listed {
    /// What it comes to where every entry is known.
    fileprivate var value: Double? {
        var values: [Double] = []
        for entry in entries {
            guard entry.condition == nil, let value = entry.value.constant else { return nil }
            values.append(value)
        }
        let total = values.reduce(0, +)
        return switch kind {
        case .rate, .mean: values.isEmpty ? nil : total / Double(values.count)
        case .sum: total
        case .all: values.contains(0) ? 0 : 1
        case .any: values.contains { $0 != 0 } ? 1 : 0
        case .least: values.min()
        case .greatest: values.max()
        case .stacked: nil
        }
    }
}

/// NaN, once met, stays.
private func least(_ a: Double, _ b: Double) -> Double { a.isNaN || !(b < a || b.isNaN) ? a : b }

/// Values of one shape repeated to fill another that it broadcasts to.
private func broadcast(_ values: [Double], from own: [Int], to sizes: [Int]) -> [Double] {
    if values.count == 1 { return [Double](repeating: values[0], count: sizes.reduce(1, *)) }
    if own == sizes { return values }
    var offsets = [0]
    let missing = sizes.count - own.count
    for (axis, size) in sizes.enumerated() {
        let stretch = axis < missing ? 1 : own[axis - missing]
        offsets = offsets.flatMap { offset in
            (0..<size).map { axis < missing ? offset : offset * stretch + (stretch == 1 ? 0 : $0) }
        }
    }
    return offsets.map { values[$0] }
}

extension Term.Arithmetic {
    func apply(_ a: Double, _ b: Double) -> Double {
        switch self {
        case .add: a + b
        case .subtract: a - b
        case .multiply: a * b
        case .divide: a / b
        case .power: pow(a, b)
        case .remainder: a - b * (a / b).rounded(.down)
        }
    }
}

extension Term.Comparison {
    func holds(_ a: Double, _ b: Double) -> Bool {
        switch self {
        case .less: a < b
        case .lessOrEqual: a <= b
        case .greater: a > b
        case .greaterOrEqual: a >= b
        case .equal: a == b
        case .notEqual: a != b
        }
    }
}

extension Term.Function {
    fileprivate var scalarFunction: ((Double) -> Double)? {
        switch self {
        case .negate: { -$0 }
        case .abs: { $0.magnitude }
        case .exp: { Glibc.exp($0) }
        case .log: { Glibc.log($0) }
        case .sqrt: { $0.squareRoot() }
        case .sin: { Glibc.sin($0) }
        case .cos: { Glibc.cos($0) }
        case .floor: { $0.rounded(.down) }
        case .ceil: { $0.rounded(.up) }
        case .round: { $0.rounded(.toNearestOrEven) }
        case .sign: { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 }
        default: nil
        }
    }
}
