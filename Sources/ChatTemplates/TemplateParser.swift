/// Reads the blocks of a template.
struct TemplateParser {
    private var pieces: ArraySlice<TemplateLexer.Piece>

    static func nodes(_ text: String) throws(TemplateError) -> [TemplateNode] {
        var parser = TemplateParser(pieces: try TemplateLexer.pieces(text)[...])
        let (nodes, end) = try parser.body(until: [], depth: 0)
        precondition(end == nil)
        return nodes
    }

    /// Up to one of these blocks, whose words are given back.
    private mutating func body(
        until endings: Set<String>, depth: Int
    ) throws(TemplateError) -> ([TemplateNode], ExpressionParser?) {
        guard depth < TemplateLimits.depth else {
            throw TemplateError("blocks nested deeper than \(TemplateLimits.depth)")
        }
        var nodes: [TemplateNode] = []
        while let piece = pieces.popFirst() {
            switch piece {
            case .words(let words): nodes.append(.words(words))
            case .show(let tokens):
                var parser = ExpressionParser(tokens)
                nodes.append(.show(try parser.whole()))
            case .block(let tokens):
                var parser = ExpressionParser(tokens)
                let keyword = try parser.name("the name of a block")
                if endings.contains(keyword) { return (nodes, ExpressionParser(tokens)) }
                nodes += try block(keyword, &parser, depth)
            }
        }
        guard endings.isEmpty else {
            throw TemplateError(
                "a block that does not end: expected `{% \(endings.sorted().joined(separator: " %}` or `{% ")) %}`")
        }
        return (nodes, nil)
    }

    private mutating func block(
        _ keyword: String, _ parser: inout ExpressionParser, _ depth: Int
    ) throws(TemplateError) -> [TemplateNode] {
        switch keyword {
        case "if": return [try choice(&parser, depth)]
        case "for": return [try loop(&parser, depth)]
        case "set": return [try set(&parser, depth)]
        case "break": return [.stop]
        case "continue": return [.skip]
        // What the model is to write: shown as it stands.
        case "generation": return try body(until: ["endgeneration"], depth: depth + 1).0
        default:
            throw TemplateError("the block `{% \(keyword.prefix(40)) %}` is not supported, or stands where it cannot")
        }
    }

    private mutating func choice(_ parser: inout ExpressionParser, _ depth: Int) throws(TemplateError) -> TemplateNode {
        var branches: [(TemplateExpression, [TemplateNode])] = []
        var condition = try parser.whole()
        while true {
            let (nodes, end) = try body(until: ["elif", "else", "endif"], depth: depth + 1)
            branches.append((condition, nodes))
            var last = end!
            switch try last.name("") {
            case "elif": condition = try last.whole()
            case "else": return .choice(branches, otherwise: try body(until: ["endif"], depth: depth + 1).0)
            default: return .choice(branches, otherwise: [])
            }
        }
    }

    private mutating func loop(_ parser: inout ExpressionParser, _ depth: Int) throws(TemplateError) -> TemplateNode {
        var targets = [try parser.name("the name of a loop's variable")]
        while parser.accept(",") { targets.append(try parser.name("the name of a loop's variable")) }
        guard parser.accept(word: "in") else { throw TemplateError("a loop without `in`") }
        let over = try parser.unconditional()
        let condition = parser.accept(word: "if") ? try parser.expression() : nil
        try parser.end()
        let (nodes, end) = try body(until: ["else", "endfor"], depth: depth + 1)
        var last = end!
        let otherwise = try last.name("") == "else" ? try body(until: ["endfor"], depth: depth + 1).0 : []
        return .loop(
            TemplateLoop(targets: targets, over: over, condition: condition, body: nodes, otherwise: otherwise))
    }

    private mutating func set(_ parser: inout ExpressionParser, _ depth: Int) throws(TemplateError) -> TemplateNode {
        func target(_ parser: inout ExpressionParser) throws(TemplateError) -> TemplateTarget {
            let name = try parser.name("a name")
            return TemplateTarget(name: name, member: parser.accept(".") ? try parser.name("a name") : nil)
        }
        var targets = [try target(&parser)]
        while parser.accept(",") { targets.append(try target(&parser)) }
        if parser.accept("=") { return .set(targets, try parser.wholeOrTuple()) }
        try parser.end()
        guard targets.count == 1 else { throw TemplateError("`set` of several names without `=`") }
        return .capture(targets[0], try body(until: ["endset"], depth: depth + 1).0)
    }
}
