/// What stands behind `|`.
enum TemplateFilters {
    static func apply(
        _ name: String, _ value: TemplateValue, _ arguments: Rendering.Arguments
    ) throws(TemplateError) -> TemplateValue {
        switch name {
        case "length", "count":
            if case .mapping(let members) = value { return .integer(members.count) }
            return .integer(try value.elements("the length").count)
        case "default", "d":
            let otherwise = arguments.at(0, "default_value") ?? .text([])
            if case .undefined = value { return otherwise }
            return arguments.at(1, "boolean")?.isTrue == true && !value.isTrue ? otherwise : value
        case "trim":
            let letters: Set<UInt32>? = if case .text(let chars)? = arguments.at(0, "chars") { Set(chars) } else { nil }
            return .text(try value.shown().stripped { letters?.contains($0) ?? $0.isBlank })
        case "upper", "lower", "capitalize": return .text(TemplateMethods.cased(try value.shown(), name))
        case "title": return .text(TemplateMethods.cased(try value.shown(), name))
        case "replace":
            guard case .text(let old)? = arguments.at(0, "old"), case .text(let new)? = arguments.at(1, "new") else {
                throw TemplateError("`replace` takes two texts")
            }
            return .text(
                TemplateMethods.replaced(try value.shown(), old, new, arguments.at(2, "count")?.number ?? .max))
        case "string": return .text(try value.shown())
        case "safe": return value
        case "int":
            if let number = value.number { return .integer(number) }
            guard case .text(let text) = value else { return .integer(0) }
            return .integer(Int(text.stripped().string) ?? arguments.at(0, "default")?.number ?? 0)
        case "list": return .list(try value.elements("a list"))
        case "first": return try value.elements("the first").first ?? .undefined("the first of nothing")
        case "last": return try value.elements("the last").last ?? .undefined("the last of nothing")
        case "reverse":
            if case .text(let text) = value { return .text(text.reversed()) }
            return .list(try value.elements("the reverse").reversed())
        case "join":
            let separator: [UInt32] = if case .text(let text)? = arguments.at(0, "d") { text } else { [] }
            return .text(try joined(value, separator, attribute: arguments.at(1, "attribute")))
        case "items":
            switch value {
            case .mapping(let members): return items(members)
            case .undefined: return .list([])
            default: throw TemplateError("`items` of \(value.kind)")
            }
        case "tojson": return .text(try TemplateJson(indent: arguments.at(0, "indent")?.number).text(value))
        case "map", "select", "reject", "selectattr", "rejectattr": return try picked(name, value, arguments)
        case "indent": return .text(try indented(value.shown(), arguments))
        default: throw TemplateError("the filter `\(name.prefix(40))` is not supported")
        }
    }

    static func items(_ members: [(key: [UInt32], value: TemplateValue)]) -> TemplateValue {
        .list(members.map { .list([.text($0.key), $0.value]) })
    }

    static func joined(
        _ value: TemplateValue, _ separator: [UInt32], attribute: TemplateValue? = nil
    ) throws(TemplateError) -> [UInt32] {
        var (result, isFirst) = ([UInt32](), true)
        for element in try value.elements("a text is joined of the elements") {
            if !isFirst { result += separator }
            isFirst = false
            let shown = try attribute.map { name throws(TemplateError) in try member(name, of: element) } ?? element
            result += try shown.shown()
            guard result.count <= TemplateLimits.size else {
                throw TemplateError("a value larger than \(TemplateLimits.size)")
            }
        }
        return result
    }

    private static func member(_ name: TemplateValue, of owner: TemplateValue) throws(TemplateError) -> TemplateValue {
        guard case .text(let key) = name else { throw TemplateError("a member's name that is \(name.kind)") }
        return owner[member: key] ?? .undefined(key.string)
    }

    /// Elements, or those for which a test holds or does not; of each itself, or a member.
    private static func picked(
        _ name: String, _ value: TemplateValue, _ arguments: Rendering.Arguments
    ) throws(TemplateError) -> TemplateValue {
        let elements = try value.elements("`\(name)`")
        if name == "map" {
            var found: [TemplateValue] = []
            if let attribute = arguments.named["attribute"] {
                for element in elements {
                    let own = try member(attribute, of: element)
                    if case .undefined = own, let usual = arguments.named["default"] {
                        found.append(usual)
                    } else {
                        found.append(own)
                    }
                }
                return .list(found)
            }
            guard case .text(let filter)? = arguments.plain.first else {
                throw TemplateError("`map` of no member and no filter")
            }
            guard filter.string != "map" else { throw TemplateError("`map` of `map` is not supported") }
            let rest = Rendering.Arguments(plain: Array(arguments.plain.dropFirst()))
            for element in elements { found.append(try apply(filter.string, element, rest)) }
            return .list(found)
        }
        var plain = arguments.plain[...]
        let attribute = name.hasSuffix("attr") ? plain.popFirst() : nil
        guard attribute != nil || !name.hasSuffix("attr") else { throw TemplateError("`\(name)` of no member") }
        let test = plain.popFirst()
        var found: [TemplateValue] = []
        for element in elements {
            let own = try attribute.map { name throws(TemplateError) in try member(name, of: element) } ?? element
            var holds = own.isTrue
            if let test {
                guard case .text(let word) = test else { throw TemplateError("a test that is \(test.kind)") }
                holds = try TemplateTests.holds(word.string, own, Array(plain))
            }
            if holds == name.hasPrefix("select") { found.append(element) }
        }
        return .list(found)
    }

    /// Each line but the first, and those that are empty, behind so many blanks.
    private static func indented(_ text: [UInt32], _ arguments: Rendering.Arguments) throws(TemplateError) -> [UInt32] {
        let width = arguments.at(0, "width")?.number ?? 4
        guard (0...1000).contains(width) else { throw TemplateError("lines are indented by \(width)") }
        let blanks = Array(repeating: UInt32(32), count: width)
        let (indentsFirst, indentsBlank) = (
            arguments.at(1, "first")?.isTrue ?? false, arguments.at(2, "blank")?.isTrue ?? false
        )
        let lines = TemplateMethods.lines(text + [10]).enumerated().map { index, line in
            (index == 0 ? indentsFirst : indentsBlank || !line.isEmpty) ? blanks + line : line
        }
        return Array(lines.joined(separator: [10]))
    }
}
