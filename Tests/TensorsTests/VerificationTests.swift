import Testing

@testable import Tensors

/// `verify` refuses each way in which a graph can be malformed, and says which.
@Suite struct VerificationTests {
    private static let real = TensorType(.float64, [2])
    private static let input = Graph.Node(source: .input(name: "x"), inputs: [], type: real)

    private func operation(_ inputs: [Int], _ type: TensorType = real) -> Graph.Node {
        Graph.Node(source: .operation(Unary(.square)), inputs: inputs.map { Value($0) }, type: type)
    }

    private func named(_ name: String, _ index: Int) -> Graph.NamedValue { .init(name: name, value: Value(index)) }

    private func complaint(
        _ nodes: [Graph.Node], inputs: [Graph.NamedValue], outputs: [Graph.NamedValue] = []
    ) -> String? {
        do throws(ShapeError) {
            try Graph(nodes: nodes, inputs: inputs, outputs: outputs).verify()
            return nil
        } catch {
            return error.description
        }
    }

    @Test func acceptsALegalGraph() {
        #expect(complaint([Self.input, operation([0])], inputs: [named("x", 0)], outputs: [named("y", 1)]) == nil)
    }

    /// What is read, or given away, stays as it is; the rest takes no memory, and the graph is still one.
    @Test func unreadConstantsAreLetGo() throws {
        var graph = Graph()
        let x = try graph.input("x", Self.real)
        let unread = graph.constant(try Tensor(Shape([1000]), [Double](repeating: 1, count: 1000)))
        let read = graph.constant(try Tensor(Shape([2]), [3.0, 4.0]))
        let given = graph.constant(try Tensor(Shape([3]), [5.0, 6.0, 7.0]))
        graph.output("sum", try graph.add(Binary(.add), [x, read]))
        graph.output("given", given)
        graph.discardUnreadConstants()
        try graph.verify()
        #expect(graph.shape(of: unread).count == 0 && graph.weightCount == 5)
        #expect(graph.constant(of: read)?.doubles == [3, 4] && graph.constant(of: given)?.doubles == [5, 6, 7])
        let again = graph.constant(try Tensor(Shape([1000]), [Double](repeating: 1, count: 1000)))
        #expect(again != unread && graph.shape(of: again).count == 1000)
    }

    @Test(arguments: [1, 2, 7, -1]) func refusesAnInputThatIsNotBefore(_ place: Int) {
        let found = complaint([Self.input, operation([place])], inputs: [named("x", 0)])
        #expect(found == "node 1 uses value \(place), which is not before it")
    }

    @Test func refusesATypeThatTheRuleDoesNotGive() {
        let wrong = operation([0], TensorType(.float64, [3]))
        #expect(
            complaint([Self.input, wrong], inputs: [named("x", 0)])
                == "node 1, square, gives float64[2], not float64[3]")
    }

    @Test func refusesTooManyInputs() {
        #expect(complaint([Self.input, operation([0, 0])], inputs: [named("x", 0)]) == "square takes 1 inputs, not 2")
    }

    @Test func refusesAConstantOfAnotherType() {
        let constant = Graph.Node(source: .constant(.scalar(1.0)), inputs: [], type: Self.real)
        #expect(complaint([constant], inputs: []) == "node 0 is a constant float64[], not float64[2]")
    }

    @Test(arguments: [-1, 1]) func refusesNamesOfNothing(_ place: Int) {
        let found = complaint([Self.input], inputs: [named("x", 0)], outputs: [named("y", place)])
        #expect(found == "`y` refers to value \(place) of 1")
    }

    @Test func refusesInputsThatAreNotListedOnce() {
        #expect(complaint([Self.input], inputs: []) == "input `x` is not listed")
        let twice = complaint([Self.input], inputs: [named("x", 0), named("x", 0)])
        #expect(twice == "`x` is not an input node, or is listed twice")
        let wrong = complaint([Self.input, operation([0])], inputs: [named("x", 0), named("y", 1)])
        #expect(wrong == "`y` is not an input node, or is listed twice")
    }
}
