import Checker
import Diagnostics
import Search
import Tensors
import Testing
import VNNLIB

@testable import Compiler

/// Properties written as VNN-LIB, and read back.
@Suite struct ExportTests {
    private static let header = "model net : (x: Tensor[2]) -> (y: Tensor[2]) with { h: Tensor[2] at \"inner.0\" }\n"

    /// h = 2 x, y = relu(h), in float32.
    private func bench() throws -> Bench {
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float32, Shape([2])))
        let two = graph.constant(try Tensor(TensorType(.float32, .scalar), rounding: [2]))
        let hidden = try graph.add(Binary(.multiply), [x, two])
        graph.name(hidden, "inner.0")
        graph.output("y", try graph.add(Unary(.relu), [hidden]))
        return Bench(models: ["net": graph, "other": graph])
    }

    private func text(_ spec: String, _ version: Query.Version = .two) throws -> String {
        let bench = try bench()
        let checked = try bench.spec(spec)
        let signatures = checked.models.map { bench.models[$0.name]?.signature ?? Signature(inputs: [], outputs: []) }
        return try export(checked.properties[0], of: checked, signatures: signatures, to: version)
            .text(version, title: "p")
    }

    private func property(_ body: String) -> String {
        Self.header + "property p {\n  forall x: Tensor[2] in [-1, 1]\n  let y = net(x)\n  \(body)\n}\n"
    }

    @Test func aPropertyBecomesAQuery() throws {
        let written = try text(
            property("assume y[0] >= y[1]\n  check 0.1 * x[0] + y.h[1] * y[1] < 1e-7 or max(y) > 1e21"))
        #expect(
            written == """
                ; Written from p.

                (vnnlib-version <2.0>)

                (declare-network net
                    (declare-input x float32 [2])
                    (declare-hidden h float32 [2] "inner.0")
                    (declare-output y float32 [2]))

                (assert (>= x[0] -1.0))
                (assert (<= x[0] 1.0))
                (assert (>= x[1] -1.0))
                (assert (<= x[1] 1.0))
                (assert (<= y[1] y[0]))
                (assert (<= (+ (* -0.1 x[0]) (* -1.0 h[1] y[1])) -0.0000001))
                (assert (<= y[0] 1000000000000000000000.0))
                (assert (<= y[1] 1000000000000000000000.0))

                """)
    }

    /// The query is satisfied by a point exactly where the property fails there.
    @Test(arguments: [
        "check y[0] <= 1", "check y[0] < y[1]", "assume x[0] > 0\n  check y[1] < 0.5", "check argmax(y) == 0",
        "check argmin(y) != 1", "check not (y[0] > 0.5 and (x[1] < 0 or y[1] >= 1))", "check abs(y[0] - y[1]) <= 0.5",
        "check linf(y - x) < 1", "check sum(abs(x)) - y[1] <= 1.25", "check max(y[0], 0.5) - min(y[1], x[0]) <= 1",
        "check x[0] * y[1] <= 0.25", "check pow(y[0], 2) <= 1", "check mean(y) <= 0.75 implies x[0] < 0.5",
        "check all(y <= 1)", "check any(y <= 0.5)", "check (if x[0] < 0 then y[1] <= 0.5 else y[0] > 0)",
        "check all(y / 4 + x * y <= 0.25)", "check clamp(x[0], -0.5, 0.5) <= y[1]", "check argmax(y) == argmax(x)",
        "check concat(x, y)[3] <= 0.5", "check dot([x[0], y[1]], [y[0], x[1]]) < 0.5", "check y.h[0] >= -1",
        "check sum(stack(x, y), axis: 0)[0] < 2", "check max(stack(x, y), axis: 1)[1] < 1", "check y[0] in [0.25, 1.5]",
        "check matmul([[x[0], 1], [0, y[1]]], [y[0], x[1]])[1] > 0",
    ])
    func whatIsReadBackMeansTheSame(_ body: String) throws {
        let trial = try bench().trials(property(body))[0]
        let query = try Query(parsing: SourceFile(path: "p.vnnlib", text: text(property(body))))
        let graph = try #require(try bench().models["net"])
        let read = try compile(query, models: [graph], name: "p")
        var violations = 0
        for a in stride(from: -1.0, through: 1, by: 0.125) {
            for b in stride(from: -1.0, through: 1, by: 0.125) {
                let fails = trial.objective.margin(at: [a, b]) < 0
                let found = read.contains {
                    $0.trial.space.contains([a, b]) && $0.trial.objective.margin(at: [a, b]) < 0
                }
                #expect(fails == found, "\(body) at \(a), \(b)")
                violations += fails ? 1 : 0
            }
        }
        #expect(violations > 0 && violations < 289, "\(body) says something")
    }

    /// Calls of one model are networks that are equal to the first; what they share is said.
    @Test func severalCallsBecomeNetworks() throws {
        let written = try text(
            """
            model net : (x: Tensor[2]) -> (y: Tensor[2])
            model other : (x: Tensor[2]) -> (y: Tensor[2])
            property p {
              forall a: Real in [0, 1]
              forall b: Real in [0, 2]
              check net([a, b])[0] <= net([b, 0.1])[0] + other([a, a])[1]
            }
            """)
        #expect(written.contains("(declare-network net_2\n    (equal-to net)\n    (declare-input x_2 float32 [2])"))
        #expect(written.contains("(declare-network other\n    (declare-input x_3 float32 [2])"))
        #expect(written.contains("(assert (<= x_2[0] x[1]))") || written.contains("(assert (<= x[1] x_2[0]))"))
        #expect(written.contains("(assert (>= x_2[1] 0.10000000149011612))"))
        #expect(written.hasSuffix("(assert (< (+ (* -1.0 y[0]) y_2[0] y_3[1]) 0.0))\n"))
        _ = try Query(parsing: SourceFile(path: "p.vnnlib", text: written))
    }

    @Test func versionOneHasFlatNames() throws {
        let body =
            "model net : (x: Tensor[2]) -> (y: Tensor[2])\n"
            + "property p {\n  forall x: Tensor[2] in [-1, 1]\n  check net(x)[0] <= 2 * x[1] + 1e-5\n}\n"
        let written = try text(body, .one)
        #expect(
            written == """
                ; Written from p.

                (declare-const X_0 Real)
                (declare-const X_1 Real)
                (declare-const Y_0 Real)
                (declare-const Y_1 Real)

                (assert (>= X_0 -1.0))
                (assert (<= X_0 1.0))
                (assert (>= X_1 -1.0))
                (assert (<= X_1 1.0))
                (assert (< (+ (* 2.0 X_1) (* -1.0 Y_0)) -0.00001))

                """)
        let query = try Query(parsing: SourceFile(path: "p.vnnlib", text: written))
        #expect(query.version == .one && query.cases[0].boxes[0].lower == [-1, -1])
    }

    @Test(arguments: [
        ("check exp(y[0]) <= 1", "exp(y[0])"), ("check l0(y) <= 1", "l0(y)"), ("check l2(y) <= 1", "l2(y)"),
        ("check mod(y[0], 2) <= 1", "mod(y[0], 2)"), ("check int(y[0]) <= 1", "int(y[0])"),
        ("check x[0] / y[0] <= 1", "x[0] / y[0]"), ("check max(y) * x[0] <= 1", "max(y) * x[0]"),
        ("check y[argmax(x)] <= 1", "argmax(x)"), ("check softmax(y)[0] <= 1", "softmax(y)"),
        ("check net(x + 1)[0] <= 1", "net(x + 1)"),
        ("check (if x[0] < 0 then y[0] else y[1]) <= 1", "if x[0] < 0 then y[0] else y[1]"),
        ("check rate(i: Int in [0, 3] : y[0] > i) >= 0", "rate(i: Int in [0, 3] : y[0] > i)"),
    ])
    func whatCannotBeSaidIsNamed(_ body: String, _ words: String) throws {
        let text = property(body)
        let error = #expect(throws: Diagnostic.self) { try self.text(text) }
        #expect(error?.code == "export-inexpressible")
        #expect(try SourceFile(path: "p.say", text: text).text(#require(error?.span)) == words)
    }

    @Test func domainsAndVersionsThatCannotBeSaidAreNamed() throws {
        let free =
            Self.header
            + "property p {\n  forall x: Tensor[2] in [-1, 1]\n  forall d: Real in [0, 1]\n  check net(x)[0] <= d\n}\n"
        #expect(throws: Diagnostic.self) { try text(free) }
        let whole = Self.header + "property p {\n  forall n: Int in [0, 3]\n  check net([n, n])[0] <= 1\n}\n"
        #expect(throws: Diagnostic.self) { try text(whole) }
        #expect(throws: Diagnostic.self) { try text(property("check y[0] <= 1"), .one) }
        #expect(throws: Diagnostic.self) { try text("property p {\n  forall x: Real in [0, 1]\n  check x <= 1\n}\n") }
    }
}
