import Testing

@testable import Diagnostics

@Suite("SourceFile") struct SourceFileTests {
    @Test("counts lines and columns in scalars") func positions() {
        let file = SourceFile(path: "a", text: "ab\nçd\r\ne\rf")
        #expect(file.lineCount == 4)
        #expect(file.position(at: 0) == Position(line: 1, column: 1))
        #expect(file.position(at: 5) == Position(line: 2, column: 2))
        #expect(file.position(at: 8) == Position(line: 3, column: 1))
        #expect(file.position(at: 10) == Position(line: 4, column: 1))
        #expect(file.position(at: 999) == Position(line: 4, column: 2))
    }

    @Test("gives a line without its end") func lines() {
        let file = SourceFile(path: "a", text: "ab\r\n\ncd")
        #expect((1...3).map { file.text(Span(file: file.id, file.lineRange($0))) } == ["ab", "", "cd"])
        #expect(file.lineRange(9).isEmpty)
    }

    @Test("takes any span") func foreignSpans() {
        let file = SourceFile(path: "a", bytes: [0xFF, 0x61])
        #expect(file.text(Span(file: file.id, 1..<90)) == "a")
        #expect(file.text(Span(file: file.id, 0..<1)) == "\u{FFFD}")
    }
}
