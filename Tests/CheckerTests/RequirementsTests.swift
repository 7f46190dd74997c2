import Checker
import Diagnostics
import Syntax
import Testing

@Suite("Requirements") struct RequirementsTests {
    @Test("are listed in the order written") func listed() {
        let text = """
            use std.image
            model net : (x: Real) -> (y: Real) from "net.onnx"
            data test : { x: Real } from "test.csv"
            model other : (x: Real) -> (y: Real)
            use "mine.say"
            property p { check true }
            """
        let source = SourceFile(path: "spec.say", text: text)
        let found = requirements(of: parse(source).tree)
        #expect(found.models.map(\.name) == ["net", "other"])
        #expect(found.models.map(\.path) == ["net.onnx", nil])
        #expect(found.models.map { source.text($0.span) } == ["\"net.onnx\"", "other"])
        #expect(found.data.map(\.path) == ["test.csv"])
        #expect(found.uses.map { source.text($0.span) } == ["use std.image", "use \"mine.say\""])
    }
}
