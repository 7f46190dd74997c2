extension Term {
    /// The terms that this one is made of, `let`s looked through.
    package var children: [Term] {
        switch kind {
        case .variable, .place, .constant: []
        case .binding(let binding): [binding.term]
        case .field(let term, _), .not(let term), .reshape(let term), .row(_, let term): [term]
        case .record(let terms), .and(let terms), .or(let terms), .stack(let terms): terms
        case .concat(let terms, _), .apply(_, let terms), .text(_, let terms): terms
        case .call(_, _, let inputs, _): inputs
        case .arithmetic(_, let a, let b), .compare(_, let a, let b), .implies(let a, let b): [a, b]
        case .select(let condition, let a, let b): [condition, a, b]
        case .index(let tensor, let entries):
            [tensor]
                + entries.compactMap { if case .at(let place) = $0 { place } else { nil } }
        case .aggregate(let aggregate): [aggregate.body] + (aggregate.filter.map { [$0] } ?? [])
        case .loop(let it): [it.from, it.body] + (it.scan.map { [$0.over] } ?? [])
        case .quantified(let it): it.conditions + [it.body]
        case .drawn(let it): [it.body] + (it.filter.map { [$0] } ?? [])
        case .listed(let listed): listed.entries.flatMap { [$0.value] + ($0.condition.map { [$0] } ?? []) }
        }
    }
}

extension Term {
    /// The variables that are bound in it, by id.
    package var bound: [Int] {
        switch kind {
        case .aggregate(let it): [it.binder.id]
        case .quantified(let it): it.variables.map(\.id)
        case .drawn(let it): it.variables.map(\.id)
        case .loop(let it): [it.state] + (it.scan.map { [$0.id] } ?? [])
        default: []
        }
    }

    /// Whether it depends on no variable, so that its value is the same for every input.
    package var isClosed: Bool { free.isEmpty }

    /// The variables in it that nothing in it binds, by id.
    package var free: Set<Int> {
        var seen: Set<ObjectIdentifier> = []
        var binders: Set<Int> = []
        var waiting = [self]
        var variables: Set<Int> = []
        while let term = waiting.popLast() {
            guard seen.insert(ObjectIdentifier(term)).inserted else { continue }
            switch term.kind {
            case .variable(let id), .place(let id): variables.insert(id)
            default: break
            }
            binders.formUnion(term.bound)
            waiting += term.children
        }
        return variables.subtracting(binders)
    }

    /// Whether one of the variables is in it.
    func depends(on variables: Set<Int>) -> Bool {
        guard !variables.isEmpty else { return false }
        var seen: Set<ObjectIdentifier> = []
        var waiting = [self]
        while let term = waiting.popLast() {
            guard seen.insert(ObjectIdentifier(term)).inserted else { continue }
            if case .variable(let id) = term.kind, variables.contains(id) { return true }
            waiting += term.children
        }
        return false
    }
}
