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
            ("rate(s: S, e: E ~ normal(0, 0.1) : f(s, e))", "(rate s: T, e: T ~ (normal 0 0.1) : (f s e))"),
            ("sum(i, j: Int in [0, 2] where i < j : x[i])", "(sum i j: T in 0 2 where (< i j) : x[i])"),
            ("all(i: Int : all(j: Int in [i + 1, 4] : t[j]))", "(all i: T : (all j: T in (+ i 1) 4 : t[j]))"),
            ("rate(x ~ d, { a, b } in rows where a : b)", "(rate x ~ d, {a b} in rows where a : b)"),
            ("sum(x, axis: 0) + std(x) + max(x, y, axis: 0)", "(+ (+ (sum x axis:0) (std x)) (max x y axis:0))"),
            ("all(x in {1, 2}) and all(x in d : x)", "(and (all (in x {1 2})) (all x in d : x))"),
            ("max(a, forall y: T : p)", "(max a (forall y: T : p))"),
            ("max(a, b: forall y: T, z in d : p, c: q)", "(max a b:(forall y: T, z in d : p) c:q)"),
            ("max(a, b: T where forall y: T : p : q)", "(max a b: T where (forall y: T : p) : q)"),
            ("median(t in states(s) + u : t.x)", "(median t in (+ (states s) u) : t.x)"),
            ("[i: Int in [0, 2] : x[i] * i]", "[i: T in 0 2 : (* x[i] i)]"),
            ("[i, j: T, k ~ d : e]", "[i j: T, k ~ d : e]"),
            ("[t in states(s) : t.x]", "[t in (states s) : t.x]"),
            ("[{ a, b } in d : [a, b]]", "[{a b} in d : [a b]]"),
            ("[x in [0, 1], y]", "[(in x 0 1) y]"),
            ("[exists x: T : p, { a: 1 }]", "[(exists x: T : p) {a:1}]"),
            ("[x in [0, 1], exists y: T : p]", "[(in x 0 1) (exists y: T : p)]"),
            ("forall x: T : p implies q or r", "(forall x: T : (implies p (or q r)))"),
            ("(exists x: T : p) and q", "(and (exists x: T : p) q)"),
            ("forall x: T where p, y: T : exists z: T : q", "(forall x: T where p, y: T : (exists z: T : q))"),
            ("if forall x: T : p then forall y: T : q else r", "(if (forall x: T : p) (forall y: T : q) r)"),
            ("{ let y = forall x: T : x\n exists z in d : y }", "{y=(forall x: T : x) (exists z in d : y)}"),
            ("d in {clear, weak_left,} or x in {-1, 2 * k}", "(or (in d {clear weak_left}) (in x {(neg 1) (* 2 k)}))"),
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

    @Test("read families, constants and the quantifying clauses") func families() throws {
        let text = """
            /// Speed of light.
            let c: Real = 299792458
            const k = c
            property p(l, m: Label, eps: Real in {0.05, 0.1}, row in test,) "{l}" {
              forall a: S, b: S where far(a, b)
              exists x ~ normal(0, 1)
              for { a, b } in d
              check forall y: T : y
            }
            """
        let source = SourceFile(path: "t", text: text)
        let (tree, diagnostics) = parse(source)
        #expect(diagnostics.isEmpty, "\(render(diagnostics, from: [source]))")
        guard case .constant(let first)? = tree.declarations.first, case .constant(let second) = tree.declarations[1],
            case .property(let property) = tree.declarations[2]
        else { throw Failure() }
        #expect([first.name.text, second.name.text] == ["c", "k"])
        #expect(first.documentation == "Speed of light." && first.type != nil && second.type == nil)
        #expect(sketch(property.parameters) == "l m: T, eps: T in {0.05 0.1}, row in test")
        #expect(property.title?.text == "{l}")
        let clauses = property.clauses.map { clause in
            switch clause {
            case .forall(let it): "forall " + sketch(it.binders)
            case .exists(let it): "exists " + sketch(it.binders)
            case .each(let it): "for " + sketch(it.binders)
            case .check(let it): "check " + sketch(it.condition)
            default: "?"
            }
        }
        #expect(
            clauses == [
                "forall a: T, b: T where (far a b)", "exists x ~ (normal 0 1)", "for {a b} in d",
                "check (forall y: T : y)",
            ])
    }

    @Test("give sequences of records as types") func sequences() throws {
        let text = "func f(a: P[3], b: P[1..8], c: Patch(1, 8, 8, size: 3)[2]) = a"
        let source = SourceFile(path: "t", text: text)
        guard case .function(let it)? = parse(source).tree.declarations.first else { throw Failure() }
        let types = it.parameters.compactMap { if case .named(let type) = $0.type.base { type } else { nil } }
        #expect(types.map(\.name.text) == ["P", "P", "Patch"])
        #expect(types.map { $0.dimensions.map { $0.map(sketch) } } == [["3"], ["1..8"], ["2"]])
        #expect(types.map(\.arguments.count) == [0, 0, 4])
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
    case .comprehension(let it): "[\(scope(it.binders, it.body))]"
    case .record(let it): "{\(it.fields.map(sketch).joined(separator: " "))}"
    case .block(let it):
        "{\((it.lets.map { sketch($0.pattern) + "=" + sketch($0.value) } + [sketch(it.result)]).joined(separator: " "))}"
    case .conditional(let it): "(if \(list([it.condition, it.consequence, it.alternative])))"
    case .quantified(let it): "(\(it.quantifier.rawValue) \(scope(it.binders, it.body)))"
    case .call(let it): "(\(([sketch(it.callee)] + it.arguments.map(sketch)).joined(separator: " ")))"
    case .aggregate(let it): "(\(it.function.text) \(sketch(it)))"
    case .index(let it): sketch(it.base) + "[\(it.subscripts.map(sketch).joined(separator: " "))]"
    case .member(let it): sketch(it.base) + "." + it.name.text
    case .update(let it): "(with \(sketch(it.base)) \(it.fields.map(sketch).joined(separator: " ")))"
    case .negation(let it): "(neg \(sketch(it.operand)))"
    case .arithmetic(let it): "(\(it.operation.rawValue) \(list([it.left, it.right])))"
    case .comparison(let it):
        "(\(it.links.map(\.operation.rawValue).joined(separator: " ")) \(list([it.first] + it.links.map(\.operand))))"
    case .membership(let it): "(in \(sketch(it.value)) \(sketch(it.range)))"
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
    ([scope(aggregate.binders, aggregate.body)] + aggregate.arguments.map(sketch)).joined(separator: " ")
}

private func scope(_ binders: [Binder], _ body: Expression) -> String { sketch(binders) + " : " + sketch(body) }

private func sketch(_ binders: [Binder]) -> String { binders.map(sketch).joined(separator: ", ") }

private func sketch(_ binder: Binder) -> String {
    let domain =
        switch binder.domain {
        case .type(let type): ": T" + (type.range.map { " in " + sketch($0) } ?? "")
        case .rows(let data): " in " + sketch(data)
        case .lines(let file): " in lines " + file.text
        case .inferred: ""
        }
    let distribution = binder.distribution.map { " ~ " + sketch($0) } ?? ""
    let condition = binder.condition.map { " where " + sketch($0) } ?? ""
    return binder.patterns.map(sketch).joined(separator: " ") + domain + distribution + condition
}

private func sketch(_ range: ValueRange) -> String {
    switch range {
    case .interval(let it): list([it.lower, it.upper])
    case .set(let it): "{\(list(it.elements))}"
    }
}
