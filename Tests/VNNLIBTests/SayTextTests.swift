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

/// VNN-LIB 2.0 as Say.
@Suite struct NetworkSayTextTests {
    private func text(_ query: String, _ files: [Query.NetworkFile]) throws -> String {
        let source = SourceFile(path: "test.vnnlib", text: "(vnnlib-version <2.0>)\n" + query)
        return try Query(parsing: source).networkSayText(files, title: "a/pair.vnnlib")
    }

    private static let pair = """
        (declare-network f (declare-input in float32 [1,2]) (declare-input b float32 [])
            (declare-hidden H float32 [2] "fc1/Relu") (declare-output Y float32 [1]))
        (declare-network g (equal-to f) (declare-input C float32 [1,2]) (declare-input D float32 [])
            (declare-output Z float32 [1]))
        (declare-network h (declare-input n int32 [1]) (declare-output R float32 []) (declare-output S float32 [2]))
        (assert (and (<= -1.0 in[0,0]) (<= in[0,0] 1.0) (<= 0.0 in[0,1]) (<= in[0,1] 0.5) (<= b 1.0) (>= b 0.0)))
        (assert (and (<= 0.0 C[0,0]) (<= C[0,0] 1.0) (<= 0.0 C[0,1]) (<= C[0,1] 1.0) (<= D 2.0) (>= D 0.25)))
        (assert (and (<= n[0] 5) (> n[0] -3)))

        """

    @Test func networksBecomeModelsAndCalls() throws {
        let text = try text(
            Self.pair + "(assert (or (<= (* 2.0 H[1] (- in[0,1] 1.5)) (+ Z[0] (* -1.0 D b))) (< S[1] R)))",
            [
                .init(path: "f.onnx", inputs: ["x.1", "x.2"], outputs: ["y"]), .init(path: "f.onnx"),
                .init(path: "h.onnx"),
            ])
        #expect(
            text == """
                // Written from a/pair.vnnlib.

                model f : (p_in: Tensor[1, 2] at "x.1", b: Real at "x.2") -> (Y: Tensor[1] at "y") with { H: Tensor[2] at "fc1/Relu" } from "f.onnx"
                model h : (n: Int) -> (R: Real, S: Tensor[2]) from "h.onnx"

                property pair {
                  forall p_in: Tensor[1, 2] in [
                    [[-1.0, 0.0]],
                    [[1.0, 0.5]]
                  ]
                  forall b: Real in [0.0, 1.0]
                  forall C: Tensor[1, 2] in [
                    [[0.0, 0.0]],
                    [[1.0, 1.0]]
                  ]
                  forall D: Real in [0.25, 2.0]
                  forall n: Int in [-3, 5]
                  let Y = f(p_in, b)
                  let Z = f(C, D)
                  let h_answer = h(n)
                  check not (0 < n + 3.0 and (2.0 * Y.H[1] * (p_in[0,1] - 1.5) + D * b <= Z[0] or h_answer.S[1] < h_answer.R))
                }

                """)
        let (tree, mistakes) = parse(SourceFile(path: "written.say", text: text))
        #expect(mistakes.isEmpty)
        let result = check(tree)
        #expect(!result.diagnostics.hasErrors, "\(result.diagnostics)")
    }

    @Test(arguments: [
        (
            "(declare-network f (declare-input X int32 [2]) (declare-output Y real [1]))"
                + "(assert (and (<= 0 X[0]) (<= X[0] 1) (<= 0 X[1]) (<= X[1] 1)))", "import-inexpressible"
        ),
        ("(declare-network f (declare-input X real [1]) (declare-output Y real [1]))", "vnnlib-unbounded"),
        (
            "(declare-network f (declare-input X real [1]) (declare-output Y real [1]))(assert (or "
                + (0..<17).map { "(and (<= X[0] \($0)) (>= X[0] \($0)))" }.joined() + "))", "vnnlib-too-many-boxes"
        ),
    ])
    func whatCannotBeWrittenIsSaid(_ query: String, _ code: String) {
        let error = #expect(throws: Diagnostic.self) { try text(query, [.init(path: "f.onnx")]) }
        #expect(error?.code == code)
    }
}
