import Search
import Tensors
import Testing

@testable import Compiler

/// Models in a property, and what their answers are read by.
@Suite struct CallTests {
    private let declared = "model net : (x: Tensor[2]) -> (y: Tensor[2])"

    /// y = relu(x), in float32.
    private func bench() throws -> Bench {
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float32, Shape([2])))
        graph.output("y", try graph.add(Unary(.relu), [x]))
        return Bench(models: ["net": graph])
    }

    private func relus(_ trial: Trial) -> Int {
        trial.objective.graph.nodes.count { node in
            guard case .operation(let operation) = node.source else { return false }
            return operation.name == Unary(.relu).name
        }
    }

    @Test func aCallIsSplicedOnce() throws {
        let once = try bench().trials(
            """
            \(declared)
            property p {
              forall x: Tensor[2] in [-1, 1]
              let y = net(x)
              check y[0] <= 1 and y[1] <= 1 and sum(y) <= 2
            }
            """)[0]
        #expect(relus(once) == 1)
        let twice = try bench().trials(
            """
            \(declared)
            property p {
              forall x: Tensor[2] in [-1, 1]
              check net(x)[0] <= net(-x)[1]
            }
            """)[0]
        #expect(relus(twice) == 2)
        #expect(twice.holds(0.5, -0.5) && !twice.holds(0.5, 0.5))
    }

    /// Few steps are written out, more are a loop.
    @Test(arguments: [2, 7]) func aModelIsAStep(_ times: Int) throws {
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float32, Shape([2])))
        let twos = graph.constant(try Tensor(Shape([2]), [Float(2), 2]))
        graph.output("y", try graph.add(Binary(.multiply), [x, twos]))
        let trial = try Bench(models: ["net": graph]).trial(
            "iterate(net, from: x, times: \(times))[1] <= trace(net, from: x, times: 1)[1, 0]",
            forall: ["x: Tensor[2] in [-1, 1]"], before: declared)
        #expect(trial.objective.margin(at: [1, 0.5]) == 2 - Double(1 << times) / 2)
    }

    /// 0.1 is no float32: the model sees the float32 next to it, and what is computed of its answer is float64.
    @Test func argumentsAreRoundedOnceAtTheCall() throws {
        let trial = try bench().trial(
            "net([a / 10, 0])[0] - 0.1 <= 0", forall: ["a: Real in [0, 1]"], before: declared)
        #expect(trial.objective.margin(at: [1]) == -(Double(Float(0.1)) - 0.1))
    }

    @Test func capturedAnswersReachTheRows() throws {
        var bench = try bench()
        bench.tables = ["rows": [("x", try Tensor(Shape([3]), [0.5, -1, 2]))]]
        let trial = try bench.trial(
            "sum(r in rows where r.x > a : r.x * net([a, 2])[0]) <= b",
            forall: ["a: Real in [-2, 2]", "b: Real in [-9, 9]"],
            before: "\(declared)\ndata rows : { x: Real }")
        for a in [-2, -1, 0.25, 0.5, 1.5] {
            let sum = [0.5, -1, 2].filter { $0 > a }.map { $0 * max(a, 0) }.reduce(0, +)
            #expect(trial.objective.margin(at: [a, 0.125]) == 0.125 - sum)
        }
    }

    @Test func anIndexThatIsComputedStaysInside() throws {
        let trial = try Bench().trial(
            "t[n] <= 0.5", forall: ["t: Tensor[3] in [-1, 1]", "n: Int in [0, 2]"])
        let values = [0.25, 0.75, -1]
        for n in 0..<3 { #expect(trial.objective.margin(at: values + [Double(n)]) == 0.5 - values[n]) }
        for (outside, inside) in [(-5.0, 0), (3.0, 2), (1e300, 2)] {
            #expect(trial.objective.margin(at: values + [outside]) == 0.5 - values[inside])
        }
    }

    @Test(arguments: [("l0", ShrinkKey.Norm.l0), ("l1", .l1), ("l2", .l2), ("linf", .linf)])
    func normsOfAWholeVariableAreKnown(_ name: String, _ norm: ShrinkKey.Norm) throws {
        let trial = try Bench().trials(
            """
            type Pair = { u: Real in [0, 1], v: Tensor[2] in [-1, 1] }
            property p {
              forall t: Tensor[3] in [-1, 1]
              forall q: Pair
              let again = q.v
              check sum(t) + sum(again) + q.u < 9
              shrink \(name)(t), \(name)(again), \(name)(t - 0.5), abs(q.u)
            }
            """)[0]
        #expect(trial.shrinkKeys.map(\.norm) == [norm, norm, norm, nil])
        #expect(trial.shrinkKeys.prefix(3).map(\.coordinates) == [0..<3, 4..<6, 0..<3])
        #expect(trial.shrinkKeys.map { $0.target == nil } == [true, true, false, true])
        // What is said first of `t` is what its changes are counted from.
        #expect(trial.reference(at: [1, 1, 1, 1, 1, 1]) == trial.space.reference)
        let tile = Tile(for: trial.objective)
        for (place, value) in [0.5, -0.5, 0, 1, -1, 0.25].enumerated() { tile.points[place * tile.lanes] = value }
        tile.count = 1
        trial.objective.evaluate(tile, .keys)
        let keys = trial.shrinkKeys.indices.map { tile.keys[$0 * tile.lanes] }
        #expect(keys[0] == [.l0: 2, .l1: 1, .l2: (0.5).squareRoot(), .linf: 0.5][norm])
        #expect(keys[3] == 1)
    }
}
