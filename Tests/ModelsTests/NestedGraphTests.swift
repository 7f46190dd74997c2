import Tensors
import Testing

@testable import Models

/// Graphs inside a file: functions that it defines, and branches of conditionals.
@Suite struct NestedGraphTests {
    private func model(_ graph: (inout WireWriter) -> Void, functions: [WireWriter] = []) -> [UInt8] {
        var model = WireWriter()
        model.message(7) { message in
            for (field, name) in [(11, "x"), (12, "y")] {
                message.message(field) { info in
                    info.text(1, name)
                    info.message(2) { type in
                        type.message(1) { tensor in
                            tensor.integer(1, 1)
                            tensor.message(2) { $0.message(1) { $0.integer(1, 2) } }
                        }
                    }
                }
            }
            graph(&message)
        }
        for domain in ["", "mine"] {
            model.message(8) { set in
                set.text(1, domain)
                set.integer(2, 18)
            }
        }
        for function in functions { model.data(25, function.bytes) }
        return model.bytes
    }

    private func node(
        _ message: inout WireWriter, _ name: String, _ inputs: [String], _ output: String, domain: String = "",
        attributes: [(inout WireWriter) -> Void] = []
    ) {
        message.message(1) { node in
            for input in inputs { node.text(1, input) }
            node.text(2, output)
            node.text(4, name)
            for attribute in attributes { node.message(5) { attribute(&$0) } }
            node.text(7, domain)
        }
    }

    /// `Leaky(x, unused) = LeakyRelu(x, alpha: slope)`, slope 0.25 where the call does not say.
    private func leaky(calling name: String = "LeakyRelu", domain: String = "") -> WireWriter {
        var function = WireWriter()
        function.text(1, "Leaky")
        function.text(4, "a")
        function.text(4, "unused")
        function.text(5, "b")
        function.message(7) { body in
            body.text(1, "a")
            body.text(2, "b")
            body.text(4, name)
            body.text(7, domain)
            body.message(5) { attribute in
                attribute.text(1, "alpha")
                attribute.text(21, "slope")
                attribute.integer(20, 1)
            }
        }
        function.text(10, "mine")
        function.message(11) { attribute in
            attribute.text(1, "slope")
            attribute.float(2, 0.25)
        }
        return function
    }

    private func slope(of graph: Graph) -> Double? {
        for case .operation(let operation as Unary) in graph.nodes.map(\.source) {
            if case .leakyRelu(let slope) = operation.kind { return slope }
        }
        return nil
    }

    @Test func functionsAreAppliedWithTheirAttributes() throws {
        let plain = model({ node(&$0, "Leaky", ["x"], "y", domain: "mine") }, functions: [leaky()])
        #expect(try slope(of: Model(onnx: plain).graph) == 0.25)
        let steep = model(
            { message in
                node(
                    &message, "Leaky", ["x"], "y", domain: "mine",
                    attributes: [
                        { attribute in
                            attribute.text(1, "slope")
                            attribute.float(2, 0.5)
                        }
                    ])
            }, functions: [leaky()])
        #expect(try slope(of: Model(onnx: steep).graph) == 0.5)
    }

    @Test func functionsThatCallThemselvesAreRefused() {
        let bytes = model(
            { node(&$0, "Leaky", ["x"], "y", domain: "mine") }, functions: [leaky(calling: "Leaky", domain: "mine")])
        let error = #expect(throws: ModelError.self) { try Model(onnx: bytes) }
        #expect(error?.message == "functions call each other too deep")
    }

    @Test func aConstantConditionChoosesABranch() throws {
        func branch(_ operation: String) -> (inout WireWriter) -> Void {
            { message in
                node(&message, operation, ["x"], "z")
                message.message(12) { $0.text(1, "z") }
            }
        }
        func conditional(_ condition: UInt8) -> [UInt8] {
            model { message in
                message.message(5) { tensor in
                    tensor.integer(2, 9)
                    tensor.text(8, "c")
                    tensor.data(9, [condition])
                }
                node(
                    &message, "If", ["c"], "y",
                    attributes: [("then_branch", "Exp"), ("else_branch", "Sin")].map { name, operation in
                        { attribute in
                            attribute.text(1, name)
                            attribute.message(6) { branch(operation)(&$0) }
                            attribute.integer(20, 5)
                        }
                    })
            }
        }
        func operations(_ bytes: [UInt8]) throws -> [String] {
            try Model(onnx: bytes).graph.nodes.compactMap { node in
                if case .operation(let operation) = node.source { operation.name } else { nil }
            }
        }
        #expect(try operations(conditional(1)) == ["exponential"])
        #expect(try operations(conditional(0)) == ["sine"])
    }
}
