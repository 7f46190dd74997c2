/// What texts and mappings can be asked for with a point: `text.strip()`, `message.items()`.
enum TemplateMethods {
    private static let ofTexts: Set<String> = [
        "strip", "lstrip", "rstrip", "split", "rsplit", "splitlines", "startswith", "endswith", "upper", "lower",
        "title",
        "capitalize", "replace", "join", "find", "count", "removeprefix", "removesuffix",
    ]
    private static let ofMappings: Set<String> = ["items", "keys", "values", "get"]

    static func has(_ name: String, _ owner: TemplateValue) -> Bool {
        switch owner {
        case .text: ofTexts.contains(name)
        case .mapping: ofMappings.contains(name)
        default: false
        }
    }

    static func call(
        _ name: String, _ owner: TemplateValue, _ arguments: Rendering.Arguments
    ) throws(TemplateError) -> TemplateValue {
        switch owner {
        case .text(let text): return try call(name, text, arguments)
        case .mapping(let members):
            switch name {
            case "items": return TemplateFilters.items(members)
            case "keys": return .list(members.map { .text($0.key) })
            case "values": return .list(members.map(\.value))
            default:
                guard case .text(let key)? = arguments.at(0, "key") else { throw TemplateError("`get` without a key") }
                return owner[member: key] ?? arguments.at(1, "default") ?? .none
            }
        default: throw TemplateError("`\(name)` of \(owner.kind)")
        }
    }

    private static func call(
        _ name: String, _ text: [UInt32], _ arguments: Rendering.Arguments
    ) throws(TemplateError) -> TemplateValue {
        func words(_ index: Int, _ parameter: String) throws(TemplateError) -> [UInt32]? {
            switch arguments.at(index, parameter) {
            case nil, TemplateValue.none?: return nil
            case .text(let text)?: return text
            case let other?: throw TemplateError("`\(name)` with \(other.kind)")
            }
        }
        func needed(_ index: Int) throws(TemplateError) -> [UInt32] {
            guard let text = try words(index, "") else { throw TemplateError("`\(name)` without a text") }
            return text
        }
        func count(_ index: Int, _ parameter: String) -> Int {
            guard case .integer(let count)? = arguments.at(index, parameter), count >= 0 else { return .max }
            return count
        }
        switch name {
        case "strip", "lstrip", "rstrip":
            let letters = try words(0, "chars").map { Set($0) }
            return .text(
                text.stripped(left: name != "rstrip", right: name != "lstrip") { letters?.contains($0) ?? $0.isBlank })
        case "split": return .list(try split(text, words(0, "sep"), count(1, "maxsplit")).map { .text($0) })
        case "rsplit":
            let parts = try split(
                text.reversed(), words(0, "sep").map { $0.reversed() }, count(1, "maxsplit"))
            return .list(parts.reversed().map { .text($0.reversed()) })
        case "splitlines": return .list(lines(text).map { .text($0) })
        case "startswith", "endswith":
            let options: [TemplateValue] =
                if case .list(let all)? = arguments.plain.first { all } else { [.text(try needed(0))] }
            return .truth(
                options.contains { option in
                    guard case .text(let part) = option else { return false }
                    return name == "startswith"
                        ? text.starts(with: part) : text.reversed().starts(with: part.reversed())
                })
        case "replace":
            return .text(replaced(text, try needed(0), try needed(1), count(2, "count")))
        case "join": return .text(try TemplateFilters.joined(arguments.plain.first ?? .none, text))
        case "find": return .integer(text.place(of: try needed(0), from: 0) ?? -1)
        case "count":
            let wanted = try needed(0)
            return .integer(wanted.isEmpty ? text.count + 1 : text.parts(by: wanted).count - 1)
        case "removeprefix":
            let part = try needed(0)
            return .text(text.starts(with: part) ? Array(text.dropFirst(part.count)) : text)
        case "removesuffix":
            let part = try needed(0)
            let ends = !part.isEmpty && text.reversed().starts(with: part.reversed())
            return .text(ends ? Array(text.dropLast(part.count)) : text)
        default: return .text(cased(text, name))
        }
    }

    /// At blanks where there is no separator: then none of the parts is empty.
    private static func split(
        _ text: [UInt32], _ separator: [UInt32]?, _ most: Int
    ) throws(TemplateError) -> [[UInt32]] {
        if let separator {
            guard !separator.isEmpty else { throw TemplateError("a text split at an empty one") }
            return text.parts(by: separator, most: most)
        }
        var (parts, rest) = ([[UInt32]](), text.stripped(right: false)[...])
        while !rest.isEmpty {
            guard parts.count < most else {
                // What is left keeps its blanks within, not those at its end.
                parts.append(Array(rest).stripped(left: false))
                break
            }
            let word = rest.prefix { !$0.isBlank }
            parts.append(Array(word))
            rest = rest.dropFirst(word.count).drop(while: \.isBlank)
        }
        return parts
    }

    /// Python's: lines end with any of the signs that Unicode has for it.
    static func lines(_ text: [UInt32]) -> [[UInt32]] {
        var (lines, line, place) = ([[UInt32]](), [UInt32](), 0)
        while place < text.count {
            switch text[place] {
            case 10...13, 28...30, 0x85, 0x2028, 0x2029:
                if text[place] == 13, place + 1 < text.count, text[place + 1] == 10 { place += 1 }
                lines.append(line)
                line = []
            default: line.append(text[place])
            }
            place += 1
        }
        return line.isEmpty ? lines : lines + [line]
    }

    static func replaced(_ text: [UInt32], _ old: [UInt32], _ new: [UInt32], _ most: Int) -> [UInt32] {
        guard !old.isEmpty else {
            var result: [UInt32] = []
            for (index, letter) in text.enumerated() { result += index < most ? new + [letter] : [letter] }
            return text.count < most ? result + new : result
        }
        return Array(text.parts(by: old, most: most).joined(separator: new))
    }

    /// `upper`, `lower`, `title`, `capitalize`.
    static func cased(_ text: [UInt32], _ way: String) -> [UInt32] {
        func mapped(_ code: UInt32, _ isUpper: Bool) -> [UInt32] {
            guard let letter = Unicode.Scalar(code) else { return [code] }
            return (isUpper ? letter.properties.uppercaseMapping : letter.properties.lowercaseMapping).codePoints
        }
        var (result, isInside) = ([UInt32](), false)
        for code in text {
            let isUpper = way == "upper" || (way == "title" || way == "capitalize") && !isInside
            result += mapped(code, isUpper)
            isInside = way == "capitalize" || Unicode.Scalar(code)?.properties.isCased == true
        }
        return result
    }
}
