import Tensors

/// Choices between graphs.
enum Conditionals {
    /// A condition that is known chooses a branch; one that is computed chooses between the results of both.
    static let rules: [String: StructureRule] = [
        "If": { node in
            let condition = try node.truth(0, "cond")
            if let isTrue = node.tensor(condition) {
                return try node.body(isTrue.doubles[0] != 0 ? "then_branch" : "else_branch").apply([])
            }
            let (first, second) = (try node.body("then_branch").apply([]), try node.body("else_branch").apply([]))
            guard first.count == second.count else {
                throw ModelError("its branches have \(first.count) and \(second.count) outputs")
            }
            return try zip(first, second).map { try node.choice(condition, $0, $1) }
        }
    ]
}

extension Application {
    /// An input of one truth value, as a scalar.
    func truth(_ index: Int, _ name: String) throws -> Value {
        let condition = try input(index)
        guard shape(condition).count == 1, element(condition) == .bool else {
            throw ModelError("`\(name)` is \(type(condition)), not one truth value")
        }
        return try reshape(condition, [])
    }

    /// The first item where a computed scalar holds, else the second. What differs in more than numbers cannot be chosen
    /// when the model runs.
    func choice(_ condition: Value, _ first: Item, _ second: Item) throws -> Item {
        switch (first, second) {
        case (.tensor(let a, let kind), .tensor(let b, let other)):
            guard a != b else { return first }
            guard type(a) == type(b) else {
                return .unavailable("a condition that data decide chooses between \(type(a)) and \(type(b))")
            }
            return .tensor(try add(Select(), condition, a, b), kind ?? other)
        case (.sequence(let a), .sequence(let b)) where a.count == b.count:
            return .sequence(try zip(a, b).map { try choice(condition, $0, $1) })
        case (.nothing, .nothing): return .nothing
        case (.unavailable, _): return first
        case (_, .unavailable): return second
        default: return .unavailable("a condition that data decide chooses whether or how much there is")
        }
    }
}
