extension Writer {
    mutating func bool(_ depth: Int) -> String {
        guard depth > 0 else { return comparison(0) }
        switch chance.below(25) {
        case 0, 1, 2: return "(\(operands(depth).joined(separator: " and ")))"
        case 3, 4, 5: return "(\(operands(depth).joined(separator: " or ")))"
        case 6, 7: return "(not \(expression(.bool, depth - 1)))"
        case 8, 9: return "(\(expression(.bool, depth - 1)) implies \(expression(.bool, depth - 1)))"
        case 10, 11, 12:
            let word = chance.pick(["forall", "exists"])
            guard let (binders, body) = under(depth, { $0.expression(.bool, depth - 1) }) else {
                return bool(depth - 1)
            }
            note("\(word) inside")
            return "(\(word) \(binders) : \(body))"
        case 13, 14, 15: return aggregate(chance.pick(["all", "any"]), .bool, depth) ?? bool(depth - 1)
        case 16: return "\(chance.pick(["all", "any"]))(\(expression(.flags(chance.among(2...3)), depth - 1)))"
        case 17: return membership(depth)
        case 18 where !offer.enums.isEmpty:
            let index = chance.below(offer.enums.count)
            return "(\(expression(.choice(index), depth - 1)) \(chance.pick(["==", "!="])) \(choice(index, 0)))"
        case 19: return field(of: .bool, depth) ?? bool(depth - 1)
        case 20:
            return chance.happens(30)
                ? chance.pick(["true", "false"])
                : "(\(expression(.bool, depth - 1)) == \(expression(.bool, depth - 1)))"
        default: return comparison(depth)
        }
    }

    private mutating func operands(_ depth: Int) -> [String] {
        (0..<chance.among(2...3)).map { _ in expression(.bool, depth - 1) }
    }

    private mutating func comparison(_ depth: Int) -> String {
        if chance.happens(25) {
            let sign = chance.pick(["<", "<=", ">", ">="])
            return "(\(expression(.real, depth - 1)) \(sign) \(expression(.real, depth - 1)))"
        }
        if chance.happens(10) {
            note("chain")
            return "(\(expression(.int, depth - 1)) <= \(expression(.int, depth - 1)) < \(expression(.int, depth - 1)))"
        }
        let left = expression(.int, depth - 1)
        var right = expression(.int, depth - 1)
        if left == right { right = expression(.int, depth) }
        return "(\(left) \(comparison()) \(right))"
    }

    private mutating func membership(_ depth: Int) -> String {
        if chance.happens(50) {
            let lower = chance.among(-1...1)
            return
                "(\(expression(chance.pick([.int, .real, .vector(2)]), depth - 1)) in [\(lower), \(lower + chance.below(3))])"
        }
        note("in a set")
        guard chance.happens(40), !offer.enums.isEmpty else {
            return
                "(\(expression(.int, depth - 1)) in {\(list([0, 1, 2, 5].filter { $0 == 1 || chance.happens(50) }))})"
        }
        let index = chance.below(offer.enums.count)
        return
            "(\(expression(.choice(index), depth - 1)) in {\(offer.enums[index].cases.filter { _ in chance.happens(70) }.joined(separator: ", "))})"
            .replacing("{}", with: "{\(offer.enums[index].cases[0])}")
    }
}
