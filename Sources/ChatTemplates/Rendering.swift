/// One rendering of a template: the names that have values, what was written, and what it took.
struct Rendering {
    /// How a body ended.
    enum End { case through, stopped, skipped }

    /// Names, the innermost loop's last.
    private var scopes: [[String: TemplateValue]]
    private(set) var output: [UInt32] = []
    private var steps = 0
    private var depth = 0

    init(_ names: [String: TemplateValue]) { scopes = [names] }

    func value(of name: String) -> TemplateValue {
        for scope in scopes.reversed() {
            if let value = scope[name] { return value }
        }
        return TemplateFunctions.names.contains(name) ? .function(name) : .undefined(name)
    }

    /// Takes a step. Throws where there were too many.
    mutating func step() throws(TemplateError) {
        steps += 1
        guard steps <= TemplateLimits.steps else {
            throw TemplateError("it does not end within \(TemplateLimits.steps) steps")
        }
    }

    mutating func nested<Result>(
        _ body: (inout Self) throws(TemplateError) -> Result
    ) throws(TemplateError) -> Result {
        try step()
        depth += 1
        defer { depth -= 1 }
        guard depth <= TemplateLimits.evaluations else {
            throw TemplateError("expressions nested deeper than \(TemplateLimits.evaluations)")
        }
        return try body(&self)
    }

    private mutating func write(_ words: [UInt32]) throws(TemplateError) {
        output += words
        guard output.count <= TemplateLimits.size else {
            throw TemplateError("it writes more than \(TemplateLimits.size) letters")
        }
    }

    mutating func render(_ nodes: [TemplateNode]) throws(TemplateError) -> End {
        for node in nodes {
            let end = try render(node)
            guard end == .through else { return end }
        }
        return .through
    }

    private mutating func render(_ node: TemplateNode) throws(TemplateError) -> End {
        try step()
        switch node {
        case .words(let words): try write(words)
        case .show(let expression): try write(try evaluate(expression).shown())
        case .stop: return .stopped
        case .skip: return .skipped
        case .choice(let branches, let otherwise):
            for (condition, body) in branches where try evaluate(condition).isTrue { return try render(body) }
            return try render(otherwise)
        case .set(let targets, let expression): try set(targets, try evaluate(expression))
        case .capture(let target, let body):
            let before = output
            output = []
            scopes.append([:])
            let end = try render(body)
            scopes.removeLast()
            let text = output
            output = before
            try set(target, .text(text))
            return end
        case .loop(let loop): try run(loop)
        }
        return .through
    }

    private mutating func set(_ targets: [TemplateTarget], _ value: TemplateValue) throws(TemplateError) {
        guard targets.count > 1 else { return try set(targets[0], value) }
        let elements = try value.elements("names are given to the elements")
        guard elements.count == targets.count else {
            throw TemplateError("\(targets.count) names for \(elements.count) values")
        }
        for (target, element) in zip(targets, elements) { try set(target, element) }
    }

    private mutating func set(_ target: TemplateTarget, _ value: TemplateValue) throws(TemplateError) {
        guard let member = target.member else {
            scopes[scopes.count - 1][target.name] = value
            return
        }
        guard case .namespace(let space) = self.value(of: target.name) else {
            throw TemplateError("`\(target.name.prefix(40))` is no namespace, whose members can be set")
        }
        space.values[member] = value
    }

    // MARK: loops

    private mutating func run(_ loop: TemplateLoop) throws(TemplateError) {
        var elements = try evaluate(loop.over).elements("a loop through the elements")
        if let condition = loop.condition {
            var wanted: [TemplateValue] = []
            for element in elements {
                scopes.append(try names(loop.targets, element))
                if try evaluate(condition).isTrue { wanted.append(element) }
                scopes.removeLast()
            }
            elements = wanted
        }
        guard !elements.isEmpty else {
            _ = try render(loop.otherwise)
            return
        }
        for index in elements.indices {
            // A body may have nothing in it.
            try step()
            var scope = try names(loop.targets, elements[index])
            scope["loop"] = Self.place(index, in: elements)
            scopes.append(scope)
            let end = try render(loop.body)
            scopes.removeLast()
            if end == .stopped { return }
        }
    }

    private func names(_ targets: [String], _ element: TemplateValue) throws(TemplateError) -> [String: TemplateValue] {
        guard targets.count > 1 else { return [targets[0]: element] }
        let parts = try element.elements("a loop's variables are the elements")
        guard parts.count == targets.count else {
            throw TemplateError("\(targets.count) variables of a loop for \(parts.count) values")
        }
        return Dictionary(zip(targets, parts)) { $1 }
    }

    private static func place(_ index: Int, in elements: [TemplateValue]) -> TemplateValue {
        let count = elements.count
        var members: [(String, TemplateValue)] = [
            ("index", .integer(index + 1)), ("index0", .integer(index)), ("first", .truth(index == 0)),
            ("last", .truth(index == count - 1)), ("length", .integer(count)), ("revindex", .integer(count - index)),
            ("revindex0", .integer(count - index - 1)),
        ]
        if index > 0 { members.append(("previtem", elements[index - 1])) }
        if index + 1 < count { members.append(("nextitem", elements[index + 1])) }
        return .mapping(members.map { ($0.0.codePoints, $0.1) })
    }
}
