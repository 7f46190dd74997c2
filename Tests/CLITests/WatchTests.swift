import Foundation
import Testing

/// `gainsay watch`
@Suite(.withExecutable) struct WatchTests {
    private let command: Command

    init() throws {
        command = try Command()
        try spec("0.5", "0.25")
        try command.write("property other { forall x: Real in [0, 1] check x < 0.75 }\n", to: "other.say")
    }

    private func spec(_ first: String, _ second: String, above: String = "") throws {
        try command.write(
            """
            \(above)
            property first { forall x: Real in [0, 1] check x < \(first) }
            property second { forall x: Real in [0, 1] check x < \(second) }

            """, to: "spec.say")
    }

    /// Waits until so many checks have ended, and gives the output so far.
    private func output(after count: Int, _ running: Command.Running) throws -> String {
        for _ in 0..<600 {
            if try running.errors().components(separatedBy: "watching 2 specs").count > count {
                return try running.output()
            }
            Thread.sleep(forTimeInterval: 0.1)
        }
        Issue.record("no check has ended in a minute: \(try running.errors())")
        return ""
    }

    @Test func onlyWhatIsTouchedIsCheckedAgain() throws {
        let running = try command.start(["watch", "spec.say", "other.say", "--no-cases", "--tries", "500"])
        let whole = try output(after: 1, running)
        #expect(["first", "second", "other"].allSatisfy { whole.contains("\($0)  ") }, "\(whole)")
        try spec("0.5", "0.125")
        let edited = try output(after: 2, running).dropFirst(whole.count)
        #expect(
            edited.contains("second  spec.say") && !edited.contains("first  ") && !edited.contains("other  "),
            "\(edited)")
        try spec("0.5", "0.125", above: "param unused: Real = 1")
        let more = try output(after: 3, running).dropFirst(whole.count + edited.count)
        #expect(
            more.contains("first  spec.say") && more.contains("second  spec.say") && !more.contains("other  "),
            "\(more)")
        running.interrupt()
        #expect(try running.finish().code == 1)
    }
}
