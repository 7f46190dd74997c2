/// What a template can call by its name.
enum TemplateFunctions {
    static let names: Set<String> = ["raise_exception", "namespace", "range", "dict"]

    static func call(_ name: String, _ arguments: Rendering.Arguments) throws(TemplateError) -> TemplateValue {
        switch name {
        case "raise_exception":
            let words = try arguments.plain.first?.shown() ?? []
            throw TemplateError("the template refuses: \(words.prefix(400).string)")
        case "namespace", "dict":
            let named = arguments.named.sorted { $0.key < $1.key }
            if name == "dict" { return .mapping(named.map { ($0.key.codePoints, $0.value) }) }
            let space = TemplateValue.Namespace()
            space.values = arguments.named
            if case .mapping(let members)? = arguments.plain.first {
                for member in members { space.values[member.key.string] = member.value }
            }
            return .namespace(space)
        default: return .list(try range(arguments.plain).map { .integer($0) })
        }
    }

    private static func range(_ values: [TemplateValue]) throws(TemplateError) -> [Int] {
        let numbers = values.compactMap(\.number)
        guard numbers.count == values.count, (1...3).contains(numbers.count) else {
            throw TemplateError("`range` takes one to three whole numbers")
        }
        let (from, to) = numbers.count == 1 ? (0, numbers[0]) : (numbers[0], numbers[1])
        let step = numbers.count == 3 ? numbers[2] : 1
        guard step != 0 else { throw TemplateError("`range` in steps of 0") }
        var (numbersFound, next) = ([Int](), from)
        while step > 0 ? next < to : next > to {
            numbersFound.append(next)
            guard numbersFound.count <= TemplateLimits.size / 16 else {
                throw TemplateError("a range of too many numbers")
            }
            let (sum, overflow) = next.addingReportingOverflow(step)
            guard !overflow else { break }
            next = sum
        }
        return numbersFound
    }
}
