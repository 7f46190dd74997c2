import Checker
import Diagnostics
import Search
import Tensors

extension TrialBuilder {
    func exhibits() throws(Diagnostic) -> (
        entries: [(Exhibits.Entry, Value)], clauses: [(Exhibits.ClauseEntry, Value)]
    ) {
        var entries: [(Exhibits.Entry, Value)] = []
        for binding in property.bindings where binding.term.type.shape != nil {
            let entry = Exhibits.Entry(name: binding.name, span: binding.span, type: binding.term.type)
            entries.append((entry, try lowering.numbers(binding.term)))
        }
        var clauses: [(Exhibits.ClauseEntry, Value)] = []
        for clause in property.assumptions {
            clauses.append((.init(kind: .assumption, span: clause.span), try lowering.margin(clause.term, .positive)))
        }
        for clause in property.checks {
            clauses.append((.init(kind: .check, span: clause.span), try lowering.margin(clause.term, .positive)))
            for side in clause.term.sides where !isShown(side) {
                let entry = Exhibits.Entry(name: nil, span: side.span, type: side.type)
                entries.append((entry, try lowering.numbers(side)))
            }
        }
        return (entries, clauses)
    }

    /// Whether a term is a variable, or a field of one, that is shown as an input, or a `let` that is shown by its name.
    func isShown(_ term: Term) -> Bool {
        switch term.kind {
        case .binding(let binding): property.bindings.contains { $0.id == binding.id }
        case .variable, .field: leaf(of: term).map { $0.table == nil } ?? false
        default: false
        }
    }

    func leaf(of term: Term) -> Leaf? {
        switch term.kind {
        case .variable(let id): bounds.leaf(of: id, path: [])
        case .binding(let binding): leaf(of: binding.term)
        case .field(let record, let index):
            if case .variable(let id) = record.kind { bounds.leaf(of: id, path: [index]) } else { nil }
        default: nil
        }
    }
}

extension Term {
    /// The sides of the comparisons of single numbers or texts in a condition, where they say more than their words do.
    fileprivate var sides: [Term] {
        switch kind {
        case .compare(_, let a, let b): [a, b].filter { !$0.isConstant && $0.type.shape == [] }
        case .text(.equality, let texts), .text(.containment, let texts), .text(.match, let texts):
            texts.map(\.unpadded).filter { !$0.isConstant }
        case .not(let inner): inner.sides
        case .and(let parts), .or(let parts): parts.flatMap(\.sides)
        case .implies(let first, let second): first.sides + second.sides
        default: []
        }
    }

    private var isConstant: Bool { if case .constant = kind { true } else { false } }

    /// A text as it was before it was made as long as another.
    private var unpadded: Term {
        if case .text(.padded, let texts) = kind { texts[0].unpadded } else { self }
    }
}
