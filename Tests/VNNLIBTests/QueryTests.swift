import Diagnostics
import Mutations
import Testing

@testable import VNNLIB

@Suite struct QueryTests {
    private let header =
        "(declare-const X_0 Real)\n(declare-const X_1 Real)\n(declare-const Y_0 Real)\n(declare-const Y_1 Real)\n"
    private let box = "(assert (>= X_0 -1))(assert (<= X_0 1.5e0))(assert (>= X_1 0))(assert (<= X_1 2))"

    private func query(_ text: String) throws -> Query {
        try Query(parsing: SourceFile(path: "test.vnnlib", text: text))
    }

    private func code(_ text: String) -> String? {
        do {
            try query(text).requireBoundedInput()
            return nil
        } catch {
            return (error as? Diagnostic)?.code
        }
    }

    private func output(_ index: Int, _ coefficient: Double = 1) -> Term {
        Term(variable: Variable(side: .output, index: index), coefficient: coefficient)
    }

    @Test func boundsBecomeABox() throws {
        let query = try query(header + box + "(assert (<= Y_0 Y_1))")
        #expect(query.inputCount == 2 && query.outputCount == 2)
        #expect(query.cases.count == 1)
        #expect(query.cases[0].boxes == [InputBox(lower: [-1, 0], upper: [1.5, 2])])
        let expected = Inequality(terms: [output(0), output(1, -1)], relation: .atMost, limit: 0)
        #expect(query.cases[0].violation == .holds(expected))
    }

    @Test func severalBoundsOfOneInputAreIntersected() throws {
        let query = try query(header + box + "(assert (<= X_0 0.25))(assert (>= (* 2 X_1) 1))(assert (<= Y_0 0))")
        #expect(query.cases[0].boxes == [InputBox(lower: [-1, 0.5], upper: [0.25, 2])])
    }

    @Test func alternativesOfInputsBecomeBoxesOfOneCase() throws {
        let query = try query(
            header + "(assert (or (and (<= X_0 1) (>= X_0 0) (<= X_1 1) (>= X_1 0))\n"
                + "(and (<= X_0 3) (>= X_0 2) (<= X_1 1) (>= X_1 0))))(assert (or (<= Y_0 1) (>= Y_1 2)))")
        #expect(query.cases.count == 1)
        #expect(query.cases[0].boxes.map(\.lower) == [[0, 0], [2, 0]])
        guard case .any(let parts) = query.cases[0].violation else {
            Issue.record("not a disjunction")
            return
        }
        #expect(parts.count == 2)
    }

    @Test func alternativesWithFormulasOfTheirOwnAreGroupedByFormula() throws {
        func part(_ lower: Int, _ limit: Int) -> String {
            "(and (>= X_0 \(lower)) (<= X_0 \(lower + 1)) (>= X_1 0) (<= X_1 1) (<= Y_0 \(limit)))"
        }
        let parts = (0..<3000).map { part($0, $0 % 2) }.joined(separator: "\n")
        let query = try query(header + "(assert (or \(parts)))")
        #expect(query.cases.count == 2)
        #expect(query.cases.map(\.boxes.count) == [1500, 1500])
        #expect(query.cases[1].boxes[0].lower == [1, 0])
    }

    @Test func emptyBoxesAreDropped() throws {
        let query = try query(
            header + box + "(assert (or (and (<= X_0 -2) (<= Y_0 0)) (and (<= X_0 0) (<= Y_1 0))))")
        #expect(query.boxCount == 1)
        #expect(query.cases[0].boxes[0].upper == [0, 2])
    }

    @Test func conditionsThatMixInputsAndOutputsStayConditions() throws {
        let query = try query(header + box + "(assert (<= (+ Y_0 (* -0.5 X_1) 3) (- X_0 1)))(assert (< X_0 1))")
        #expect(query.cases[0].boxes[0].upper == [1, 2])
        let violation = query.cases[0].violation
        #expect(violation.truth(inputs: [0.5, 2], answers: [-2.5, 0]) == .holds)
        #expect(violation.truth(inputs: [0.5, 2], answers: [-2.25, 0]) == .fails)
        #expect(violation.truth(inputs: [1, 2], answers: [-9, 0]) == .fails)
    }

