import Checker
import Diagnostics
import VNNLIB

/// Reads a property's terms as polynomials and conditions over its variables and its models' answers.
///
/// Tensors are taken apart into elements; a quotient becomes a product with the rounded reciprocal. Throws, at the term,
/// what VNN-LIB has no words for.
final class TermReader {
    /// Elements in all that is read of one term.
    private static let elementLimit = 1 << 20

    /// A model call: what its inputs are, and where its answers begin.
    struct Call {
        let model: Int
        let inputs: [[Quantity]]
        /// Index of the first variable of each named inner tensor, and of each output.
        let inner: [Int]
        let outputs: [Int]
        let span: Span
    }

    private let spec: CheckedSpec
    private var variables: [Int: Meaning] = [:]
    private var known: [ObjectIdentifier: Meaning] = [:]
    private(set) var calls: [Call] = []
    private var sites: [Int: Int] = [:]
    private(set) var answerCount = 0

    init(_ spec: CheckedSpec) { self.spec = spec }

    func bind(_ id: Int, to meaning: Meaning) { variables[id] = meaning }

    func truth(_ term: Term) throws(Diagnostic) -> Formula {
        .conjunction(try truths(term))
    }

    func read(_ term: Term) throws(Diagnostic) -> Meaning {
        if let meaning = known[ObjectIdentifier(term)] { return meaning }
        let meaning = try readAnew(term)
        known[ObjectIdentifier(term)] = meaning
        return meaning
    }

    private func readAnew(_ term: Term) throws(Diagnostic) -> Meaning {
        switch term.kind {
        case .quantified, .drawn, .place, .row, .loop: throw .inexpressible("this", at: term.span)
        case .variable(let id):
            guard let meaning = variables[id] else { throw .inexpressible("what ranges over data", at: term.span) }
            return meaning
        case .binding(let binding): return try read(binding.term)
        case .constant(let values): return constant(values, term.type)
        case .field(let record, let index):
            guard case .record(let fields) = try read(record), fields.indices.contains(index) else {
                throw .inexpressible("the columns of a table", at: term.span)
            }
            return fields[index]
        case .record(let terms): return .record(try terms.map { (term) throws(Diagnostic) in try read(term) })
        case .call(let model, let site, let inputs, let port):
            return .numbers(try answer(model, site, inputs, port, term))
        case .arithmetic(let operation, let a, let b): return .numbers(try arithmetic(operation, a, b, term))
        case .compare(let comparison, let a, let b): return .truths(try compare(comparison, a, b, term))
        case .and(let terms): return .truths([.conjunction(try terms.map { (t) throws(Diagnostic) in try truth(t) })])
        case .or(let terms): return .truths([.disjunction(try terms.map { (t) throws(Diagnostic) in try truth(t) })])
        case .implies(let a, let b): return .truths([.disjunction([try truth(a).negated, try truth(b)])])
        case .not(let inner): return .truths(try truths(inner).map(\.negated))
        case .select(let condition, let a, let b): return try select(condition, a, b, term)
        case .apply(let function, let terms): return try apply(function, terms, term)
        case .index(let tensor, let entries): return try index(tensor, entries, term)
        case .reshape(let inner): return try read(inner)
        case .concat(let terms, let axis): return try concatenate(terms, axis, term)
        case .stack(let terms): return try concatenate(terms, 0, term)
        case .text(let function, _): throw .inexpressible("`\(function.name)` of texts", at: term.span)
        case .aggregate(let aggregate): throw .inexpressible("`\(aggregate.kind.rawValue)`", at: term.span)
        case .listed(let listed): throw .inexpressible("`\(listed.kind.rawValue)`", at: term.span)
        }
    }

    private func constant(_ values: [Double], _ type: SayType) -> Meaning {
        if type.isTruth { return .truths(values.map { $0 == 0 ? .never : .always }) }
        return .numbers(values.map { Quantity($0) })
    }

    func truths(_ term: Term) throws(Diagnostic) -> [Formula] {
        switch try read(term) {
        case .truths(let formulas): return formulas
        default: throw .inexpressible("this condition", at: term.span)
        }
    }

    func numbers(_ term: Term) throws(Diagnostic) -> [Quantity] {
        switch try read(term) {
        case .numbers(let numbers):
            guard numbers.count <= Self.elementLimit else { throw .inexpressible("so large a tensor", at: term.span) }
            return numbers
        case .truths: throw .inexpressible("conditions as numbers", at: term.span)
        case .choice: throw .inexpressible("an index as a number", at: term.span)
        case .record(let fields):
            var parts: [Quantity] = []
            for case .numbers(let numbers) in fields { parts += numbers }
            return parts
        }
    }

    // MARK: - Calls

    private func answer(
        _ model: Int, _ site: Int, _ inputs: [Term], _ port: Term.Port, _ term: Term
    ) throws(Diagnostic) -> [Quantity] {
        let call = calls[try self.call(model, site, inputs, term)]
        let declared = spec.models[model]
        let (start, shape) =
            switch port {
            case .output(let index): (call.outputs[index], declared.outputs[index].shape)
            case .inner(let index): (call.inner[index], declared.inner[index].shape)
            }
        return (start..<(start + shape.reduce(1, *))).map { Quantity(VNNLIB.Variable(side: .output, index: $0)) }
    }

