import Foundation
import Models
import Tensors
import Testing

/// `gainsay verify` and `gainsay supports`: the face of a solver.
@Suite(.withExecutable) struct VerifyTests {
    private let command: Command
    private static let network =
        "(vnnlib-version <2.0>)\n(declare-network N (declare-input X float32 [1,2]) (declare-output Y float32 [1,1]))\n"
    private static let box =
        "(assert (and (<= 0.0 X[0,0]) (<= X[0,0] 1.0) (<= 0.0 X[0,1]) (<= X[0,1] 1.0)))\n"
    private static let unsatisfiable = network + box + "(assert (> Y[0,0] 5.0))\n"

    init() throws {
        command = try Command()
        var sum = ModelWriter()
        sum.input("x", .float32, [1, 2])
        sum.initializer("w", try Tensor(TensorType(.float32, Shape([2, 1])), rounding: [1, 1]))
        sum.node("MatMul", ["x", "w"], ["y"])
        sum.output("y", .float32, [1, 1])
        try command.write(sum.bytes(), to: "sum.onnx")
        var count = ModelWriter()
        count.input("n", .int64, [2])
        count.node("ReduceSum", ["n"], ["total"], [("keepdims", .integer(0))])
        count.output("total", .int64, [])
        try command.write(count.bytes(), to: "count.onnx")
        try command.write(Self.network + Self.box + "(assert (>= Y[0,0] 2.0))\n", to: "sat.vnnlib")
        try command.write(Self.unsatisfiable, to: "hard.vnnlib")
    }

    @Test func anAssignmentFollowsSat() throws {
        let result = try command.run("verify sat.vnnlib --network N=sum.onnx --timeout 20")
        #expect(result.output == "sat\nX float32 [1,2]\n1.0\n1.0\nY float32 [1,1]\n2.0\n")
        #expect(result.code == 0 && result.errors.isEmpty)
    }

    @Test func finiteDomainsAreClosed() throws {
        try command.write(
            """
            (vnnlib-version <2.0>)
            (declare-network N (declare-input A int64 [2]) (declare-output B int64 []))
            (assert (and (<= 0 A[0]) (<= A[0] 50) (<= 0 A[1]) (<= A[1] 50)))
            (assert (or (> B 100) (< B 0)))
            """, to: "count.vnnlib")
        let result = try command.run("verify count.vnnlib --network count.onnx --timeout 20")
        #expect(result.output == "unsat\n" && result.code == 0 && result.errors.isEmpty)
    }

    /// Of cases that are closed one after the other, the last have their share of the time like the first.
    @Test func manyCasesAreAllClosed() throws {
        let cases = (0..<40).map { "(> Y[0,0] \(5 + $0).0)" }.joined(separator: " ")
        try command.write(Self.network + Self.box + "(assert (or \(cases)))\n", to: "many.vnnlib")
        let result = try command.run("verify many.vnnlib --network N=sum.onnx --timeout 20")
        #expect(result.output == "unsat\n" && result.errors.isEmpty)
    }

    @Test func queriesAreCheckedAsSpecsAre() throws {
        let result = try command.run("check sat.vnnlib --model N=sum.onnx --no-cases --budget 5s")
        #expect(result.code == 1 && result.output.contains("contradicted"))
        #expect(result.output.contains("    Y  [[2]]") || result.output.contains("    Y  [2]"), "\(result.output)")
    }

    /// Without a bound not all was tried, so nothing is proved.
    @Test func whatHasNoBoundIsNeverProved() throws {
        try command.write(
            """
            (vnnlib-version <2.0>)
            (declare-network N (declare-input A int64 [2]) (declare-output B int64 []))
            (assert (and (<= 0 A[0]) (<= A[0] 0) (<= 0 A[1])))
            (assert (< B 0))
            """, to: "open.vnnlib")
        let result = try command.run("verify open.vnnlib --network N=count.onnx --timeout 1")
        #expect(result.output.hasPrefix("timed-out\n") && result.code == 0)
    }

    @Test func contradictoryConditionsAreUnsat() throws {
        try command.write(Self.network + Self.box + "(assert (> X[0,0] 1.5))", to: "none.vnnlib")
        let result = try command.run("verify none.vnnlib --network N=sum.onnx")
        #expect(result.output == "unsat\n" && result.code == 0)
        #expect(result.errors == "note: no input meets the assertions, whatever the models answer\n")
    }