    @Test func nestingNegationAndEqualityAreRead() throws {
        let query = try query(
            header + box + "(assert (and (or (and (<= (- Y_0) 1) (= Y_1 2)) (>= Y_0 (/ 9 3)))))")
        let violation = query.cases[0].violation
        #expect(violation.truth(inputs: [0, 0], answers: [-1, 2]) == .holds)
        #expect(violation.truth(inputs: [0, 0], answers: [-1, 2.5]) == .fails)
        #expect(violation.truth(inputs: [0, 0], answers: [3, 0]) == .holds)
    }

    @Test func lineEndsCommentsAndExponentsAreRead() throws {
        let text = (header + box + "; a (comment\n(assert (<= Y_0 -1.25E-3)) ; end").replacing("\n", with: "\r\n")
        let query = try query(text)
        let expected = Inequality(terms: [output(0)], relation: .atMost, limit: -0.00125)
        #expect(query.cases[0].violation == .holds(expected))
    }

    @Test(arguments: [
        ("(declare-const X_0 Real)(declare-const Y_0 Real)(assert (<= X_0 1))(assert (<= Y_0 0))", "vnnlib-unbounded"),
        ("(declare-const X_1 Real)(declare-const Y_0 Real)", "vnnlib-gap"),
        ("(declare-const X_0 Real)(declare-const X_0 Real)", "vnnlib-declared-twice"),
        ("(declare-const X_0 Real)", "vnnlib-nothing-declared"),
        ("(declare-const X_99999999 Real)", "vnnlib-too-many-variables"),
        ("(declare-const X_0 Int)", "vnnlib-syntax"),
        ("(declare-const Z Real)", "vnnlib-syntax"),
        ("(assert (<= X_0 1))", "vnnlib-undeclared"),
        ("(assert (<= 1 2)", "vnnlib-syntax"),
        ("(assert (<= 1 x))", "vnnlib-syntax"),
        ("(assert (xor (<= 1 2)))", "vnnlib-unknown-condition"),
        ("(assert (<= (sin 1) 2))", "vnnlib-unknown-arithmetic"),
        ("(assert (<= (+) 2))", "vnnlib-missing-operand"),
        ("(assert (<= (* 1e300 1e300) 2))", "vnnlib-too-large-number"),
        ("(declare-const X_0 Real)(assert (<= (* X_0 X_0) 2))", "vnnlib-not-linear"),
        ("(frobnicate)", "vnnlib-unknown-command"),
        ("(declare-const X_0 Real)(declare-const Y_0 Real)(assert (<= X_0 0))(assert (>= X_0 1))", "vnnlib-no-input"),
    ])
    func whatIsWrongIsSaid(_ text: String, _ expected: String) {
        #expect(code(text) == expected)
    }

    @Test func errorsPointAtThePlace() throws {
        let text = "(declare-const X_0 Real)\n(assert (<= X_0 Y_7))"
        let source = SourceFile(path: "test.vnnlib", text: text)
        let error = #expect(throws: Diagnostic.self) { try Query(parsing: source) }
        let span = try #require(error?.span)
        #expect(source.text(span) == "Y_7")
        #expect(source.position(at: span.lower) == source.position(at: 41))
    }

    @Test func depthAndBlowUpAreBounded() {
        let deep = String(repeating: "(and ", count: 100_000)
        #expect(code("(assert \(deep)") == "vnnlib-too-deep")
        let twofold = String(repeating: "(assert (or (<= X_0 1) (<= X_0 2)))", count: 40)
        #expect(code(header + box + twofold) == "vnnlib-too-many-alternatives")
    }

    /// Every change of one byte, and every cut, gives a query or a diagnostic.
    @Test func noBytesCrashTheParser() {
        let text = header + box + "(assert (or (and (<= X_0 0) (<= (+ Y_0 (* 2 Y_1)) 1)) (>= Y_1 2.5e-3)))"
        let seed = Array(text.utf8)
        var mutations = Mutations(seed: 1)
        for _ in 0..<Mutations.count(ordinary: 3000) {
            let bytes = mutations.mutant(of: seed)
            _ = try? Query(parsing: SourceFile(path: "test.vnnlib", bytes: bytes))
        }
    }
}
