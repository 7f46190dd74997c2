extension Writer {
    mutating func int(_ depth: Int) -> String {
        guard depth > 0 else { return "\(chance.pick([0, 1, 2, 3, 1, -1, 5]))" }
        switch chance.below(30) {
        case 0, 1, 2, 3: return "(\(int(depth)) \(chance.pick(["+", "-", "+"])) \(expression(.int, depth - 1)))"
        case 4: return "(\(expression(.int, depth - 1)) * \(chance.pick(["2", "3", "-1", expression(.int, 0)])))"
        case 5: return "(-\(expression(.int, depth - 1)))"
        case 6: return "\(chance.pick(["abs", "relu", "sign"]))(\(expression(.int, depth - 1)))"
        case 7: return "\(chance.pick(["min", "max"]))(\(expression(.int, depth - 1)), \(expression(.int, depth - 1)))"
        case 8: return "mod(\(expression(.int, depth - 1)), \(chance.among(2...3)))"
        case 9: return "clamp(\(expression(.int, depth - 1)), \(chance.among(-2...0)), \(chance.among(1...3)))"
        case 10: return "int(\(expression(chance.pick([.bool, .real]), depth - 1)))"
        case 11 where !offer.enums.isEmpty:
            return "int(\(expression(.choice(chance.below(offer.enums.count)), depth - 1)))"
        case 12: return element(depth)
        case 13:
            let reduction = chance.pick(["sum", "min", "max", "l0", "argmax", "argmin"])
            return "\(reduction)(\(expression(.vector(chance.among(2...3)), depth - 1)))"
        case 14:
            return
                "select(\(expression(.bool, depth - 1)), \(expression(.int, depth - 1)), \(expression(.int, depth - 1)))"
        case 15, 16: return aggregate("count", .bool, depth) ?? int(depth - 1)
        case 19 where offer.table != nil:
            note("a row by its number")
            return chance.happens(20) ? "rows(\(offer.table ?? ""))" : "(\(expression(.row, depth))).a"
        case 20: return inexact(depth)
        case 21: return place(depth)
        case 22:
            note("a dimension reduced")
            return
                "\(chance.pick(["sum", "max", "min"]))(\(matrix(2, chance.among(2...3), depth)), axis: 1)[\(chance.below(2))]"
        case 23:
            note("mask")
            let count = chance.among(2...3)
            return
                "\(chance.pick(["sum", "sum", "max", "min"]))(\(expression(.vector(count), depth - 1)), mask: \(expression(.flags(count), depth - 1)))"
        case 24: return "count(\(expression(.flags(chance.among(2...3)), depth - 1)))"
        case 17: return field(of: .int, depth) ?? int(depth - 1)
        case 18:
            return chance.pick([
                "dot([1, -1], \(expression(.vector(2), depth - 1)))",
                "sum(concat(\(expression(.vector(2), depth - 1)), indices(2), axis: 0))",
            ])
        default:
            return aggregate(chance.pick(["sum", "min", "max"]), .int, depth) ?? int(depth - 1)
        }
    }

    /// `t[i]`, with an index that may leave the tensor.
    private mutating func element(_ depth: Int) -> String {
        note("index")
        let count = chance.among(2...3)
        let index =
            switch chance.below(4) {
            case 0: "\(chance.below(count))"
            case 1: "mod(\(expression(.int, depth - 1)), \(count))"
            case 2: "clamp(\(expression(.int, depth - 1)), 0, \(count - 1))"
            default: scope.last { $0.range.map { $0.upperBound >= 0 && $0.lowerBound < count } ?? false }?.name ?? "0"
            }
        if chance.happens(20), !offer.enums.isEmpty, let tensor = labelled(0, depth) {
            return "\(tensor)[\(expression(.choice(0), depth - 1))]"
        }
        if chance.happens(25), let matrix = comprehensionOfTwo(depth) { return "\(matrix)[\(index), 0]" }
        return "\(expression(.vector(count), depth - 1))[\(index)]"
    }

    /// A field of a record that is written out.
    mutating func field(of kind: Kind, _ depth: Int) -> String? {
        for index in offer.records.indices {
            guard let field = offer.records[index].fields.first(where: { $0.kind == kind }) else { continue }
            note("field")
            return "(\(expression(.record(index), depth - 1))).\(field.name)"
        }
        return nil
    }

    /// A tensor with an entry for each case of an enum.
    mutating func labelled(_ index: Int, _ depth: Int) -> String? {
        let own = offer.enums[index]
        guard own.cases.count > 1, load * own.cases.count <= mostLoad else { return nil }
        note("comprehension over an enum")
        let (name, outerLoad) = (freshName(), load)
        scope.append(Variable(name: name, kind: .choice(index)))
        load *= own.cases.count
        defer {
            scope.removeLast()
            load = outerLoad
        }
        return "[\(name): \(own.name) : \(expression(.int, depth - 1))]"
    }

    /// A comprehension of two binders.
    private mutating func comprehensionOfTwo(_ depth: Int) -> String? {
        let (outer, outerLoad) = (scope, load)
        defer { (scope, load) = (outer, outerLoad) }
        guard let first = binder(0, isFixed: true), let second = binder(0, isFixed: true) else { return nil }
        note("comprehension of two")
        return "[\(first), \(second) : \(expression(.int, depth - 1))]"
    }

    mutating func aggregate(_ word: String, _ kind: Kind, _ depth: Int) -> String? {
        guard let (binders, body) = under(depth, { $0.expression(kind, depth - 1) }) else { return nil }
        note(word)
        return "\(word)(\(binders) : \(body))"
    }

    mutating func real(_ depth: Int) -> String {
        guard depth > 0 else { return "\(Double(chance.among(-3...6)) / 2)" }
        switch chance.below(13) {
        case 0, 1:
            return "(\(expression(.real, depth - 1)) \(chance.pick(["+", "-", "*"])) \(expression(.real, depth - 1)))"
        case 2: return "(\(expression(.int, depth - 1)) / \(chance.pick(["2", "4"])))"
        case 3: return "\(chance.pick(["abs", "relu", "floor", "ceil"]))(\(expression(.real, depth - 1)))"
        case 4: return "\(chance.pick(["min", "max"]))(\(expression(.real, depth - 1)), \(expression(.int, depth - 1)))"
        case 11 where offer.sized != nil:
            note("call of any size")
            return "\(offer.sized ?? "")(\(expression(.vector(chance.among(2...3)), depth - 1)))"
        case 12: return middle(depth)
        case 5: return "mean(\(expression(.vector(chance.among(2...3)), depth - 1)))"
        case 6: return "real(\(expression(.int, depth - 1)))"
        case 7: return aggregate(chance.pick(["sum", "max", "min"]), .real, depth) ?? real(depth - 1)
        case 8, 9: return aggregate("mean", .int, depth) ?? real(depth - 1)
        default: return aggregate("rate", .bool, depth) ?? real(depth - 1)
        }
    }

    mutating func vector(_ count: Int, _ depth: Int) -> String {
        guard depth > 0 else { return "[" + list((0..<count).map { _ in chance.among(-1...3) }) + "]" }
        switch chance.below(13) {
        case 0, 1: return "[" + (0..<count).map { _ in expression(.int, depth - 1) }.joined(separator: ", ") + "]"
        case 2:
            return
                "(\(expression(.vector(count), depth - 1)) \(chance.pick(["+", "-", "*"])) \(expression(chance.pick([.vector(count), .int]), depth - 1)))"
        case 3:
            note("if by element")
            return
                "(if \(expression(.flags(count), depth - 1)) then \(expression(.vector(count), depth - 1)) else \(expression(chance.pick([.vector(count), .int]), depth - 1)))"
        case 4:
            return
                "\(expression(.vector(count + 1), depth - 1))[\(chance.pick(["1..", "0..\(count - 1)", "..\(count - 1)"]))]"
        case 5: return "abs(\(expression(.vector(count), depth - 1)))"
        case 6: return "max(\(expression(.vector(count), depth - 1)), \(expression(.int, depth - 1)))"
        case 7, 8, 9: return ordered(count, depth)
        default: return comprehension(count, .int, depth)
        }
    }

    private mutating func comprehension(_ count: Int, _ kind: Kind, _ depth: Int) -> String {
        note("comprehension")
        let lower = chance.pick([0, 0, 1, -1])
        let (name, outerLoad) = (freshName(), load)
        scope.append(Variable(name: name, kind: .int, range: lower...(lower + count - 1)))
        load *= count
        defer {
            scope.removeLast()
            load = outerLoad
        }
        return "[\(name): Int in [\(lower), \(lower + count - 1)] : \(expression(kind, depth - 1))]"
    }

    mutating func flags(_ count: Int, _ depth: Int) -> String {
        guard depth > 0 else {
            return "[" + (0..<count).map { _ in chance.pick(["true", "false"]) }.joined(separator: ", ") + "]"
        }
        switch chance.below(5) {
        case 4:
            note("windows")
            let truths = expression(.flags(count), depth - 1)
            switch chance.below(3) {
            case 0: return "any(\(truths), while: \(expression(.flags(count), depth - 1)))"
            case 1: return "any(\(truths), within: \(chance.below(3)), while: \(expression(.flags(count), depth - 1)))"
            default: return "\(chance.pick(["all", "any"]))(\(truths), within: \(chance.below(4)))"
            }
        case 0: return comprehension(count, .bool, depth)
        case 1:
            return
                "(\(expression(.flags(count), depth - 1)) \(chance.pick(["and", "or"])) \(expression(.flags(count), depth - 1)))"
        default:
            return
                "(\(expression(.vector(count), depth - 1)) \(comparison()) \(expression(chance.pick([.vector(count), .int]), depth - 1)))"
        }
    }

    mutating func choice(_ index: Int, _ depth: Int) -> String {
        let own = offer.enums[index]
        if depth > 0, chance.happens(25), let tensor = labelled(index, depth) {
            return "\(chance.pick(["argmax", "argmin"]))(\(tensor))"
        }
        let name = chance.pick(own.cases)
        return chance.happens(25) ? "\(own.name).\(name)" : name
    }

    mutating func record(_ index: Int, _ depth: Int) -> String {
        let fields = offer.records[index].fields
        if depth > 0, chance.happens(30) {
            note("with")
            let field = chance.pick(fields)
            return
                "(\(expression(.record(index), depth - 1)) with { \(field.name): \(expression(field.kind, depth - 1)) })"
        }
        return "{ " + fields.map { "\($0.name): \(expression($0.kind, depth - 1))" }.joined(separator: ", ") + " }"
    }

    mutating func comparison() -> String { chance.pick(["<", "<=", ">", ">=", "==", "!="]) }
}
