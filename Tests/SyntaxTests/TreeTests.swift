import Diagnostics
import Testing

@testable import Syntax

/// What the tree of a text is, written as nested lists.
@Suite("Trees") struct TreeTests {
    @Test(
        "group as the reference says",
        arguments: [
            ("1 + 2 * 3 - 4", "(- (+ 1 (* 2 3)) 4)"),
            ("-a * b / -c", "(/ (* (neg a) b) (neg c))"),
            ("a implies b implies c", "(implies a (implies b c))"),
            ("a or b and not c == d or e", "(or a (and b (not (== c d))) e)"),
            ("0 <= x + 1 < y", "(<= < 0 (+ x 1) y)"),
            ("(a and b) and c", "(and (and a b) c)"),
            ("e.rho in [1500, 2 * k]", "(in e.rho 1500 (* 2 k))"),
            ("f(x, k: 1)[0, 1..n].a with { b: 2 }", "(with (f x k:1)[0 1..n].a b:2)"),
            ("x[..] + y[1..] + z[..2]", "(+ (+ x[..] y[1..]) z[..2])"),
            ("if a then b else if c then d else e", "(if a b (if c d e))"),
            ("max(a, b) + max(r in d where r.x : r.y)", "(+ (max a b) (max r in d where r.x : r.y))"),
            ("all(x in [0, 1])", "(all (in x 0 1))"),
            ("rate({ a, b } in d : a == b)", "(rate {a b} in d : (== a b))"),
            ("quantile(x: Int : x, 0.5)", "(quantile x: T : x 0.5)"),
            ("{ let y = 1; y }", "{y=1 y}"),
            ("{ a: 1\n b: [1, [2]] }", "{a:1 b:[1 [2]]}"),
            ("{\n let y = a\n (b)\n }", "{y=a b}"),
            ("q ++ suffix contains /a b/", "(contains (++ q suffix) /a b/)"),
            ("f\n.g", "f.g"),
        ])
    func expressions(text: String, expected: String) throws {
        let source = SourceFile(path: "t", text: "func f() = " + text)
        let (tree, diagnostics) = parse(source)
        #expect(diagnostics.isEmpty, "\(render(diagnostics, from: [source]))")
        guard case .function(let function)? = tree.declarations.first else { throw Failure() }
        #expect(sketch(function.body) == expected)
        #expect(source.text(function.body.span) == text)
    }

    @Test("keep documentation, remarks and names in files") func notes() throws {
        let text = """
            // no documentation
            /// First line.
            ///   Second.
            type E = {
              rho: Real in [0, 1],  // ft   distance
              a: Real at "a/b", b: Int
            }
            """
        let (tree, _) = parse(SourceFile(path: "t", text: text))
        guard case .type(let type)? = tree.declarations.first, case .record(let fields) = type.type.base else {
            throw Failure()
        }
        #expect(type.documentation == "First line.\n  Second.")
        #expect(fields.map(\.remark) == ["ft distance", nil, nil])
        #expect(fields.map(\.fileName?.text) == [nil, "a/b", nil])
    }

    @Test("read literals as they are meant") func literals() throws {
        let text = #"func f() = [60_760, 1e-3, 007, "a\n\u{3b5}\"", /a\/[b"]/, true]"#
        guard case .function(let it)? = parse(SourceFile(path: "t", text: text)).tree.declarations.first,
            case .tensor(let tensor) = it.body
        else { throw Failure() }
        let numbers = tensor.elements.compactMap { if case .number(let it) = $0 { it } else { nil } }
        #expect(numbers.map(\.value) == [60760, 0.001, 7])
        #expect(numbers.map(\.integer) == [60760, nil, 7])
        guard case .string(let string) = tensor.elements[3], case .regex(let regex) = tensor.elements[4] else {
            throw Failure()
        }
        #expect(string.text == "a\nε\"")
        #expect(regex.pattern == #"a\/[b"]"#)
    }

