extension Draft {
    /// Two Reals, one chosen in answer to the other, and comparisons of them, of their sum and of their difference with quarters.
    ///
    /// What holds of the first alone turns at eighths, and for any value of it the comparisons turn where the second is a quarter, or
    /// a quarter and that value apart: so the truth is known from the values of Domains.swift. A quantifier stands in a clause, or inside the check, where its
    /// truth helps or harms.
    mutating func askOfReals() {
        let outer = form == .existsForall || form == .exists ? "exists" : "forall"
        let inner = form == .existsForall ? "forall" : "exists"
        clauses = [
            "\(outer) x: \(writer.chance.pick(["Real in [0, 1]", "Real in [-1, 1]", "Int in [0, 3]", "Real in {0.25, 1, 1.5}"]))"
        ]
        let domain = "y: Real in \(writer.chance.pick(["[0, 1]", "[-1, 0.5]", "[0, x]", "[0, 1]"]))".replacing(
            "[0, x]", with: "[-1, x]")
        let condition = writer.chance.happens(25) ? " where \(atom())" : ""
        switch writer.chance.below(4) {
        case 0, 1:
            clauses.append("\(inner) \(domain)\(condition)")
            check = formula(2)
        case 2:
            check = "(\(inner) \(domain)\(condition) : \(formula(2)))"
        default:
            let dual = inner == "exists" ? "forall" : "exists"
            check = "not (\(dual) \(domain)\(condition) : \(formula(2)))"
        }
    }

    private mutating func formula(_ depth: Int) -> String {
        guard depth > 0 else { return atom() }
        switch writer.chance.below(7) {
        case 0, 1: return "(\(formula(depth - 1)) and \(formula(depth - 1)))"
        case 2, 3: return "(\(formula(depth - 1)) or \(formula(depth - 1)))"
        case 4: return "(not \(formula(depth - 1)))"
        case 5: return "(\(formula(depth - 1)) implies \(formula(depth - 1)))"
        default: return atom()
        }
    }

    private mutating func atom() -> String {
        let side = writer.chance.pick(["x", "y", "y", "y - x", "x - y", "x + y"])
        let quarter = Double(writer.chance.among(-3...5)) / 4
        return "\(side) \(writer.chance.pick(["<=", ">=", "<", ">"])) \(quarter)"
    }
}
