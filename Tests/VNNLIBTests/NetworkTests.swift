import Diagnostics
import Mutations
import Testing

@testable import VNNLIB

/// VNN-LIB 2.0.
@Suite struct NetworkTests {
    private static let network =
        "(vnnlib-version <2.0>)\n(declare-network N (declare-input X float32 [2,1]) (declare-output Y float32 [2]))\n"
    private static let mixed = """
        (vnnlib-version <2.0>)
        (declare-network f
            (declare-input A float32 [2,2]) (declare-input B int32 [])
            (declare-hidden H float32 [1,2] "hidden") (declare-output Y float32 []))
        (declare-network g (equal-to f)
            (declare-input C float32 [2, 2]) (declare-input D int32 []) (declare-output Z float32 []))
        (declare-network h (isomorphic-to f)
            (declare-input E float64 [2,2]) (declare-input F int8 [])
            (declare-hidden K float64 [3] "other") (declare-output W float64 []))

        """

    private func query(_ text: String) throws -> Query {
        try Query(parsing: SourceFile(path: "test.vnnlib", text: text))
    }

    private func mistake(_ text: String) -> Diagnostic? {
        do {
            _ = try query(text)
            return nil
        } catch { return error as? Diagnostic }
    }

    @Test func declarationsAreRead() throws {
        let query = try query(Self.mixed)
        #expect(query.version == .two)
        #expect(query.networks.map(\.name) == ["f", "g", "h"])
        #expect(query.networks.map(\.relation) == [nil, .equal(to: 0), .isomorphic(to: 0)])
        let first = query.networks[0]
        #expect(first.inputs.map(\.shape) == [[2, 2], []])
        #expect(first.inputs.map(\.element.kind) == [.float32, .int32])
        #expect(first.hidden.map(\.node) == ["hidden"])
        #expect(first.answers.map(\.name) == ["H", "Y"])
        #expect(query.inputCount == 15 && query.outputCount == 8)
        #expect(query.networks[2].inputs.map(\.start) == [10, 14])
        #expect(query.networks[2].answers.map(\.start) == [4, 7])
    }

    /// A variable's index is its place among all inputs, or all answers, of all networks.
    @Test func elementsHaveIndicesAcrossNetworks() throws {
        let query = try query(Self.mixed + "(assert (<= (+ (* 2.0 A[1,0]) (- H[0,1])) (- C[0,1] Z 1.5)))")
        let terms = [
            Term(variable: Variable(side: .input, index: 2), coefficient: 2),
            Term(variable: Variable(side: .input, index: 6), coefficient: -1),
            Term(variable: Variable(side: .output, index: 1), coefficient: -1),
            Term(variable: Variable(side: .output, index: 3), coefficient: 1),
        ]
        #expect(query.cases[0].violation == .holds(Inequality(terms: terms, relation: .atMost, limit: -1.5)))
        #expect(query.name(of: Variable(side: .input, index: 6)) == "C[0,1]")
        #expect(query.name(of: Variable(side: .output, index: 3)) == "Z")
    }

    @Test func boundsBecomeBoxesAndOthersStay() throws {
        let query = try query(
            Self.network + "(assert (and (<= 0.0 X[0,0]) (< X[0,0] 1.0) (== X[1,0] 2.5)))"
                + "(assert (>= (+ X[0,0] X[1,0]) 3))(assert (!= Y[0] 0.0))")
        #expect(query.cases[0].boxes == [InputBox(lower: [0, 2.5], upper: [1, 2.5])])
        let violation = query.cases[0].violation
        #expect(violation.truth(inputs: [0.5, 2.5], answers: [1, 0]) == .holds)
        #expect(violation.truth(inputs: [0.25, 2.5], answers: [1, 0]) == .fails)
        #expect(violation.truth(inputs: [1, 2.5], answers: [1, 0]) == .fails, "a strict bound stays a condition")
        #expect(violation.truth(inputs: [0.5, 2.5], answers: [0, 0]) == .fails)
    }

