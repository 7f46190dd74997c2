import Checker
import Diagnostics
import Syntax
import Testing

@testable import VNNLIB

@Suite struct SayTextTests {
    private let header =
        "(declare-const X_0 Real)(declare-const X_1 Real)(declare-const Y_0 Real)(declare-const Y_1 Real)"
    private let model = QueriedModel(file: "nets/a \"b\".onnx", input: ("x", [1, 2]), output: ("y.1", [1, 2]))

    private func text(_ assertions: String) throws -> String {
        let source = SourceFile(path: "test.vnnlib", text: header + assertions)
        return try Query(parsing: source).sayText(of: model, title: "props/prop-1.vnnlib")
    }

    @Test func aBoxBecomesAProperty() throws {
        let text = try text(
            "(assert (>= X_0 -1))(assert (<= X_0 1.5))(assert (>= X_1 0))(assert (<= X_1 1e-05))"
                + "(assert (or (and (<= Y_0 Y_1) (>= (* 2 Y_0) (+ X_1 -3))) (< Y_1 0)))")
        #expect(
            text == """
                // Written from props/prop-1.vnnlib.

                model net : (x: Tensor[1, 2]) -> (y: Tensor[1, 2]) from "nets/a \\"b\\".onnx"

                func answer(x: Tensor[2]) -> Tensor[2] =
                  reshape(net(reshape(x, [1, 2])), [2])

                property prop_1 {
                  forall x: Tensor[2] in [
                    [-1.0, 0.0],
                    [1.5, 1e-05]
                  ]
                  let y = answer(x)
                  check not ((y[0] <= y[1] and x[1] <= 2.0 * y[0] + 3.0) or y[1] < 0)
                }

                """)
    }

    @Test func boxesBecomePropertiesOrATable() throws {
        func boxes(_ count: Int) -> String {
            let parts = (0..<count).map { "(and (>= X_0 \($0)) (<= X_0 \($0)) (>= X_1 0) (<= X_1 1))" }
            return "(assert (or \(parts.joined(separator: " "))))(assert (<= Y_0 0))"
        }
        let few = try text(boxes(16))
        #expect(few.contains("property prop_1_box16 {") && !few.contains("lowers"))
        let many = try text(boxes(17))
        #expect(many.contains("property prop_1 {") && many.contains("forall box: Int in [0, 16]"))
    }

    /// Whatever is written parses and type-checks.
    @Test(arguments: [
        "(assert (<= Y_0 0))", "(assert (or (and (<= Y_0 0) (< X_0 (* 2.5 Y_1))) (>= (- Y_1 X_1) 1e-300)))",
        "(assert (= (+ Y_0 Y_1) 1e300))", "(assert (<= 0 1))",
        "(assert (or " + (0..<17).map { "(and (<= X_0 0.\($0)) (>= Y_1 Y_0))" }.joined() + "))",
    ])
    func whatIsWrittenIsSay(_ assertion: String) throws {
        let text = try text(
            "(assert (>= X_0 -1))(assert (<= X_0 1.5))(assert (>= X_1 -1e-05))(assert (<= X_1 1e16))" + assertion)
        let (tree, mistakes) = parse(SourceFile(path: "written.say", text: text))
        #expect(mistakes.isEmpty)
        let result = check(tree)
        #expect(!result.diagnostics.hasErrors, "\(result.diagnostics)")
        #expect(result.spec?.properties.isEmpty == false)
    }
}
