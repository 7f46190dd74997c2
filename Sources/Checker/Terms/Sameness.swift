/// Whether two terms are built alike, so that one evaluation serves both. Gives up, with false, after `budget` nodes.
func areSame(_ first: Term, _ second: Term, budget: Int = 200) -> Bool {
    var budget = budget
    return areSame(first, second, &budget)
}

private func areSame(_ first: Term, _ second: Term, _ budget: inout Int) -> Bool {
    if first === second { return true }
    guard first.type == second.type, budget > 0 else { return false }
    budget -= 1
    switch (first.kind, second.kind) {
    case (.binding(let a), .binding(let b)): return a.id == b.id || areSame(a.term, b.term, &budget)
    case (.binding(let a), _): return areSame(a.term, second, &budget)
    case (_, .binding(let b)): return areSame(first, b.term, &budget)
    case (.variable(let a), .variable(let b)): return a == b
    case (.constant(let a), .constant(let b)): return a == b
    case (.field(let a, let i), .field(let b, let j)): return i == j && areSame(a, b, &budget)
    case (.call(_, let a, _, let p), .call(_, let b, _, let q)): return a == b && p == q
    case (.arithmetic(let o, let a, let b), .arithmetic(let p, let c, let d)):
        return o == p && areSame([a, b], [c, d], &budget)
    case (.compare(let o, let a, let b), .compare(let p, let c, let d)):
        return o == p && areSame([a, b], [c, d], &budget)
    case (.apply(let f, let a), .apply(let g, let b)): return f == g && areSame(a, b, &budget)
    case (.text(let f, let a), .text(let g, let b)): return f == g && areSame(a, b, &budget)
    case (.select(let a, let b, let c), .select(let d, let e, let f)): return areSame([a, b, c], [d, e, f], &budget)
    case (.index(let a, let i), .index(let b, let j)): return areSame(a, b, &budget) && areSame(i, j, &budget)
    case (.reshape(let a), .reshape(let b)), (.not(let a), .not(let b)): return areSame(a, b, &budget)
    case (.concat(let a, let i), .concat(let b, let j)): return i == j && areSame(a, b, &budget)
    case (.stack(let a), .stack(let b)), (.record(let a), .record(let b)), (.and(let a), .and(let b)),
        (.or(let a), .or(let b)):
        return areSame(a, b, &budget)
    case (.implies(let a, let b), .implies(let c, let d)): return areSame([a, b], [c, d], &budget)
    default: return false
    }
}

private func areSame(_ first: [Term], _ second: [Term], _ budget: inout Int) -> Bool {
    guard first.count == second.count else { return false }
    for (a, b) in zip(first, second) where !areSame(a, b, &budget) { return false }
    return true
}

private func areSame(_ first: [Term.IndexEntry], _ second: [Term.IndexEntry], _ budget: inout Int) -> Bool {
    guard first.count == second.count else { return false }
    for (a, b) in zip(first, second) {
        switch (a, b) {
        case (.slice(let a), .slice(let b)): guard a == b else { return false }
        case (.at(let a), .at(let b)): guard areSame(a, b, &budget) else { return false }
        default: return false
        }
    }
    return true
}
