import Diagnostics
import Search
import Tensors
import Testing
import VNNLIB

@testable import Compiler

/// VNN-LIB 2.0 queries over models.
@Suite struct NetworkQueryTests {
    /// h = 2 x, named `h`; y = relu(h) in float32; a second output counts to 7 in whole numbers.
    private func model(_ shape: [Int] = [2], factor: Double = 2) throws -> Graph {
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float32, Shape(shape)))
        let weight = graph.constant(try Tensor(TensorType(.float32, .scalar), rounding: [factor]))
        let hidden = try graph.add(Binary(.multiply), [x, weight])
        graph.name(hidden, "h")
        graph.output("y", try graph.add(Unary(.relu), [hidden]))
        return graph
    }

    private func trials(_ text: String, _ models: [Graph]) throws -> [QueryTrial] {
        let query = try Query(parsing: SourceFile(path: "q.vnnlib", text: "(vnnlib-version <2.0>)" + text))
        return try compile(query, models: models, name: "q")
    }

    private static let one = """
        (declare-network N (declare-input X float32 [2]) (declare-hidden H float32 [2] "h") (declare-output Y float32 [2]))
        (assert (and (<= -1.0 X[0]) (<= X[0] 1.0) (<= -1.0 X[1]) (<= X[1] 1.0)))

        """

    /// An assertion, and what it says about the inputs.
    struct Condition: Sendable {
        let assertion: String
        let violates: @Sendable (Double, Double) -> Bool

        init(_ assertion: String, _ violates: @escaping @Sendable (Double, Double) -> Bool) {
            (self.assertion, self.violates) = (assertion, violates)
        }
    }

    /// The margin is negative exactly where the conditions hold, products, equality and hidden tensors among them.
    @Test(arguments: [
        Condition("(assert (>= (* X[0] Y[1]) 0.5))") { x, y in x * max(0, 2 * y) >= 0.5 },
        Condition("(assert (== H[0] (* 2.0 X[1])))") { x, y in x == y },
        Condition("(assert (!= H[0] Y[0]))") { x, _ in x < 0 },
        Condition("(assert (< (- X[0] X[1]) (* H[0] H[0])))") { x, y in x - y < 4 * x * x },
        Condition("(assert (or (> X[0] 0.5) (and (<= X[1] -0.5) (<= Y[1] 0.0))))") { x, y in x > 0.5 || y <= -0.5 },
    ])
    func negativeExactlyForViolations(_ condition: Condition) throws {
        let (assertion, violates) = (condition.assertion, condition.violates)
        let trials = try trials(Self.one + assertion, [model()])
        for x in stride(from: -1.0, through: 1, by: 0.25) {
            for y in stride(from: -1.0, through: 1, by: 0.25) {
                let found = trials.filter {
                    $0.trial.space.contains([x, y]) && $0.trial.objective.margin(at: [x, y]) < 0
                }
                #expect(!found.isEmpty == violates(x, y), "\(assertion) at \(x), \(y)")
                let assigned = try trials.contains { try $0.assignment(at: [x, y]) != nil }
                #expect(assigned == violates(x, y), "\(assertion) at \(x), \(y)")
            }
        }
    }

    @Test func anAssignmentNamesEveryTensor() throws {
        let trials = try trials(Self.one + "(assert (<= X[0] X[1]))", [model()])
        let assignment = try #require(try trials[0].assignment(at: [-0.5, 0.25]))
        #expect(assignment.entries.map(\.tensor.name) == ["X", "H", "Y"])
        #expect(assignment.entries.map(\.values) == [[-0.5, 0.25], [-1, 0.5], [0, 0.5]])
    }

    /// Networks share one space; one that is equal to another has its model.
    @Test func severalNetworksLieSideBySide() throws {
        let text = """
            (declare-network N (declare-input X float32 [1]) (declare-output Y float32 [1]))
            (declare-network M (equal-to N) (declare-input A float32 [1]) (declare-output B float32 [1]))
            (declare-network K (isomorphic-to N) (declare-input C float32 [1]) (declare-output D float32 [1]))
            (assert (and (<= 0.0 X[0]) (<= X[0] 1.0) (<= 0.0 A[0]) (<= A[0] 1.0) (<= 0.0 C[0]) (<= C[0] 1.0)))
            (assert (== (+ Y[0] B[0]) D[0]))
            """
        let trial = try #require(try trials(text, [model([1]), model([1]), model([1], factor: 4)]).first)
        #expect(trial.trial.leaves.map(\.name) == ["X", "A", "C"])
        #expect(trial.trial.objective.margin(at: [0.5, 0.25, 0.375]) < 0)
        #expect(trial.trial.objective.margin(at: [0.5, 0.25, 0.5]) > 0)
        #expect(try trial.trial.sturdiness.makeObjective().margin(at: [0.5, 0.25, 0.375]) < 0)
    }

    @Test func whatIsNotBoundedIsGivenBoundsAndSaid() throws {
        let text =
            "(declare-network N (declare-input X float32 [1]) (declare-output Y float32 [1]))(assert (<= X[0] 3.0))"
        let trial = try #require(try trials(text, [model([1])]).first)
        #expect(trial.coverage == .part(without: "X[0]"))
        #expect(trial.trial.space.boxes.map(\.lower) == [[-97], [-Double(Float.greatestFiniteMagnitude)]])
        #expect(try trials(Self.one, [model()])[0].coverage == .whole)
    }

    @Test func wholeNumbersAreCounted() throws {
        var graph = Graph()
        let x = try graph.input("x", TensorType(.int64, Shape([2])))
        graph.output("y", try graph.add(Reduce(.sum, axes: [0], .dropped), [x]))
        let text = """
            (declare-network N (declare-input X int8 [2]) (declare-output Y int64 []))
            (assert (and (<= X[0] 3) (> X[0] 0) (== X[1] 2)))(assert (== Y 5))
            """
        let trial = try #require(try trials(text, [graph]).first)
        #expect(trial.trial.space.pointCount == 4)
        #expect(trial.trial.objective.margin(at: [3, 2]) < 0)
        let open = "(declare-network N (declare-input X uint8 [2]) (declare-output Y int64 []))(assert (> Y 600))"
        #expect(try trials(open, [graph])[0].trial.space.boxes[1].upper == [255, 255])
    }

    /// Tensors declared float16 take float16 values, though the model computes in float32.
    @Test func halfPrecisionRestrictsTheValues() throws {
        let text = """
            (declare-network N (declare-input X float16 [1]) (declare-output Y float16 [1]))
            (assert (and (<= 0.1 X[0]) (<= X[0] 0.2)))
            """
        let trial = try #require(try trials(text, [model([1])]).first)
        let assignment = try #require(try trial.assignment(at: [0.15]))
        #expect(assignment.entries[0].values == [Double(Float16(0.15))])
        #expect(try trial.assignment(at: [Double(Float(0.1))]) == nil, "rounded, it lies below the bound")
    }

    @Test(arguments: [
        ("(declare-network N (declare-input X float32 [1]) (declare-output Y float32 [2]))", "X"),
        ("(declare-network N (declare-input X float64 [2]) (declare-output Y float32 [2]))", "X"),
        ("(declare-network N (declare-input X float32 [2]) (declare-output Y int64 [2]))", "Y"),
        ("(declare-network N (declare-input X bfloat16 [2]) (declare-output Y float32 [2]))", "X"),
        (
            "(declare-network N (declare-input X float32 [2]) (declare-input A float32 [2]) (declare-output Y float32 [2]))",
            "N"
        ),
        (
            "(declare-network N (declare-input X float32 [2]) (declare-hidden H float32 [2] \"g\") (declare-output Y float32 [2]))",
            "H"
        ),
        ("(declare-network N (declare-input X float32 [2] \"z\") (declare-output Y float32 [2]))", "N"),
    ])
    func modelsThatDoNotFitAreSaid(_ text: String, _ place: String) throws {
        let source = SourceFile(path: "q.vnnlib", text: "(vnnlib-version <2.0>)" + text)
        let query = try Query(parsing: source)
        let error = #expect(throws: QueryError.self) { try compile(query, models: [model()], name: "q") }
        #expect(try source.text(#require(error?.span)) == place)
    }
}
