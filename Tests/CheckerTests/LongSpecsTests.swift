import Diagnostics
import Syntax
import Testing

@testable import Checker

/// Specs as programs write them: long chains, long sums, functions that call one another more than once.
@Suite struct LongSpecsTests {
    /// Checks on a stack that has room for it, and lets go of the terms there too.
    private func checked(_ text: String) -> (isSpec: Bool, codes: [String], height: Int) {
        nonisolated(unsafe) var found = (false, [String](), 0)
        DeepStack.run {
            let result = Sample(text).check()
            let height = result.spec?.properties.first?.checks.first?.term.height ?? 0
            found = (result.spec != nil, result.diagnostics.map(\.code), height)
        }
        return found
    }

    @Test func chainsOfNamesAreTakenAsLongAsTheyAre() {
        let lets = (0..<1600).map { "let v\($0 + 1) = v\($0) * 0.5 + x" }.joined(separator: "\n")
        let chain = checked("property p { forall x: Real in [0, 1]\nlet v0 = x\n\(lets)\ncheck v1600 >= -1 }")
        #expect(chain.isSpec && chain.height > 4000 && chain.height <= Bounds.height)
    }

    @Test func whatIsTooHighIsRefused() {
        let lets = (0..<8000).map { "let v\($0 + 1) = v\($0) * 0.5 + x" }.joined(separator: "\n")
        let chain = checked("property p { forall x: Real in [0, 1]\nlet v0 = x\n\(lets)\ncheck v8000 >= -1 }")
        #expect(!chain.isSpec && chain.codes.contains(CheckerCode.expressionTooDeep.rawValue))
    }

    @Test func longSumsAreTaken() {
        let sum = checked(
            "property p { forall x: Real in [0, 1]\ncheck \(Array(repeating: "x", count: 2000).joined(separator: " + ")) <= 2000 }"
        )
        #expect(sum.isSpec && sum.height >= 2000)
    }

    /// 2 to the 40th, were they written out each time.
    @Test func functionsThatCallOneAnotherTwiceDoNotDouble() {
        for call in ["f#(x) * 0.5 + f#(x) * 0.25", "f#(x + 1) * f#(x + 1)", "{ let y = f#(x) y + f#(x) }"] {
            let functions = (0..<40).map {
                "func f\($0 + 1)(x: Real) -> Real = \(call.replacing("#", with: "\($0)"))\n"
            }
            let spec =
                "func f0(x: Real) -> Real = x + 1\n" + functions.joined()
                + "property p { forall x: Real in [0, 1] check f40(x) >= -9 }"
            #expect(checked(spec).isSpec, "\(call)")
        }
    }

    /// The same function at other arguments, or in another property, is another value.
    @Test func callsAreSharedOnlyWhereTheyAreTheSame() throws {
        let text = """
            func f(x: Real) -> Real = x * x
            property p { forall x: Real in [0, 1] forall y: Real in [0, 1] check f(x) + f(y) <= f(2) }
            property q { forall x: Real in [3, 4] check f(x) >= 9 }
            """
        let spec = try #require(Sample(text).check().spec)
        guard case .compare(_, let sum, _) = spec.properties[0].checks[0].term.kind,
            case .arithmetic(.add, let first, let second) = sum.kind,
            case .arithmetic(.multiply, let x, _) = first.kind, case .arithmetic(.multiply, let y, _) = second.kind,
            case .variable(let one) = x.kind, case .variable(let other) = y.kind
        else { return #expect(Bool(false), "written out otherwise") }
        #expect(one == spec.properties[0].variables[0].id && other == spec.properties[0].variables[1].id)
        guard case .compare(_, let square, _) = spec.properties[1].checks[0].term.kind,
            case .arithmetic(.multiply, let z, _) = square.kind, case .variable(let third) = z.kind
        else { return #expect(Bool(false), "written out otherwise") }
        #expect(third == spec.properties[1].variables[0].id)
    }

    @Test func aMistakeIsReportedForEachName() {
        let text = (0..<300).map { "property p\($0) { forall x: Real in [0, 1] check y\($0) >= 0 }\n" }.joined()
        let codes = Sample("param yy: Real = 1\n" + text).check().diagnostics.map(\.code)
        #expect(codes.count { $0 == CheckerCode.unknownName.rawValue } == 300)
    }
}