    @Test func productsAreKept() throws {
        let query = try query(
            Self.network + "(assert (<= (* 2.0 (- X[0,0] Y[0]) (+ Y[1] 1.0) 3.0) (* X[1,0] X[1,0] X[1,0])))")
        let violation = query.cases[0].violation
        // 6 (x0 - y0) (y1 + 1) <= x1^3
        #expect(violation.truth(inputs: [2, 3], answers: [1, 3.5]) == .holds)
        #expect(violation.truth(inputs: [2, 3], answers: [1, 3.75]) == .fails)
        guard case .holds(let inequality) = violation else {
            Issue.record("not one inequality")
            return
        }
        #expect(inequality.terms.isEmpty && inequality.products.map(\.factors.count) == [2, 3])
        #expect(inequality.products.map(\.coefficient) == [6, -1])
    }

    @Test func inputsWithoutBoundsAndContradictionsAreKeptForTheSolver() throws {
        let open = try query(Self.network + "(assert (<= X[0,0] 1.0))")
        #expect(open.cases[0].boxes[0].firstUnbounded == 0)
        #expect(throws: Diagnostic.self) { try open.requireBoundedInput() }
        let none = try query(Self.network + "(assert (<= X[0,0] 1.0))(assert (> (- X[0,0] 0.5) 0.75))")
        #expect(none.cases.isEmpty)
    }

    @Test(arguments: [
        ("(vnnlib-version <3.0>)", "vnnlib-version", "<3.0>"), ("(vnnlib-version 2.0)", "vnnlib-syntax", "2.0"),
        ("(declare-network N)", "vnnlib-version", "declare-network"),
        ("(vnnlib-version <2.0>)", "vnnlib-nothing-declared", ""),
        ("(vnnlib-version <2.0>)(declare-const X_0 Real)", "vnnlib-unknown-command", "declare-const"),
        ("(vnnlib-version <2.0>)(declare-network N (declare-output Y real [1]))", "vnnlib-syntax", "("),
        ("(vnnlib-version <2.0>)(declare-network N (declare-input X real [1]))", "vnnlib-syntax", ")"),
        ("(vnnlib-version <2.0>)(declare-network 2N (declare-input X real [1]))", "vnnlib-syntax", "2N"),
        ("(vnnlib-version <2.0>)(declare-network N (declare-input X flaot32 [1]))", "vnnlib-unknown-type", "flaot32"),
        ("(vnnlib-version <2.0>)(declare-network N (declare-input X real [0]))", "vnnlib-syntax", "0"),
        ("(vnnlib-version <2.0>)(declare-network N (declare-input X real [1.5]))", "vnnlib-syntax", "1.5"),
        ("(vnnlib-version <2.0>)(declare-network N (declare-input X real 1))", "vnnlib-syntax", "1"),
        ("(vnnlib-version <2.0>)(declare-network N (declare-input X real [1)", "vnnlib-syntax", ")"),
        (
            "(vnnlib-version <2.0>)(declare-network N (declare-input X real [99999,99999,99999999999999]))",
            "vnnlib-too-many-variables", "X"
        ),
        (
            "(vnnlib-version <2.0>)(declare-network N (declare-input X real [1]) (declare-input X real [1]))",
            "vnnlib-declared-twice", "X"
        ),
        (
            "(vnnlib-version <2.0>)(declare-network N (declare-input X real [1]) (declare-hidden H real [1]))",
            "vnnlib-syntax", ")"
        ),
        (
            "(vnnlib-version <2.0>)(declare-network N (declare-input X real [1]) (declare-hidden H real [1] \"a",
            "vnnlib-syntax", "\"a"
        ),
        ("(vnnlib-version <2.0>)(declare-network N (equal-to M) (declare-input X real [1]))", "vnnlib-undeclared", "M"),
    ])
    func whatIsWrongInDeclarationsIsSaid(_ text: String, _ code: String, _ place: String) throws {
        let source = SourceFile(path: "test.vnnlib", text: text)
        let error = try #require(mistake(text))
        #expect(error.code == code)
        #expect(source.text(error.span) == place)
    }