    @Test("share the type of grouped parameters") func parameters() throws {
        let text = "func f(c, h: Int, p: Patch(c, size: k)) = c"
        guard case .function(let it)? = parse(SourceFile(path: "t", text: text)).tree.declarations.first else {
            throw Failure()
        }
        #expect(it.parameters.map(\.name.text) == ["c", "h", "p"])
        guard case .named(let type) = it.parameters[2].type.base else { throw Failure() }
        #expect(type.arguments.map { $0.label?.text } == [nil, "size"])
    }

    private struct Failure: Error {}
}

private func sketch(_ expression: Expression) -> String {
    switch expression {
    case .number(let it): it.digits
    case .string(let it): "\"\(it.text)\""
    case .regex(let it): "/\(it.pattern)/"
    case .boolean(let it): "\(it.value)"
    case .name(let it): it.text
    case .tensor(let it): "[\(list(it.elements))]"
    case .record(let it): "{\(it.fields.map(sketch).joined(separator: " "))}"
    case .block(let it):
        "{\((it.lets.map { sketch($0.pattern) + "=" + sketch($0.value) } + [sketch(it.result)]).joined(separator: " "))}"
    case .conditional(let it): "(if \(list([it.condition, it.consequence, it.alternative])))"
    case .call(let it): "(\(([sketch(it.callee)] + it.arguments.map(sketch)).joined(separator: " ")))"
    case .aggregate(let it): "(\(it.function.text) \(sketch(it)))"
    case .index(let it): sketch(it.base) + "[\(it.subscripts.map(sketch).joined(separator: " "))]"
    case .member(let it): sketch(it.base) + "." + it.name.text
    case .update(let it): "(with \(sketch(it.base)) \(it.fields.map(sketch).joined(separator: " ")))"
    case .negation(let it): "(neg \(sketch(it.operand)))"
    case .arithmetic(let it): "(\(it.operation.rawValue) \(list([it.left, it.right])))"
    case .comparison(let it):
        "(\(it.links.map(\.operation.rawValue).joined(separator: " ")) \(list([it.first] + it.links.map(\.operand))))"
    case .membership(let it): "(in \(list([it.value, it.interval.lower, it.interval.upper])))"
    case .containment(let it): "(contains \(list([it.text, it.pattern])))"
    case .not(let it): "(not \(sketch(it.operand)))"
    case .logic(let it): "(\(it.operation.rawValue) \(list(it.operands)))"
    case .implication(let it): "(implies \(list([it.premise, it.conclusion])))"
    case .missing: "?"
    }
}

private func list(_ expressions: [Expression]) -> String { expressions.map(sketch).joined(separator: " ") }

private func sketch(_ field: FieldValue) -> String { field.name.text + ":" + sketch(field.value) }

private func sketch(_ argument: Argument) -> String {
    (argument.label.map { $0.text + ":" } ?? "") + sketch(argument.value)
}

private func sketch(_ pattern: Pattern) -> String {
    switch pattern {
    case .name(let name): name.text
    case .fields(let names, _): "{\(names.map(\.text).joined(separator: " "))}"
    }
}

private func sketch(_ item: Subscript) -> String {
    switch item {
    case .at(let expression): sketch(expression)
    case .range(let lower, let upper, _): (lower.map(sketch) ?? "") + ".." + (upper.map(sketch) ?? "")
    }
}

private func sketch(_ aggregate: Aggregate) -> String {
    let domain =
        switch aggregate.binder.domain {
        case .type: ": T"
        case .rows(let data): " in " + sketch(data)
        case .lines(let file): " in lines " + file.text
        }
    let condition = aggregate.condition.map { " where " + sketch($0) } ?? ""
    let parts = [sketch(aggregate.binder.pattern) + domain + condition, ":", sketch(aggregate.body)]
    return (parts + aggregate.arguments.map(sketch)).joined(separator: " ")
}
