import Diagnostics
import Search
import Tensors
import Testing
import VNNLIB

@testable import Compiler

@Suite struct QueryTests {
    /// y = (x0, x0 + x1) in float32.
    private func model() throws -> Graph {
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float32, Shape([1, 2])))
        let weights = try Tensor(TensorType(.float32, Shape([2, 2])), rounding: [1, 0, 1, 1])
        graph.output("y", try graph.add(Dense(weights: weights), [x]))
        return graph
    }

    private func trials(_ assertions: String) throws -> (Query, [Trial]) {
        let text = """
            (declare-const X_0 Real) (declare-const X_1 Real) (declare-const Y_0 Real) (declare-const Y_1 Real)
            (assert (>= X_0 -1)) (assert (<= X_0 1)) (assert (>= X_1 -1)) (assert (<= X_1 1))
            \(assertions)
            """
        let query = try Query(parsing: SourceFile(path: "p.vnnlib", text: text))
        return (query, try compile(query, model: model(), name: "p"))
    }

    @Test(arguments: [
        "(assert (<= Y_0 Y_1))", "(assert (or (and (>= Y_0 0.5) (<= Y_1 0)) (and (<= Y_0 -0.5))))",
        "(assert (>= Y_0 0.25)) (assert (<= X_1 Y_1))", "(assert (< Y_1 Y_0))", "(assert (> X_0 Y_1))",
        "(assert (or (and (<= X_0 -0.5) (>= Y_1 0)) (and (>= X_0 0.5) (<= X_1 0.5) (>= Y_1 1))))", "(assert (< Y_0 0))",
        "(assert (>= Y_1 (+ Y_0 1)))",
    ])
    func negativeExactlyForViolations(_ assertions: String) throws {
        let (query, trials) = try trials(assertions)
        for a in stride(from: -1.0, through: 1, by: 0.25) {
            for b in stride(from: -1.0, through: 1, by: 0.25) {
                let violates = query.cases.contains { item in
                    item.boxes.contains { box in
                        a >= box.lower[0] && a <= box.upper[0] && b >= box.lower[1] && b <= box.upper[1]
                    } && item.violation.truth(inputs: [a, b], answers: [a, a + b]) == .holds
                }
                let found = trials.contains { $0.space.contains([a, b]) && $0.objective.margin(at: [a, b]) < 0 }
                #expect(found == violates, "\(assertions) at \(a), \(b)")
            }
        }
    }

    /// An answer that is no number violates nothing.
    @Test func whatIsNoNumberViolatesNothing() throws {
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float32, Shape([2])))
        graph.output("y", try graph.add(Unary(.squareRoot), [x]))
        let (query, _) = try trials("(assert (or (and (<= Y_0 0.5)) (and (>= Y_0 0.5))))")
        for trial in try compile(query, model: graph, name: "p") {
            #expect(trial.objective.margin(at: [-0.25, 0]) >= 0)
        }
        #expect(try compile(query, model: graph, name: "p").contains { $0.objective.margin(at: [0.0625, 0]) < 0 })
    }

    /// y1 - y0 is x1 but for rounding: what depends on the last bits is no sturdy violation, what does not is.
    @Test func roundingAloneIsNotEnough() throws {
        let (_, trials) = try trials("(assert (<= Y_1 (+ Y_0 0.300000005)))")
        let trial = trials[0]
        let sturdy = try trial.sturdiness.makeObjective()
        let near = [Double(Float(0.1)), Double(Float(0.3))]
        #expect(trial.objective.margin(at: near) < 0)
        #expect(sturdy.margin(at: near) >= 0)
        #expect(sturdy.margin(at: [Double(Float(0.1)), Double(Float(0.29))]) < 0)
        // Halves and quarters add up exactly: a tie is a tie everywhere.
        let (_, ties) = try self.trials("(assert (<= Y_1 Y_0))")
        #expect(try ties[0].sturdiness.makeObjective().margin(at: [0.5, 0]) < 0)
    }

    @Test func shapesThatDoNotFitAreSaid() throws {
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float32, Shape([3])))
        graph.output("y", x)
        let (query, _) = try trials("(assert (<= Y_0 Y_1))")
        #expect(throws: QueryError.self) { try compile(query, model: graph, name: "p") }
    }
}
