import Mutations
import Testing

@testable import ChatTemplates

/// Templates are held against Jinja itself by Conformance/chat_templates.py; here is what bounds them.
@Suite struct ChatTemplateTests {
    static let usual =
        "{% for m in messages %}{{ '<|' + m['role'] + '|>' + m.content | trim }}\n{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}"

    private func rendered(_ template: String, _ content: String = " hello ") throws -> String {
        let messages = [ChatTemplate.Message(role: "user", content: content.codePoints)]
        return try ChatTemplate(template, signs: ["bos_token": "<s>"]).rendered(messages).string
    }

    private func failure(_ template: String) -> String {
        do { return "rendered \(try rendered(template))" } catch { return "\(error)" }
    }

    @Test func aTemplateWritesWhatTheModelIsAsked() throws {
        #expect(try rendered(Self.usual) == "<|user|>hello\n<|assistant|>")
        #expect(
            try rendered(
                "{{ bos_token }}{%- set n = namespace(k=0) -%}\n {% for m in messages %}{% set n.k = n.k + 1 %}{% endfor %}{{ n.k }}"
            ) == "<s>1")
        #expect(try rendered("{{ 'e\u{301}' == '\u{e9}' }}{{ 'e\u{301}'|length }}") == "False2")
    }

    @Test(arguments: [
        ("{{ raise_exception('no ' ~ messages[0].role) }}", "the template refuses: no user"),
        ("{% for a in range(60000) %}{% for b in range(60000) %}{% endfor %}{% endfor %}", "it does not end within"),
        (
            "{% set x = 'aaaaaaaa' * 100000 %}{% for a in range(60000) %}{% set y = x ~ 'b' %}{% endfor %}",
            "it does not end within"
        ),
        ("{{ 'a' * 999999999999 }}", "a value larger than"),
        ("{% for a in range(9) %}{{ 'a' * 999999 }}{% endfor %}", "it writes more than"),
        ("{% if true %}", "a block that does not end"),
        ("{{ 'abc }}", "a text in quotes that does not end"),
        ("{{ messages.0.role.upper }}{{ x.y }}", "a function is shown"),
        ("{{ x.y }}", "member `y` of `x`, which nothing was given to"),
        ("{% macro f() %}{% endmacro %}", "the block `{% macro %}` is not supported"),
        ("{{ strftime_now('%d') }}", "`strftime_now`, which nothing was given to is called"),
        ("{{ 1 | xmlattr }}", "the filter `xmlattr` is not supported"),
        ("{{ 1 is fine }}", "the test `is fine` is not supported"),
        ("{{ 1.5 }}", "numbers with a point"),
        ("{{ 1 // 0 }}", "a division by 0"),
        ("{{ 9223372036854775807 + 1 }}", "a number that is too large"),
    ])
    func whatIsWrongIsSaid(template: String, words: String) {
        #expect(failure(template).contains(words), "\(failure(template))")
    }

    @Test func whatNestsTooDeepIsRefused() {
        let (open, close) = (String(repeating: "(", count: 5000), String(repeating: ")", count: 5000))
        #expect(failure("{{ \(open)1\(close) }}").contains("more than"))
        #expect(failure("{{ \(open.prefix(500))1\(close.prefix(500)) }}").contains("deeper"))
        #expect(failure("{{ \(String(repeating: "- ", count: 900))1 }}").contains("deeper"))
        #expect(failure("{{ 1\(String(repeating: " + 1", count: 900)) }}").contains("deeper"))
        #expect(failure("{{ \(String(repeating: "not ", count: 1900))1 }}") == "rendered True")
        let blocks = String(repeating: "{% if true %}", count: 5000) + String(repeating: "{% endif %}", count: 5000)
        #expect(failure(blocks).contains("blocks nested deeper"))
        #expect(failure(String(repeating: "{# #}", count: 100_000)).contains("a template of 500000 letters"))
    }

    @Test func noTemplateCrashesTheReader() {
        let templates = [
            Self.usual,
            "{%- if messages[0]['role'] == 'system' -%}{{ messages[0].content[1:-1] }}{% elif loop is not defined %}{% set a, b = 1, ['x', {'k': none}] %}{{ b | tojson(indent=2) }}{% else %}{# no #}{% endif %}",
            "{% set ns = namespace(a=[]) %}{% for k, v in {'a': 1}.items() if v > 0 %}{% set ns.a = ns.a + [k.upper() ~ loop.index0] %}{% break %}{% endfor %}{{ ns.a | join(', ') }}{{ 'a b'.split(' ', 1)[-1].strip('b') }}{% raw %}{{ x }}{% endraw %}",
        ].map { Array($0.utf8) }
        var mutations = Mutations(seed: 31)
        for round in 0..<Mutations.count(ordinary: 3000) {
            let mutant = mutations.mutant(of: templates[round % 3])
            _ = failure(String(decoding: mutant, as: UTF8.self))
        }
    }
}