    @Test(arguments: [
        (
            "(declare-network M (equal-to N) (declare-input X2 float32 [1,2]) (declare-output Y2 float32 [2]))",
            "vnnlib-unequal"
        ),
        (
            "(declare-network M (equal-to N) (declare-input X2 float64 [2,1]) (declare-output Y2 float32 [2]))",
            "vnnlib-unequal"
        ),
        (
            "(declare-network M (isomorphic-to N) (declare-input X2 float64 [2]) (declare-output Y2 float32 [2]))",
            "vnnlib-unequal"
        ),
        (
            "(declare-network M (equal-to N) (declare-input A float32 [2,1]) (declare-input B float32 [2,1])"
                + "(declare-output Y2 float32 [2]))", "vnnlib-unequal"
        ),
        (
            "(declare-network M (equal-to N) (declare-input A float32 [2,1]) (declare-output B float32 [2]))"
                + "(declare-network K (equal-to M) (declare-input C float32 [2,1]) (declare-output D float32 [2]))",
            "vnnlib-chain"
        ),
        ("(declare-network N (declare-input A float32 [2,1]) (declare-output B float32 [2]))", "vnnlib-declared-twice"),
        ("(assert (<= X[0,0] 1.0))(declare-network M)", "vnnlib-order"),
        ("(assert (<= X[0] 1.0))", "vnnlib-index"), ("(assert (<= X 1.0))", "vnnlib-index"),
        ("(assert (<= X[0,1] 1.0))", "vnnlib-index"), ("(assert (<= X[0,-1] 1.0))", "vnnlib-syntax"),
        ("(assert (<= Z[0] 1.0))", "vnnlib-undeclared"), ("(assert (= Y[0] 1.0))", "vnnlib-unknown-condition"),
        ("(assert (<= (/ Y[0] 2.0) 1.0))", "vnnlib-unknown-arithmetic"),
        ("(assert (<= (*) 1.0))", "vnnlib-missing-operand"),
        ("(assert (<= Y[0] 0x1p3))", "vnnlib-syntax"), ("(assert (<= Y[0] .5))", "vnnlib-syntax"),
        ("(assert (<= Y[0] +5))", "vnnlib-syntax"), ("(assert (<= Y[0] infinity))", "vnnlib-undeclared"),
        ("(assert (<= Y[0] 1e999))", "vnnlib-too-large-number"),
        ("(assert (not (<= Y[0] 1.0)))", "vnnlib-unknown-condition"),
        ("(assert (<= Y[0] 1.0)", "vnnlib-syntax"), ("(assert)", "vnnlib-syntax"),
        ("(assert (<= Y[0]))", "vnnlib-syntax"),
    ])
    func whatIsWrongIsSaid(_ text: String, _ code: String) {
        #expect(mistake(Self.network + text)?.code == code)
    }

    @Test(arguments: [
        "(assert (<= A[0,0] B))", "(assert (<= A[0,0] E[0,0]))", "(assert (<= B 0.5))",
        "(assert (<= (+ A[0,0] (* B 2)) 1))",
    ])
    func elementTypesAreNotMixed(_ assertion: String) {
        #expect(mistake(Self.mixed + assertion)?.code == "vnnlib-mixed-types")
    }

    @Test func depthAndBlowUpAreBounded() {
        let deep = String(repeating: "(+ ", count: 100_000)
        #expect(mistake(Self.network + "(assert (<= \(deep)")?.code == "vnnlib-too-deep")
        let twofold = String(repeating: "(assert (!= X[0,0] 1.0))", count: 40)
        #expect(mistake(Self.network + twofold)?.code == "vnnlib-too-many-alternatives")
    }

    /// Every change of one byte, and every cut, gives a query or a diagnostic.
    @Test func noBytesCrashTheParser() {
        let text =
            Self.mixed
            + "; note\n(assert (or (and (<= A[0,0] 0.5) (!= (+ Y (* 2.0 H[0,1] H[0,0])) 1.5e-3)) (>= E[1,1] -2)))"
        let seed = Array(text.utf8)
        var mutations = Mutations(seed: 2)
        for _ in 0..<Mutations.count(ordinary: 3000) {
            let bytes = mutations.mutant(of: seed)
            _ = try? Query(parsing: SourceFile(path: "test.vnnlib", bytes: bytes))
        }
    }
}
