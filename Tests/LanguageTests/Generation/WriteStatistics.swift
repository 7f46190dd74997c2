/// Statistics, orders and classes.
extension Writer {
    /// A whole number of what is exact up to rounding: a constant keeps it away from halves.
    mutating func inexact(_ depth: Int) -> String {
        note("rounded")
        return "round(\(chance.pick(["2", "4"])) * \(irrational(depth)) + 0.1234567)"
    }

    private mutating func irrational(_ depth: Int) -> String {
        let count = chance.among(2...3)
        func vector() -> String { expression(.vector(count), depth - 1) }
        switch chance.below(12) {
        case 0, 1: return "\(chance.pick(["std", "variance", "l2"]))(\(vector()))"
        case 2: return "\(chance.pick(["cosine", "correlation"]))(\(vector()), \(vector()))"
        case 3: return "norm(\(vector()), \(chance.pick(["1", "2", "3", "1.5"])))"
        case 4: return "\(chance.pick(["tanh", "sigmoid", "sin", "cos"]))(\(expression(.real, depth - 1)))"
        case 5: return "sqrt(abs(\(expression(.real, depth - 1))))"
        case 6: return "\(chance.pick(["softmax", "log_softmax"]))(\(vector()))[\(chance.below(count))]"
        case 7: return "cross_entropy(\(vector()), clamp(\(expression(.int, depth - 1)), 0, \(count - 1)))"
        case 8: return "kl(softmax(\(vector())), softmax(\(vector())))"
        case 9: return "pow(\(expression(.int, depth - 1)), \(chance.pick(["2", "3"])))"
        case 10: return "log(1 + exp(clamp(\(expression(.real, depth - 1)), -3, 3)))"
        default:
            guard let (binders, body) = under(depth, isFixed: true, { $0.expression(.int, depth - 1) }) else {
                return "std(\(vector()))"
            }
            return "\(chance.pick(["std", "variance"]))(\(binders) : \(body))"
        }
    }

    /// A median or another quantile, which are exact for Ints; a share of rows.
    mutating func middle(_ depth: Int) -> String {
        note("median or quantile")
        let share = chance.pick(["0", "0.25", "0.5", "1"])
        switch chance.below(4) {
        case 0: return "median(\(expression(.vector(chance.among(2...3)), depth - 1)))"
        case 1: return "quantile(\(expression(.vector(chance.among(2...3)), depth - 1)), \(share))"
        case 2:
            note("accuracy")
            return "accuracy(\(matrix(2, 2, depth)), \(expression(.vector(2), depth - 1)))"
        default:
            guard let (binders, body) = under(depth, isFixed: true, { $0.expression(.int, depth - 1) }) else {
                return "median(\(expression(.vector(3), depth - 1)))"
            }
            return chance.happens(50) ? "median(\(binders) : \(body))" : "quantile(\(binders) : \(body), \(share))"
        }
    }

    /// An entry of a matrix, or what is counted in one.
    mutating func place(_ depth: Int) -> String {
        note("matrix")
        let (row, column) = (chance.below(2), chance.below(2))
        switch chance.below(4) {
        case 0:
            note("confusion")
            let pair = (expression(.vector(3), depth - 1), expression(.vector(3), depth - 1))
            return "confusion(\(pair.0), \(pair.1), n: 2)[\(row), \(column)]"
        case 1: return "sum(\(matrix(2, 2, depth)))"
        case 2: return "(\(matrix(2, 3, depth)))[\(row)][\(column)]"
        default: return "(\(matrix(2, 2, depth)))[\(row), \(column)]"
        }
    }

    /// A vector of Ints that has to do with an order, or with classes.
    mutating func ordered(_ count: Int, _ depth: Int) -> String {
        note("order")
        func vector(_ count: Int) -> String { expression(.vector(count), depth - 1) }
        switch chance.below(11) {
        case 0: return "sort(\(vector(count)))"
        case 1: return "argsort(\(vector(count)))"
        case 2: return "top_k(\(vector(count + 1)), \(count))"
        case 3: return "cumsum(\(vector(count)))"
        case 4: return "diff(\(vector(count + 1)))"
        case 5:
            note("histogram")
            return "histogram(\(vector(3)), [\(list((0...count).map { 2 * $0 - 1 }))])"
        case 6:
            note("one_hot")
            return "one_hot(\(expression(.int, depth - 1)), n: \(count))"
        case 7: return "diag(\(matrix(count, count, depth)))"
        case 8: return "(\(matrix(2, count, depth)))[\(chance.below(2))]"
        case 9: return "\(chance.pick(["sum", "max"]))(\(matrix(2, count, depth)), axis: 0)"
        default: return "flatten(\(matrix(1, count, depth)))"
        }
    }

    func list(_ numbers: some Sequence<Int>) -> String { numbers.map(String.init).joined(separator: ", ") }

    /// A matrix of Ints.
    mutating func matrix(_ rows: Int, _ columns: Int, _ depth: Int) -> String {
        let vectors = (0..<rows).map { _ in expression(.vector(columns), depth - 1) }
        let written = "[\(vectors.joined(separator: ", "))]"
        guard depth > 1 else { return written }
        switch chance.below(8) {
        case 0: return "outer(\(expression(.vector(rows), depth - 1)), \(vectors[0]))"
        case 1 where rows == columns: return "diag(\(vectors[0]))"
        case 2: return "transpose(\(matrix(columns, rows, depth - 1)))"
        case 3: return "int(matmul(\(matrix(rows, 2, depth - 1)), \(matrix(2, columns, depth - 1))))"
        case 4: return "\(chance.pick(["sort", "cumsum"]))(\(written), axis: \(chance.below(2)))"
        case 5: return "stack(\(vectors.joined(separator: ", ")))"
        default: return written
        }
    }
}
