import Foundation
import Testing

/// What the program says of random specs against trying everything; Tests/README.md has the long runs.
@Suite(.enabled(if: Program() != nil, "gainsay was not built beside the tests"))
struct DifferentialTests {
    @Test func noVerdictIsWrong() async throws {
        try await judge(.finite, "GAINSAY_SPECS", otherwise: 120)
    }

    @Test func existenceAndAlternationAreDecided() async throws {
        try await judge(.planted, "GAINSAY_PLANTED", otherwise: 100)
    }

    @Test func quantifiersOverRealsAreNotDecidedWrongly() async throws {
        try await judge(.reals, "GAINSAY_REALS", otherwise: 20)
    }

    @Test func answersAreShrunkToTheSmallest() async throws {
        try await judge(.shrunk, "GAINSAY_SHRUNK", otherwise: 60)
    }

    @Test(arguments: [("proved", 0), ("contradicted", 1), ("contradicted", 3), ("error", 2)])
    func aWrongVerdictIsObjectedTo(_ verdict: String, _ x: Int) throws {
        let evaluator = try #require(Evaluator("property p { forall x: Int in [0, 2] check x != 2 }"))
        let question = try Question.all(of: evaluator)[0]
        let input = Report.Input(name: "x", type: "integer", shape: [], values: ["\(x)"])
        let said = Report.Property(
            name: "p", verdict: verdict, message: nil,
            counterexamples: verdict == "contradicted" ? [.init(inputs: [input])] : [])
        #expect(try question.answer().objection(to: said, question) != nil)
        let right = Report.Input(name: "x", type: "integer", shape: [], values: ["2"])
        let better = Report.Property(
            name: "p", verdict: "contradicted", message: nil, counterexamples: [.init(inputs: [right])])
        #expect(try question.answer().objection(to: better, question) == nil)
    }

    /// Two programs run at a time, each on a file of many specs.
    private func judge(_ kind: RandomSpec.Kind, _ variable: String, otherwise few: UInt64) async throws {
        let environment = ProcessInfo.processInfo.environment
        let asked = environment[variable].flatMap(UInt64.init)
        let first = environment["GAINSAY_FIRST_SPEC"].flatMap(UInt64.init) ?? 1
        let differential = Differential(try #require(Program()), kind)
        let last = first + (asked ?? few) - 1
        var (total, next) = (Tally(), first)
        try await withThrowingTaskGroup(of: Tally.self) { group in
            func start() {
                guard next <= last else { return }
                let seeds = next...min(next + 99, last)
                next = seeds.upperBound + 1
                group.addTask { try differential.judge(seeds) }
            }
            for _ in 0..<2 { start() }
            for try await tally in group {
                total = total + tally
                if asked != nil {
                    print("\(kind): up to seed \(next - 1), \(total.specs) specs, \(total.faults.count) wrong")
                }
                start()
            }
        }
        for fault in total.faults { Issue.record(Comment(rawValue: fault)) }
        #expect(total.questions * 10 >= total.specs * 8, "too many specs are refused: \(total.refusals)")
        if asked != nil { print(total.table) }
        if environment["GAINSAY_REFUSED"] != nil { for text in total.refused { print(text) } }
    }
}