    @Test func theTimeLimitIsKept() throws {
        let start = Date()
        let result = try command.run("verify hard.vnnlib --network N=sum.onnx --timeout 0.5")
        #expect(["timed-out\n", "unsat\n"].contains(result.output) && result.code == 0)
        #expect(Date().timeIntervalSince(start) < 5)
    }

    /// Vehicle names the query first and no command, and knows `timeout`.
    @Test func theCommandMayBeLeftOut() throws {
        try command.write(
            """
            (vnnlib-version <2.0>)
            (declare-network f (declare-input A Real [1,2]) (declare-output B Real [1,1]))
            (declare-network f_2 (equal-to f) (declare-input C Real [1,2]) (declare-output D Real [1,1]))
            (assert (and (<= 0.0 A[0,0] ) (<= A[0,0] 1.0) (== A[0,1] 0.5) (== C[0,0] 0.25) (== C[0,1] 0.25)))
            (assert (< B[0,0] (- D[0,0] (* -1.0 D[0,0]))))
            """, to: "Q.txt")
        let result = try command.run("Q.txt --network f=sum.onnx --network f_2=sum.onnx --timeout 20")
        #expect(result.output.hasPrefix("sat\nA Real [1,2]\n"))
        #expect(result.output.hasSuffix("C Real [1,2]\n0.25\n0.25\nD Real [1,1]\n0.5\n") && result.code == 0)
        #expect(try command.run("--name").output == "Gainsay\n")
        try command.write(Self.unsatisfiable, to: "hard.txt")
        let limited = try command.run("hard.txt --network N=sum.onnx --timeout 0.5")
        #expect(["timeout\n", "unsat\n"].contains(limited.output))
    }

    @Test func assignmentsAreSerialised() throws {
        let result = try command.run("verify sat.vnnlib --network N=sum.onnx --serialise-assignments out/here")
        #expect(result.output == "sat\n")
        let files = try command.files().filter { $0.hasPrefix("out/here/") }
        #expect(files == ["out/here/X.pb", "out/here/Y.pb"])
        let bytes = [UInt8](try Data(contentsOf: command.folder.appendingPathComponent(files[0])))
        let (name, tensor) = try TensorFile.read(bytes)
        #expect(name == "X" && tensor.element == .float32 && tensor.shape.dimensions == [1, 2])
        #expect(tensor.doubles == [1, 1])
    }

    /// A model, a property of version 1.0, a time limit and a file for the result, as VNN-COMP has them.
    @Test func competitionsGetTheirResultFile() throws {
        try command.write(
            """
            (declare-const X_0 Real) (declare-const X_1 Real) (declare-const Y_0 Real)
            (assert (>= X_0 0)) (assert (<= X_0 1)) (assert (>= X_1 0)) (assert (<= X_1 1)) (assert (>= Y_0 2))
            """, to: "p.vnnlib")
        let result = try command.run("verify p.vnnlib --network sum.onnx --timeout 20 --result out.txt")
        let expected = "sat\n((X_0 1.0)\n(X_1 1.0)\n(Y_0 2.0))\n"
        #expect(result.output == expected)
        #expect(try command.text(of: "out.txt") == expected)
        _ = try command.run("verify hard.vnnlib --network sum.onnx --timeout 0.5 --result out.txt")
        #expect(["timeout\n", "unsat\n"].contains(try command.text(of: "out.txt")))
    }

    @Test(arguments: [
        ("verify sat.vnnlib", "no model is given for network `N`"),
        ("verify sat.vnnlib --network M=sum.onnx", "declares no network named `M`"),
        ("verify sat.vnnlib --network N=sum.onnx --network N=sum.onnx", "--network says `N` twice"),
        ("verify sat.vnnlib --network N=count.onnx", "error[vnnlib-model]: `X` is declared float32 [1,2]"),
        ("verify sat.vnnlib --network N=missing.onnx", "cannot read `missing.onnx`"),
        ("verify missing.vnnlib --network N=sum.onnx", "cannot read `missing.vnnlib`"),
        ("verify sat.vnnlib --network N=sum.onnx --timeout soon", "--timeout"),
        ("verify sum.onnx --network N=sum.onnx", "error[vnnlib-"),
        ("supports", "Missing one of: '--onnx-opset-versions'"),
    ])
    func wrongUseIsSaid(_ line: String, _ words: String) throws {
        let result = try command.run(line)
        #expect(result.code == 2 && result.output.isEmpty)
        #expect(result.errors.contains(words), "\(result.errors)")
    }

