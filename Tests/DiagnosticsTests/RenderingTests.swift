import Testing

@testable import Diagnostics

@Suite("Rendering") struct RenderingTests {
    private func span(_ file: SourceFile, _ lower: Int, _ upper: Int) -> Span { Span(file: file.id, lower..<upper) }

    @Test("looks as house.md shows it") func simple() {
        let file = SourceFile(path: "digits.say", text: "\n\n\n  forall imge in test\n")
        let diagnostic = Diagnostic(
            code: "unknown-name", "no input named `imge`", at: span(file, 12, 16),
            hints: [Hint("did you mean `image`?")])
        #expect(
            render(diagnostic, from: [file]) == """
                error[unknown-name]: no input named `imge`
                  ┌─ digits.say:4:10
                4 │   forall imge in test
                  │          ^^^^
                  = hint: did you mean `image`?

                """)
    }

    @Test("shows labels, far lines and other files") func labels() {
        let file = SourceFile(path: "a.say", text: (1...12).map { "line \($0)\n" }.joined())
        let other = SourceFile(path: "b.say", text: "other", id: SourceFile.ID(1))
        let diagnostic = Diagnostic(
            .warning, code: "c", "m", at: span(file, 66, 70),
            labels: [Label("opened here", at: span(file, 0, 4)), Label("and here", at: span(other, 0, 5))])
        #expect(
            render(diagnostic, from: [file, other]) == """
                warning[c]: m
                   ┌─ a.say:10:4
                 1 │ line 1
                   │ ---- opened here
                   ·
                10 │ line 10
                   │    ^^^^
                   ┌─ b.say:1:1
                 1 │ other
                   │ ----- and here

                """)
    }

    @Test("shows the first and the last line of a long span") func manyLines() {
        let file = SourceFile(path: "a.say", text: "check (a\n  b\n  c)\n")
        #expect(
            render(Diagnostic(code: "c", "m", at: span(file, 6, 17)), from: [file]) == """
                error[c]: m
                  ┌─ a.say:1:7
                1 │ check (a
                  │       ^^
                  ·
                3 │   c)
                  │   ^^

                """)
    }

    @Test("counts tabs, wide and combining characters as a terminal does") func widths() {
        let text = "\t漢e\u{301}🙂 x"
        let file = SourceFile(path: "a.say", text: text)
        let rendered = render(
            Diagnostic(code: "c", "m", at: span(file, text.utf8.count - 1, text.utf8.count)), from: [file])
        #expect(
            rendered == """
                error[c]: m
                  ┌─ a.say:1:7
                1 │     漢e\u{301}🙂 x
                  │          \u{20}^

                """)
    }

    @Test("cannot be fooled by control signs or broken bytes") func hostile() {
        let file = SourceFile(path: "a.say", bytes: [0x1B, 0x5B, 0xFF, 0xE2, 0x80, 0xAE, 0x61])
        let rendered = render(Diagnostic(code: "c", "m", at: span(file, 6, 7)), from: [file])
        #expect(rendered.contains("1 │ \u{FFFD}[\u{FFFD}\u{FFFD}a\n  │     ^\n"), "\(rendered)")
    }

    @Test("cuts long lines around the place") func long() {
        let file = SourceFile(path: "a.say", text: String(repeating: "é", count: 100_000) + "x")
        let rendered = render(Diagnostic(code: "c", "m", at: span(file, 100_000, 100_002)), from: [file])
        #expect(rendered.utf8.count < 1000)
        #expect(rendered.contains("…é") && rendered.contains("é…"))
    }

    @Test("copes with a span at the end or outside") func outside() {
        let file = SourceFile(path: "a.say", text: "ab")
        for place in [span(file, 2, 2), span(file, 90, 95)] {
            #expect(render(Diagnostic(code: "c", "m", at: place), from: [file]).contains("1 │ ab\n  │   ^\n"))
        }
        #expect(
            render(Diagnostic(code: "c", "m", at: Span(file: SourceFile.ID(7), 0..<1)), from: [file]) == "error[c]: m\n"
        )
    }

    @Test("colours only where asked") func colours() {
        let file = SourceFile(path: "a.say", text: "ab")
        let diagnostic = Diagnostic(code: "c", "m", at: span(file, 0, 1), hints: [Hint("h")])
        #expect(!render(diagnostic, from: [file]).contains("\u{1B}"))
        let coloured = render(diagnostic, from: [file], style: .coloured)
        #expect(coloured.contains("\u{1B}[1;31merror[c]\u{1B}[0m"))
        #expect(coloured.replacing(/\u{1B}\[[0-9;]*m/, with: "") == render(diagnostic, from: [file]))
    }
}
