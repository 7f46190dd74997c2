import Diagnostics
import Search
import Tensors
import Testing

@testable import Compiler

@Suite struct SpaceTests {
    private let bench = Bench()

    @Test func whereBecomesBounds() throws {
        let space = try bench.trials(
            """
            enum Colour = red, green
            property p {
              forall x: Real in [0, 10] where x >= 2 and 7.5 > x
              forall n: Int in [0, 10] where n > 2 and n <= 7
              forall c: Colour
              forall t: Tensor[3] in [-1, 1] where t[1] in [0, 0.5]
              check x + n + sum(t) < 100 or c == red
            }
            """)[0].space
        #expect(space.boxes[0].lower == [2, 3, 0, -1, 0, -1])
        #expect(space.boxes[0].upper == [(7.5).nextDown, 7, 1, 1, 0.5, 1])
        #expect(space.kinds == [.real64, .integer, .category, .real64, .real64, .real64])
        #expect(space.reference == [2, 3, 0, 0, 0, 0])
    }

    /// Where the condition fails no answer is left: that is no bound of what is answered.
    @Test func anInnerWhereBoundsInnerVariablesOnly() throws {
        let space = try bench.trials(
            "property p { forall w: Int in [0, 3] exists j: Int in [0, 5] where w <= 2 and j >= 1 check j > w }")[0]
            .space
        #expect(space.boxes[0].lower == [0, 1] && space.boxes[0].upper == [3, 5])
    }

    @Test(
        arguments: [
            "forall x: Real in [0, 1], y: Real in [0, 1e-6 * x]",
            "forall x: Real in [0, 1], y: Real in [x, 1], z: Real in [x, y]",
            "forall x: Int in [0, 1000000], y: Int in [x - 1, x + 1] where y != x",
            "forall x: Tensor[8] in [0, 1], y: Tensor[8] in [0, x * 0.001]",
            "forall x: Real in [0, 1], y: Tensor[4] in [x, 1.001 * x]",
            "forall t: Tensor[6] in [0, 1] where all(i: Int in [1, 5] : t[i - 1] <= t[i])",
            "forall x, y: Real in [0, 1] where y < x * x",
            "forall e: { lo: Real in [0, 1], hi: Real in [0, 1] } where e.hi >= e.lo",
        ])
    func aBoundThatFollowsFromOthersIsDrawnBetween(_ clauses: String) throws {
        let trial = try bench.trials("property p { \(clauses) check 1 > 2 }")[0]
        let admission = try #require(trial.admission)
        let frame = Frame(trial.space, boxes: Array(repeating: 0, count: trial.space.lanes))
        let tile = Tile(for: admission)
        tile.count = tile.lanes
        var random = Random(seed: 1)
        var (admitted, shares) = (0, [Double]())
        for _ in 0..<32 {
            frame.fillUniform(tile.points, &random)
            frame.snap(tile.points)
            admission.evaluate(tile, .margins)
            admitted += (0..<tile.lanes).count { tile.margins[$0] < 0 }
            let last = tile.points + (tile.dimension - 1) * tile.lanes
            shares += (0..<tile.lanes).map { last[$0] }
        }
        // A third of the Ints is ruled out by the inequality, which is no bound.
        #expect(admitted > (clauses.contains("!=") ? 1100 : 2047))
        #expect(Set(shares).count > 1500, "drawn, not put to the bounds")
    }

    /// What a gradient step leaves is put back, and what no value is left for stays.
    @Test func aMovedPointIsPutBetweenItsBounds() throws {
        let space = try bench.trials(
            "property p { forall x: Real in [0, 2], y: Real in [x, 1], n: Int in [y * 3, 9] check x < y + n }")[0].space
        let frame = Frame(space, boxes: Array(repeating: 0, count: space.lanes))
        let tile = Tile(dimension: 3, lanes: space.lanes)
        for (lane, point) in [[0.5, 0.25, 0], [0.5, 0.75, 9], [1.5, 0.25, 0]].enumerated() {
            tile.set(point, lane: lane)
        }
        frame.snap(tile.points)
        #expect(tile.point(0) == [0.5, 0.5, 2] && tile.point(1) == [0.5, 0.75, 9] && tile.point(2) == [1.5, 0.25, 1])
    }

    @Test func whatCannotBeTriedIsSaid() {
        func code(_ text: String) -> String {
            do { _ = try bench.trials(text) } catch { return (error as? Diagnostic)?.code ?? "\(error)" }
            return "none"
        }
        #expect(code("property p { forall x: Real in [0, 1] where x > 2 check x < 1 }") == "domain-empty")
        #expect(code("property p { forall x: Real check x < 1 }") == "domain-unbounded")
        #expect(code("property p { forall x: Real where x in [0, 1] check x < 2 }") == "none")
    }

    /// What feeds a float32 input directly takes float32 values, its bounds rounded inward; what is computed first does not.
    @Test func float32InputsAreRoundedInward() throws {
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float32, Shape([2])))
        graph.output("y", try graph.add(Unary(.relu), [x]))
        let bench = Bench(models: ["net": graph])
        let declared = "model net : (x: Tensor[2]) -> (y: Tensor[2])"
        let direct = try bench.trial(
            "sum(net(x)) < 9", forall: ["x: Tensor[2] in [0.1, 0.7]"], before: declared
        ).space
        #expect(direct.kinds == [.real32, .real32])
        #expect(direct.boxes[0].lower[0] >= 0.1 && Double(Float(direct.boxes[0].lower[0]).nextDown) < 0.1)
        #expect(direct.boxes[0].upper[0] <= 0.7 && Double(Float(direct.boxes[0].upper[0]).nextUp) > 0.7)
        let computed = try bench.trial(
            "sum(net(x / 10)) < 9", forall: ["x: Tensor[2] in [0.1, 0.7]"], before: declared
        ).space
        #expect(computed.kinds == [.real64, .real64])
        let narrow = try bench.trial(
            "sum(net([x, y])) < 9", forall: ["x: Real in [0.1, 0.1]", "y: Real in [0, 1]"], before: declared
        ).space
        #expect(narrow.kinds == [.real64, .real32] && narrow.boxes[0].lower[0] == 0.1)
    }

    @Test func witnessesReadBackToTheBit() throws {
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float32, Shape([2])))
        graph.output("y", try graph.add(Unary(.relu), [x]))
        let trial = try Bench(models: ["net": graph]).trial(
            "sum(net(x)) + r + n < 9 or b or c == red",
            forall: ["x: Tensor[2] in [-1, 1]", "r: Real in [-1, 1]", "n: Int in [-9, 9]", "b: Bool", "c: Colour"],
            before: "enum Colour = red, green\nmodel net : (x: Tensor[2]) -> (y: Tensor[2])")
        for (single, double) in [(Float(0.1), 1.0 / 3), (1e-45, -5e-324), (-0.0, 1), (.pi / 4, 0.1)] {
            let point = [Double(single), -1, double, -7, 1, 1]
            let witness = Witness(point, of: trial)
            let back = try #require(witness.point(of: trial))
            #expect(zip(back, point).allSatisfy { $0.bitPattern == $1.bitPattern })
            #expect(witness.entries.last?.values == ["green"])
        }
    }
}
