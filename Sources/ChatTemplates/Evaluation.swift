extension Rendering {
    mutating func evaluate(_ expression: TemplateExpression) throws(TemplateError) -> TemplateValue {
        try nested { rendering throws(TemplateError) in try rendering.value(of: expression) }
    }

    private mutating func value(of expression: TemplateExpression) throws(TemplateError) -> TemplateValue {
        switch expression {
        case .constant(let value): return value
        case .name(let name): return try bounded(value(of: name))
        case .list(let elements):
            return .list(try elements.map { expression throws(TemplateError) in try evaluate(expression) })
        case .mapping(let members): return try mapping(members)
        case .member(let owner, let name): return try bounded(member(name, of: try evaluate(owner)))
        case .item(let owner, let index): return try bounded(item(try evaluate(index), of: try evaluate(owner)))
        case .slice(let owner, let from, let to, let step):
            return try slice(try evaluate(owner), [from, to, step])
        case .call(let callee, let arguments):
            return try call(try evaluate(callee), try evaluate(arguments))
        case .filter(let value, let name, let arguments):
            return try bounded(TemplateFilters.apply(name, try evaluate(value), try evaluate(arguments)))
        case .test(let value, let name, let arguments, let isNegated):
            let holds = try TemplateTests.holds(name, try evaluate(value), try evaluate(arguments).plain)
            return .truth(holds != isNegated)
        case .negative(let value): return try arithmetic(.subtract, .integer(0), try evaluate(value))
        case .not(let value): return .truth(!(try evaluate(value).isTrue))
        case .and(let left, let right):
            let first = try evaluate(left)
            return first.isTrue ? try evaluate(right) : first
        case .or(let left, let right):
            let first = try evaluate(left)
            return first.isTrue ? first : try evaluate(right)
        case .binary(let kind, let left, let right):
            return try bounded(try arithmetic(kind, try evaluate(left), try evaluate(right)))
        case .compare(let first, let others):
            var left = try evaluate(first)
            for (comparison, other) in others {
                let right = try evaluate(other)
                guard try TemplateTests.compare(comparison, left, right) else { return .truth(false) }
                left = right
            }
            return .truth(true)
        case .choice(let value, let condition, let otherwise):
            if try evaluate(condition).isTrue { return try evaluate(value) }
            return try otherwise.map { expression throws(TemplateError) in try evaluate(expression) }
                ?? .undefined("a choice")
        }
    }

    /// Arguments with their values.
    struct Arguments {
        var plain: [TemplateValue] = []
        var named: [String: TemplateValue] = [:]

        /// Nothing where neither stands there.
        func at(_ index: Int, _ name: String) -> TemplateValue? { index < plain.count ? plain[index] : named[name] }
    }

    private mutating func evaluate(_ arguments: TemplateArguments) throws(TemplateError) -> Arguments {
        var found = Arguments()
        for argument in arguments.plain { found.plain.append(try evaluate(argument)) }
        for (name, argument) in arguments.named { found.named[name] = try evaluate(argument) }
        return found
    }

    /// Throws where a value is too large; what it takes counts as steps.
    private mutating func bounded(_ value: TemplateValue) throws(TemplateError) -> TemplateValue {
        let size =
            switch value {
            case .text(let text): text.count
            case .list(let elements): elements.count
            case .mapping(let members): members.count
            default: 0
            }
        guard size <= TemplateLimits.size else { throw TemplateError("a value larger than \(TemplateLimits.size)") }
        for _ in 0..<size / 64 { try step() }
        return value
    }

    private mutating func mapping(
        _ members: [(TemplateExpression, TemplateExpression)]
    ) throws(TemplateError) -> TemplateValue {
        var found: [(key: [UInt32], value: TemplateValue)] = []
        for (key, value) in members {
            guard case .text(let name) = try evaluate(key) else {
                throw TemplateError("a mapping's key that is no text")
            }
            found.removeAll { $0.key == name }
            found.append((name, try evaluate(value)))
        }
        return .mapping(found)
    }

    // MARK: parts

    private func member(_ name: String, of owner: TemplateValue) throws(TemplateError) -> TemplateValue {
        switch owner {
        case .namespace(let space): return space.values[name] ?? .undefined(name)
        case .undefined: throw TemplateError("member `\(name.prefix(40))` of \(owner.kind)")
        default:
            if TemplateMethods.has(name, owner) { return .method([owner], named: name) }
            return owner[member: name.codePoints] ?? .undefined(name)
        }
    }

    private func item(_ index: TemplateValue, of owner: TemplateValue) throws(TemplateError) -> TemplateValue {
        switch (owner, index) {
        case (.mapping, .text(let key)): return owner[member: key] ?? .undefined(key.string)
        case (.namespace(let space), .text(let key)): return space.values[key.string] ?? .undefined(key.string)
        case (.list(let elements), .integer(let place)):
            let place = place < 0 ? place + elements.count : place
            return elements.indices.contains(place) ? elements[place] : .undefined("an element")
        case (.text(let text), .integer(let place)):
            let place = place < 0 ? place + text.count : place
            return text.indices.contains(place) ? .text([text[place]]) : .undefined("a letter")
        case (.undefined, _): throw TemplateError("a part of \(owner.kind)")
        default: return .undefined("a part")
        }
    }

    private mutating func slice(
        _ owner: TemplateValue, _ parts: [TemplateExpression?]
    ) throws(TemplateError) -> TemplateValue {
        var bounds: [Int?] = []
        for part in parts {
            guard let part else {
                bounds.append(nil)
                continue
            }
            switch try evaluate(part) {
            case .integer(let number): bounds.append(number)
            case .none: bounds.append(nil)
            case let other: throw TemplateError("a slice by \(other.kind)")
            }
        }
        switch owner {
        case .text(let text): return .text(try Self.places(bounds, text.count).map { text[$0] })
        case .list(let elements): return .list(try Self.places(bounds, elements.count).map { elements[$0] })
        default: throw TemplateError("a slice of \(owner.kind)")
        }
    }

    /// Python's: from the end where negative, cut off at both ends.
    private static func places(_ bounds: [Int?], _ count: Int) throws(TemplateError) -> [Int] {
        let step = bounds[2] ?? 1
        guard step != 0 else { throw TemplateError("a slice in steps of 0") }
        let (least, most) = step > 0 ? (0, count) : (-1, count - 1)
        func place(_ bound: Int?, _ usual: Int) -> Int {
            guard let bound else { return usual }
            return min(max(bound < 0 ? bound.addingReportingOverflow(count).partialValue : bound, least), most)
        }
        let (from, to) = (place(bounds[0], step > 0 ? least : most), place(bounds[1], step > 0 ? most : least))
        return Array(stride(from: from, to: to, by: min(max(step, -count - 1), count + 1)))
    }

    private mutating func call(_ callee: TemplateValue, _ arguments: Arguments) throws(TemplateError) -> TemplateValue {
        switch callee {
        case .method(let owner, let name): return try bounded(TemplateMethods.call(name, owner[0], arguments))
        case .function(let name): return try bounded(TemplateFunctions.call(name, arguments))
        default: throw TemplateError("\(callee.kind) is called, which is no function here")
        }
    }

    private func arithmetic(
        _ kind: TemplateExpression.Binary, _ left: TemplateValue, _ right: TemplateValue
    ) throws(TemplateError) -> TemplateValue {
        switch (kind, left, right) {
        case (.join, _, _): return .text(try left.shown() + right.shown())
        case (.add, .text(let one), .text(let other)): return .text(one + other)
        case (.add, .list(let one), .list(let other)): return .list(one + other)
        case (.multiply, .text(let text), .integer(let count)), (.multiply, .integer(let count), .text(let text)):
            guard count <= 0 || text.count <= TemplateLimits.size / count else {
                throw TemplateError("a value larger than \(TemplateLimits.size)")
            }
            return .text((0..<max(count, 0)).flatMap { _ in text })
        default: break
        }
        guard let one = left.number, let other = right.number else {
            throw TemplateError("`\(kind.rawValue)` of \(left.kind) and \(right.kind)")
        }
        let result: (partialValue: Int, overflow: Bool)
        switch kind {
        case .add: result = one.addingReportingOverflow(other)
        case .subtract: result = one.subtractingReportingOverflow(other)
        case .multiply: result = one.multipliedReportingOverflow(by: other)
        default:
            guard other != 0, !(one == .min && other == -1) else { throw TemplateError("a division by 0") }
            // Python's: rounded down.
            let (quotient, rest) = one.quotientAndRemainder(dividingBy: other)
            let isBelow = rest != 0 && (rest < 0) != (other < 0)
            return .integer(kind == .floor ? quotient - (isBelow ? 1 : 0) : rest + (isBelow ? other : 0))
        }
        guard !result.overflow else { throw TemplateError("a number that is too large") }
        return .integer(result.partialValue)
    }
}
