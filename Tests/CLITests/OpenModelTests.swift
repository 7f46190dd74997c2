import Foundation
import Models
import Tensors
import Testing

/// Models whose files leave sizes open, limits, and inputs that are one number.
@Suite(.withExecutable) struct OpenModelTests {
    private let command: Command

    init() throws { command = try Command() }

    /// y = the greatest of each column of x [1, T, 2].
    private func writeModel() throws {
        var model = ModelWriter()
        model.input("x", .float32, ["N", "T", 2])
        model.node("ReduceMax", ["x"], ["y"], [("axes", .integers([1])), ("keepdims", .integer(0))])
        model.output("y", .float32, ["N", 2])
        try command.write(model.bytes(), to: "net.onnx")
    }

    @Test func theDeclarationSaysTheSizesAndAParamTriesOthers() throws {
        try writeModel()
        try command.write(
            """
            param t: Int = 3
            model net : (x: Tensor[t, 2]) -> (y: Tensor[2]) from "net.onnx"
            property last { forall x: Tensor[t, 2] in [0, 1] check net(x)[0] >= x[t - 1, 0] }

            """, to: "spec.say")
        for arguments in ["check spec.say --no-cases", "check spec.say --no-cases --set t=7"] {
            let result = try command.run(arguments)
            #expect(result.code == 0 && result.output.contains("proved"), "\(result.output)\(result.errors)")
        }
    }

    @Test func sizesThatTheFileDoesNotAllowAreOneLocatedError() throws {
        try writeModel()
        try command.write(
            """
            model net : (x: Tensor[1, 3, 5]) -> (y: Tensor[5]) from "net.onnx"
            property p { forall x: Tensor[1, 3, 5] in [0, 1] check net(x)[0] >= 0 }

            """, to: "spec.say")
        let result = try command.run("check spec.say --no-cases")
        #expect(
            result.code == 2 && result.errors.contains("error[port-shape]: input `x` has shape [N, T, 2] in the file"))
        #expect(result.errors.contains("dimension 2 of the file is 2, declared is 5"))
        #expect(result.errors.contains("declare Tensor[1, 3, 2]"))
        #expect(result.errors.components(separatedBy: "error[").count == 2)
    }

    @Test func aQuerySaysTheSizesToo() throws {
        try writeModel()
        try command.write(
            """
            (vnnlib-version <2.0>)
            (declare-network net
              (declare-input X float32 [1, 4, 2])
              (declare-output Y float32 [1, 2]))
            (assert (>= X[0,0,0] 0.0)) (assert (<= X[0,0,0] 1.0)) (assert (>= X[0,0,1] 0.0)) (assert (<= X[0,0,1] 1.0))
            (assert (>= X[0,1,0] 0.0)) (assert (<= X[0,1,0] 1.0)) (assert (>= X[0,1,1] 0.0)) (assert (<= X[0,1,1] 1.0))
            (assert (>= X[0,2,0] 0.0)) (assert (<= X[0,2,0] 1.0)) (assert (>= X[0,2,1] 0.0)) (assert (<= X[0,2,1] 1.0))
            (assert (>= X[0,3,0] 0.0)) (assert (<= X[0,3,0] 1.0)) (assert (>= X[0,3,1] 0.0)) (assert (<= X[0,3,1] 1.0))
            (assert (>= Y[0,0] 2.0))

            """, to: "query.vnnlib")
        let result = try command.run("verify query.vnnlib --network net.onnx --timeout 5")
        #expect(result.output.hasPrefix("unsat"), "\(result.output)\(result.errors)")
    }

    @Test func anInputThatIsOneNumberChoosesWhenTheFileIsRead() throws {
        var (first, second) = (ModelWriter(), ModelWriter())
        first.node("Identity", ["x"], ["a"])
        first.output("a", .float32, [1, 2])
        second.node("Transpose", ["x"], ["b"])
        second.output("b", .float32, [2, 1])
        var model = ModelWriter()
        model.input("x", .float32, [1, 2])
        model.input("rate", .int64, [])
        model.initializer("known", .scalar(Int64(16000)))
        model.node("Equal", ["rate", "known"], ["c"])
        model.node("If", ["c"], ["y"], [("then_branch", .graph(first)), ("else_branch", .graph(second))])
        model.output("y", .float32, ["M", "N"])
        try command.write(model.bytes(), to: "rates.onnx")
        func check(_ rate: String) throws -> Command.Result {
            try command.write(
                """
                model net : (x: Tensor[2], rate: \(rate)) -> (y: Tensor[1, 2]) from "rates.onnx"
                property p { forall x: Tensor[2] in [0, 1] check net(x, 16000)[0, 0] >= 0 }

                """, to: "spec.say")
            return try command.run("check spec.say --no-cases")
        }
        let known = try check("Int in {16000}")
        #expect(known.code == 0 && known.output.contains("proved"), "\(known.output)\(known.errors)")
        let open = try check("Int")
        #expect(open.code == 2 && open.errors.contains("chooses between float32[1, 2] and float32[2, 1]"))
    }

    @Test func whatNeedsMoreMemoryThanIsLeftSaysHowMuch() throws {
        try writeModel()
        try command.write(
            """
            model net : (x: Tensor[100000, 2]) -> (y: Tensor[2]) from "net.onnx"
            property p { check sum(net([i: Int in [0, 99999], j: Int in [0, 1] : 0.0])) >= 0 }

            """, to: "spec.say")
        let result = try command.run("check spec.say --no-cases --memory 100k")
        #expect(result.code == 2 && result.errors.contains("more than the limit of 102400 bytes"), "\(result.errors)")
        #expect(try command.run("check spec.say --memory much").code == 2)
    }
}