    private func call(_ model: Int, _ site: Int, _ inputs: [Term], _ term: Term) throws(Diagnostic) -> Int {
        if let index = sites[site] { return index }
        var read: [[Quantity]] = []
        for input in inputs { read.append(try numbers(input)) }
        func places(_ ports: [CheckedModel.Port]) -> [Int] {
            ports.map { port in
                defer { answerCount += port.shape.reduce(1, *) }
                return answerCount
            }
        }
        let (inner, outputs) = (places(spec.models[model].inner), places(spec.models[model].outputs))
        calls.append(Call(model: model, inputs: read, inner: inner, outputs: outputs, span: term.span))
        sites[site] = calls.count - 1
        return calls.count - 1
    }

    // MARK: - Arithmetic

    private func arithmetic(
        _ operation: Term.Arithmetic, _ a: Term, _ b: Term, _ term: Term
    ) throws(Diagnostic) -> [Quantity] {
        let (first, second) = (try numbers(a), try numbers(b))
        var result: [Quantity] = []
        for (x, y) in try pairs(first, a, second, b, term) {
            guard let value = Self.value(operation, x, y) else { throw .inexpressible(operation.words, at: term.span) }
            result.append(value)
        }
        return result
    }

    private static func value(_ operation: Term.Arithmetic, _ x: Quantity, _ y: Quantity) -> Quantity? {
        switch operation {
        case .add: return .sum([x, y])
        case .subtract: return .sum([x, y.scaled(by: -1)])
        case .multiply: return .product(x, y)
        case .divide:
            guard let divisor = y.constant, divisor != 0 else { return nil }
            if let numerator = x.constant { return Quantity(numerator / divisor) }
            return x.scaled(by: 1 / divisor)
        case .power:
            guard let exponent = y.constant, let count = Int(exactly: exponent), (1...16).contains(count),
                let base = x.polynomial
            else { return nil }
            return .polynomial(.product(Array(repeating: base, count: count)))
        case .remainder: return nil
        }
    }

    /// Element by element, broadcast as the checker decided.
    private func pairs<First, Second>(
        _ first: [First], _ a: Term, _ second: [Second], _ b: Term, _ term: Term
    ) throws(Diagnostic) -> [(First, Second)] {
        let shape = Self.broadcast(a.type.shape ?? [], b.type.shape ?? [])
        let count = shape.reduce(1, *)
        guard count <= Self.elementLimit else { throw .inexpressible("so large a tensor", at: term.span) }
        let (left, right) = (Places(a.type.shape ?? [], in: shape), Places(b.type.shape ?? [], in: shape))
        return (0..<count).map { (first[left[$0]], second[right[$0]]) }
    }

    private static func broadcast(_ a: [Int], _ b: [Int]) -> [Int] {
        let rank = max(a.count, b.count)
        let (first, second) = (a.padded(to: rank), b.padded(to: rank))
        return zip(first, second).map { $0 == 1 ? $1 : $0 }
    }

    // MARK: - Conditions

    private func compare(
        _ comparison: Term.Comparison, _ a: Term, _ b: Term, _ term: Term
    ) throws(Diagnostic) -> [Formula] {
        switch (try read(a), try read(b)) {
        case (.choice(let first), .choice(let second)):
            let same = Formula.disjunction(zip(first, second).map { .conjunction([$0, $1]) })
            return [try choice(same, comparison, term)]
        case (.choice(let choice), .numbers(let numbers)), (.numbers(let numbers), .choice(let choice)):
            guard let index = numbers.first?.constant.flatMap({ Int(exactly: $0) }) else {
                throw .inexpressible("an index that is compared with a variable", at: term.span)
            }
            return [try self.choice(choice.indices.contains(index) ? choice[index] : .never, comparison, term)]
        case (.truths(let first), .truths(let second)):
            return try pairs(first, a, second, b, term).map { x, y in
                let same = Formula.disjunction([.conjunction([x, y]), .conjunction([x.negated, y.negated])])
                return comparison == .equal ? same : same.negated
            }
        default:
            return try pairs(numbers(a), a, numbers(b), b, term).map { $0.compared(comparison, $1) }
        }
    }

    private func choice(
        _ same: Formula, _ comparison: Term.Comparison, _ term: Term
    ) throws(Diagnostic) -> Formula {
        switch comparison {
        case .equal: return same
        case .notEqual: return same.negated
        default: throw .inexpressible("which of two indices is larger", at: term.span)
        }
    }

    private func select(_ condition: Term, _ a: Term, _ b: Term, _ term: Term) throws(Diagnostic) -> Meaning {
        guard term.type.isTruth else { throw .inexpressible("`if` between numbers", at: term.span) }
        let holds = try truth(condition)
        let (first, second) = (try truth(a), try truth(b))
        return .truths([.disjunction([.conjunction([holds, first]), .conjunction([holds.negated, second])])])
    }
}

extension Term.Arithmetic {
    fileprivate var words: String {
        switch self {
        case .add, .subtract: "a sum of so many alternatives"
        case .multiply: "a product of a `max`, a `min` or an `abs` with a variable"
        case .divide: "a quotient whose divisor is not constant"
        case .power: "a power whose exponent is not a whole number from 1 to 16"
        case .remainder: "a remainder"
        }
    }
}
