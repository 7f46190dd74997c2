import Checker
import Texts

extension CheckedProperty {
    /// What of language models its checks compare, as far as that stands there plainly: logarithms of a constant text's
    /// probability behind texts that are joined.
    func hopes(_ leaves: [Leaf]) -> [Hope] {
        var found: [Hope] = []
        for check in checks { collect(check.term, wanted: false, leaves, &found) }
        return found
    }

    /// What makes a condition true, or false.
    private func collect(_ term: Term, wanted: Bool, _ leaves: [Leaf], _ found: inout [Hope]) {
        guard found.count < 16 else { return }
        switch term.kind {
        case .binding(let binding): collect(binding.term, wanted: wanted, leaves, &found)
        case .and(let terms), .or(let terms): for term in terms { collect(term, wanted: wanted, leaves, &found) }
        case .not(let term): collect(term, wanted: !wanted, leaves, &found)
        case .implies(let left, let right):
            collect(left, wanted: !wanted, leaves, &found)
            collect(right, wanted: wanted, leaves, &found)
        case .compare(let comparison, let left, let right):
            let isLess = comparison == .less || comparison == .lessOrEqual
            guard isLess || comparison == .greater || comparison == .greaterOrEqual else { return }
            let sign: Float = isLess == wanted ? -1 : 1
            collect(number: left, sign, leaves, &found)
            collect(number: right, -sign, leaves, &found)
        default: return
        }
    }

    private func collect(number term: Term, _ sign: Float, _ leaves: [Leaf], _ found: inout [Hope]) {
        switch term.kind {
        case .binding(let binding): collect(number: binding.term, sign, leaves, &found)
        case .arithmetic(.add, let left, let right):
            collect(number: left, sign, leaves, &found)
            collect(number: right, sign, leaves, &found)
        case .arithmetic(.subtract, let left, let right):
            collect(number: left, sign, leaves, &found)
            collect(number: right, -sign, leaves, &found)
        case .text(.asked(let question), let arguments) where question.kind == .logProbability:
            guard case .constant(let target) = arguments[0].kind, let context = parts(arguments[1], leaves) else {
                return
            }
            found.append(Hope(target: CodePoints.read(target), context: context, sign: sign))
        default: return
        }
    }

    private func parts(_ term: Term, _ leaves: [Leaf]) -> [Hope.Part]? {
        switch term.kind {
        case .binding(let binding): return parts(binding.term, leaves)
        case .constant(let values): return [.text(CodePoints.read(values))]
        case .variable(let id): return leaves.firstIndex { $0.isWhole(id) }.map { [.leaf($0)] }
        case .text(.padded, let arguments): return parts(arguments[0], leaves)
        case .text(.join, let arguments):
            var all: [Hope.Part] = []
            for argument in arguments {
                guard let found = parts(argument, leaves) else { return nil }
                all += found
            }
            return all
        default: return nil
        }
    }
}

extension Leaf {
    /// Whether it is all of a variable, and a text.
    fileprivate func isWhole(_ id: Int) -> Bool { variable == id && path.isEmpty && texts != nil }
}
