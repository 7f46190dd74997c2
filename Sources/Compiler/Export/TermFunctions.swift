import Checker
import Diagnostics
import VNNLIB

/// The functions of the language that VNN-LIB has words for.
extension TermReader {
    func apply(_ function: Term.Function, _ terms: [Term], _ term: Term) throws(Diagnostic) -> Meaning {
        switch function {
        case .every: return .truths([.conjunction(try truths(terms[0]))])
        case .some: return .truths([.disjunction(try truths(terms[0]))])
        case .argmax: return .choice(Self.choice(try numbers(terms[0])))
        case .argmin: return .choice(Self.choice(try numbers(terms[0]).map { $0.scaled(by: -1) }))
        case .convert:
            guard case .numbers(let numbers) = try read(terms[0]), !term.type.isWhole || terms[0].type.isWhole else {
                break
            }
            return .numbers(numbers)
        case .negate: return .numbers(try numbers(terms[0]).map { $0.scaled(by: -1) })
        case .abs: return .numbers(try numbers(terms[0]).map { Self.magnitude($0) })
        case .relu: return .numbers(try numbers(terms[0]).map { .greatest([$0, Quantity(0)]) })
        case .min, .max, .clamp: return .numbers(try extremes(function, terms, term))
        case .l1, .linf: return .numbers([try reduced(function, try numbers(terms[0]), term)])
        case .sum(let axis), .mean(let axis), .least(let axis), .greatest(let axis):
            return .numbers(
                try Self.lines(try numbers(terms[0]), terms[0].type.shape ?? [], along: axis).map {
                    (line) throws(Diagnostic) in try reduced(function, line, term)
                })
        case .matmul: return .numbers(try product(terms[0], terms[1], term))
        default: break
        }
        throw .inexpressible(function.words, at: term.span)
    }

    /// For each index the condition that it is the first of the largest.
    private static func choice(_ numbers: [Quantity]) -> [Formula] {
        numbers.indices.map { index in
            .conjunction(
                numbers.indices.filter { $0 != index }.map { other in
                    numbers[other].compared(other < index ? .less : .atMost, numbers[index])
                })
        }
    }

    private static func magnitude(_ value: Quantity) -> Quantity { .greatest([value, value.scaled(by: -1)]) }

    private func extremes(_ function: Term.Function, _ terms: [Term], _ term: Term) throws(Diagnostic) -> [Quantity] {
        let shape = term.type.shape ?? []
        var columns: [[Quantity]] = []
        for part in terms {
            let numbers = try numbers(part)
            let places = Places(part.type.shape ?? [], in: shape)
            columns.append((0..<shape.reduce(1, *)).map { numbers[places[$0]] })
        }
        return columns[0].indices.map { place in
            let values = columns.map { $0[place] }
            return switch function {
            case .min: .least(values)
            case .max: .greatest(values)
            default: .least([.greatest([values[0], values[1]]), values[2]])
            }
        }
    }

    private func reduced(
        _ function: Term.Function, _ numbers: [Quantity], _ term: Term
    ) throws(Diagnostic) -> Quantity {
        let sum: Quantity?
        switch function {
        case .least: return .least(numbers)
        case .greatest: return .greatest(numbers)
        case .linf: return .greatest(numbers.map { Self.magnitude($0) })
        case .l1: sum = .sum(numbers.map { Self.magnitude($0) })
        case .mean: sum = Quantity.sum(numbers).map { $0.scaled(by: 1 / Double(numbers.count)) }
        default: sum = .sum(numbers)
        }
        guard let sum else { throw .inexpressible(function.words, at: term.span) }
        return sum
    }

    /// What is reduced to each element of a result: all, or what lies along one axis.
    private static func lines(_ numbers: [Quantity], _ shape: [Int], along axis: Int?) -> [[Quantity]] {
        guard let axis else { return [numbers] }
        let (size, inner) = (shape[axis], shape[(axis + 1)...].reduce(1, *))
        return (0..<(numbers.count / max(1, size))).map { place in
            let first = place / inner * size * inner + place % inner
            return (0..<size).map { numbers[first + $0 * inner] }
        }
    }

    private func product(_ a: Term, _ b: Term, _ term: Term) throws(Diagnostic) -> [Quantity] {
        guard let left = a.type.shape, let right = b.type.shape, left.count <= 2, right.count <= 2,
            let inner = left.last, let depth = right.first, inner == depth
        else { throw .inexpressible("a product of stacks of matrices", at: term.span) }
        let (x, y) = (try numbers(a), try numbers(b))
        let (rows, columns) = (left.count == 2 ? left[0] : 1, right.count == 2 ? right[1] : 1)
        guard rows * columns * inner <= 1 << 20 else { throw .inexpressible("so large a product", at: term.span) }
        var result: [Quantity] = []
        for row in 0..<rows {
            for column in 0..<columns {
                let parts = (0..<inner).map { Quantity.product(x[row * inner + $0], y[$0 * columns + column]) }
                guard let sum = Quantity.sum(parts.compactMap(\.self)), !parts.contains(where: { $0 == nil }) else {
                    throw .inexpressible("this product", at: term.span)
                }
                result.append(sum)
            }
        }
        return result
    }
}

extension Term.Function {
    fileprivate var words: String {
        switch self {
        case .l1, .sum, .mean: "a sum of so many alternatives"
        case .convert: "this number made of a condition, an index or a real number"
        default: "`\("\(self)".prefix { $0 != "(" })`"
        }
    }
}
