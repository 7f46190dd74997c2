/// Conditions: `x is defined`, `a < b`, `a in b`.
enum TemplateTests {
    static func holds(_ name: String, _ value: TemplateValue, _ arguments: [TemplateValue]) throws(TemplateError)
        -> Bool
    {
        func number() throws(TemplateError) -> Int {
            guard let number = value.number else { throw TemplateError("`is \(name)` of \(value.kind)") }
            return number
        }
        switch (name, value) {
        case ("defined", .undefined): return false
        case ("defined", _): return true
        case ("undefined", .undefined): return true
        case ("none", .none), ("string", .text), ("mapping", .mapping), ("boolean", .truth), ("integer", .integer):
            return true
        case ("true", .truth(let truth)): return truth
        case ("false", .truth(let truth)): return !truth
        case ("number", .integer), ("number", .truth): return true
        case ("sequence", .list), ("sequence", .text), ("sequence", .mapping): return true
        case ("iterable", .list), ("iterable", .text), ("iterable", .mapping), ("iterable", .undefined): return true
        case ("callable", .method), ("callable", .function): return true
        case ("undefined", _), ("none", _), ("string", _), ("mapping", _), ("boolean", _), ("integer", _), ("true", _),
            ("false", _), ("number", _), ("sequence", _), ("iterable", _), ("callable", _):
            return false
        case ("even", _): return try number() % 2 == 0
        case ("odd", _): return try number() % 2 != 0
        default: break
        }
        let comparisons: [String: TemplateExpression.Comparison] = [
            "equalto": .equal, "eq": .equal, "==": .equal, "sameas": .equal, "ne": .notEqual, "lt": .less,
            "le": .lessOrEqual,
            "gt": .greater, "ge": .greaterOrEqual, "in": .within,
        ]
        guard let comparison = comparisons[name] else {
            throw TemplateError("the test `is \(name.prefix(40))` is not supported")
        }
        guard let other = arguments.first else { throw TemplateError("`is \(name)` without what it is held against") }
        return try compare(comparison, value, other)
    }

    static func compare(
        _ comparison: TemplateExpression.Comparison, _ left: TemplateValue, _ right: TemplateValue
    ) throws(TemplateError) -> Bool {
        switch comparison {
        case .equal: return TemplateValue.equals(left, right)
        case .notEqual: return !TemplateValue.equals(left, right)
        case .within: return try contains(right, left)
        case .notWithin: return try !contains(right, left)
        case .less, .lessOrEqual, .greater, .greaterOrEqual: break
        }
        let order: Int
        if case .text(let one) = left, case .text(let other) = right {
            order = one.lexicographicallyPrecedes(other) ? -1 : one == other ? 0 : 1
        } else if let one = left.number, let other = right.number {
            order = one < other ? -1 : one == other ? 0 : 1
        } else {
            throw TemplateError("`\(comparison.rawValue)` of \(left.kind) and \(right.kind)")
        }
        switch comparison {
        case .less: return order < 0
        case .lessOrEqual: return order <= 0
        case .greater: return order > 0
        default: return order >= 0
        }
    }

    private static func contains(_ whole: TemplateValue, _ part: TemplateValue) throws(TemplateError) -> Bool {
        switch whole {
        case .undefined: return false
        case .list(let elements): return elements.contains { TemplateValue.equals($0, part) }
        case .mapping(let members):
            guard case .text(let key) = part else { return false }
            return members.contains { $0.key == key }
        case .text(let text):
            guard case .text(let wanted) = part else { throw TemplateError("`in` a text of \(part.kind)") }
            return text.place(of: wanted, from: 0) != nil
        default: throw TemplateError("`in` of \(whole.kind)")
        }
    }
}

extension [UInt32] {
    /// Where another text stands, from a place on: by Knuth, Morris and Pratt, in time in proportion to both.
    func place(of wanted: [UInt32], from start: Int) -> Int? {
        guard !wanted.isEmpty else { return start <= count ? start : nil }
        var borders = [Int](repeating: 0, count: wanted.count)
        var length = 0
        for place in wanted.indices.dropFirst() {
            while length > 0, wanted[place] != wanted[length] { length = borders[length - 1] }
            if wanted[place] == wanted[length] { length += 1 }
            borders[place] = length
        }
        length = 0
        for place in Swift.min(start, count)..<count {
            while length > 0, self[place] != wanted[length] { length = borders[length - 1] }
            if self[place] == wanted[length] { length += 1 }
            if length == wanted.count { return place + 1 - length }
        }
        return nil
    }

    /// What stands between separators, at most so many of them.
    func parts(by separator: [UInt32], most: Int = .max) -> [[UInt32]] {
        var (parts, start) = ([[UInt32]](), 0)
        while parts.count < most, let place = place(of: separator, from: start) {
            parts.append(Array(self[start..<place]))
            start = place + separator.count
        }
        return parts + [Array(self[start...])]
    }

    /// Without letters of a kind at its ends.
    func stripped(left: Bool = true, right: Bool = true, _ isStripped: (UInt32) -> Bool = \.isBlank) -> [UInt32] {
        var text = self[...]
        while left, let first = text.first, isStripped(first) { text.removeFirst() }
        while right, let last = text.last, isStripped(last) { text.removeLast() }
        return Array(text)
    }
}
