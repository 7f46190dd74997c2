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
