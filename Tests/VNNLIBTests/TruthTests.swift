import Diagnostics
import Testing

@testable import VNNLIB

/// Conditions in exact arithmetic.
@Suite struct TruthTests {
    private func truth(_ condition: String, _ inputs: [Double], _ answers: [Double] = [0]) throws -> Truth {
        let text = """
            (vnnlib-version <2.0>)
            (declare-network N (declare-input X float64 [3]) (declare-output Y float64 [1]))
            (assert (and \(condition) (<= X[2] X[2])))
            """
        return try Query(parsing: SourceFile(path: "t.vnnlib", text: text)).cases[0].violation
            .truth(inputs: inputs, answers: answers)
    }

    /// The doubles 0.1 and 0.2 add up to more than the double 0.3, whatever their rounded sum is.
    @Test func sumsAreExact() throws {
        #expect(try truth("(<= (+ X[0] X[1]) X[2])", [0.1, 0.2, 0.3]) == .fails)
        #expect(try truth("(>= (+ X[0] X[1]) X[2])", [0.1, 0.2, 0.3]) == .holds)
        #expect(try truth("(<= (+ X[0] X[1]) X[2])", [1, 0x1p-53, 1]) == .fails)
        #expect(try truth("(== (+ X[0] X[1]) X[2])", [1, 0.5, 1.5]) == .holds)
        #expect(try truth("(== (+ X[0] X[1] X[2]) X[1])", [1e300, 1, -1e300]) == .holds)
        #expect(try truth("(< X[0] 0.3)", [0.3, 0, 0]) == .fails)
    }

    @Test func productsAreExact() throws {
        #expect(try truth("(== (* X[0] X[1]) X[2])", [1.5, 2.5, 3.75]) == .holds)
        #expect(try truth("(!= (* X[0] X[1]) X[2])", [1.5, 2.5, 3.75]) == .fails)
        // A square of 53 digits has 106.
        let near = 1 + 0x1p-52
        #expect(try truth("(> (* X[0] X[0]) (+ X[1] 1.0))", [near, 0x1p-51, 0]) == .holds)
        #expect(
            try truth("(== (* (- X[0] X[1]) (+ X[0] X[1])) (- (* X[0] X[0]) (* X[1] X[1])))", [0.1, 0.7, 0]) == .holds)
    }

    @Test func whatIsBeyondFloat64IsUnclear() throws {
        #expect(try truth("(> (* X[0] X[0]) 0.0)", [1e-300, 0, 0]) == .unclear)
        #expect(try truth("(> (* X[0] X[0]) 0.0)", [1e200, 0, 0]) == .unclear)
        #expect(try truth("(>= Y[0] 1.0)", [0, 0, 0], [.infinity]) == .unclear)
    }

    @Test func whatIsNoNumberFails() throws {
        #expect(try truth("(<= Y[0] 1.0)", [0, 0, 0], [.nan]) == .fails)
        #expect(try truth("(!= Y[0] 1.0)", [0, 0, 0], [.nan]) == .fails)
    }
}