    @Test func equalNetworksHaveTheSameModel() throws {
        try command.write(
            Self.network
                + "(declare-network M (equal-to N) (declare-input A float32 [1,2]) (declare-output B float32 [1,1]))",
            to: "pair.vnnlib")
        let result = try command.run("verify pair.vnnlib --network N=sum.onnx --network M=count.onnx")
        #expect(result.code == 2 && result.errors.contains("is not the same model as `sum.onnx`"))
    }

    @Test(arguments: [
        ("onnx-opset-versions", "1\n28\n"), ("vnnlib-versions", "1.0\n2.0\n"), ("hidden-node-theories", "NH\nH\n"),
        ("multiple-input-output-theories", "SIO\nMIO\n"), ("multiple-inputs-output-theories", "SIO\nMIO\n"),
        ("multiple-network-theories", "SNET\nMENET\nMINET\nMNET\n"),
        ("multiple-node-comparison-theories", "SNC\nMNC\n"),
        ("arithmetic-complexity-theories", "BND\nOUTC\nLIN\nPOLY\n"), ("optimised-disjunctive-reasoning", "true\n"),
        ("serialise-assignments", "true\n"), ("unsat-proofs", "false\n"), ("onnx-operators-unsat-proofs", ""),
    ])
    func questionsAreAnswered(_ question: String, _ answer: String) throws {
        let result = try command.run("supports --\(question)")
        #expect(result.output == answer && result.code == 0)
    }

    @Test func listsAreOneNameALine() throws {
        let operators = try command.run("supports --onnx-operators").output.split(separator: "\n")
        #expect(operators.contains("Conv") && operators == operators.sorted())
        let types = try command.run("capabilities --onnx-element-types").output.split(separator: "\n")
        #expect(types.contains("float32") && types.contains("real") && !types.contains("float16"))
    }

    @Test func interruptsEndInUnknown() throws {
        try command.write(Self.unsatisfiable.replacing("5.0", with: "2.0000001"), to: "long.vnnlib")
        let running = try command.start(["verify", "long.vnnlib", "--network", "N=sum.onnx", "--timeout", "30"])
        running.interrupt()
        let result = try running.finish()
        #expect(["unknown\n", "unsat\n"].contains(result.output) && result.code == 0)
    }
}

/// `gainsay export` and `gainsay import`.
@Suite(.withExecutable) struct ExchangeTests {
    private let command: Command

    init() throws {
        command = try Command()
        try command.copyExample("planted")
    }

    @Test func whatIsWrittenIsAnswered() throws {
        let written = try command.run("export planted/root.say --property positive_above -o root.vnnlib")
        #expect(written.code == 0 && written.output.isEmpty)
        let result = try command.run("verify root.vnnlib --network root=planted/root.onnx --timeout 0.5")
        #expect(["timed-out\n", "unsat\n"].contains(result.output))
        _ = try command.run("export planted/alarm.say --property near_is_alarming -o alarm.vnnlib")
        let found = try command.run("verify alarm.vnnlib --network watch=planted/alarm.onnx --timeout 20")
        #expect(found.output.hasPrefix("sat\n") && found.code == 0)
    }

    @Test func whatCannotBeWrittenIsSaidWithItsPlace() throws {
        let result = try command.run("export planted/credit.say --property old_monotone")
        #expect(result.code == 2 && result.output.isEmpty)
        #expect(result.errors.contains("error[export-inexpressible]") && result.errors.contains("credit.say:"))
        let unnamed = try command.run("export planted/credit.say")
        #expect(unnamed.code == 2 && unnamed.errors.contains("say `--property NAME`"))
        let unknown = try command.run("export planted/credit.say --property agree --to vnnlib1")
        #expect(unknown.code == 2 && unknown.errors.contains("did you mean `agrees`?"))
    }
}
