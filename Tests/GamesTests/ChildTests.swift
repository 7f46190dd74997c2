import Foundation
import Testing

@testable import Games

@Suite struct ChildTests {
    private func run(
        _ script: String, seconds: Double = 60, mark: String = UUID().uuidString, goOn: () -> Bool = { true }
    ) throws -> Child.Result {
        try Child(words: ["sh", "-c", script], folder: "/tmp", mark: mark, seconds: seconds).run(goOn: goOn)
    }

    @Test func itSaysHowItEnded() throws {
        let said = try run("echo out; echo err >&2; exit 3")
        #expect(said.ending == .exited(3) && said.output == Array("out\n".utf8) && said.errors == Array("err\n".utf8))
        #expect(try run("kill -SEGV $$").ending == .killed(signal: SIGSEGV))
        #expect(try run("pwd; cat; readlink /proc/self/fd/0").output == Array("/tmp\n/dev/null\n".utf8))
        #expect(try run("exec >&- 2>&-; sleep 0.2; exit 1").ending == .exited(1))
        #expect(throws: GameError.self) {
            try Child(words: ["/nothing/here"], folder: "/tmp", mark: "m", seconds: 1).run { true }
        }
    }

    @Test func muchOutputIsReadAndTooMuchIsNot() throws {
        let much = try run("head -c 3000000 /dev/zero")
        #expect(much.ending == .exited(0) && much.output.count == 3_000_000)
        #expect(try run("cat /dev/zero").ending == .tooMuch)
        #expect(try run("cat /dev/zero >&2", seconds: 0.3).errors.count <= 4096)
    }

    @Test func nothingOfOursIsOpenInIt() throws {
        let file = try #require(fopen("/proc/self/status", "r"))
        defer { fclose(file) }
        Shield.keepFiles()
        let open = String(decoding: try run("ls /proc/self/fd").output, as: UTF8.self).split(separator: "\n")
        // The three, and what ls reads.
        #expect(open.count <= 4, "\(open)")
    }

    @Test func allThatItStartedEndsWithIt() throws {
        let mark = "mark-\(UUID().uuidString)"
        let scripts = [
            "sleep 1000 & setsid sleep 1000 & (setsid sh -c 'sleep 1000 & sleep 1000' &) ; sleep 1000",
            "(setsid sleep 1000 &) ; exit 0",
        ]
        for script in scripts { _ = try run(script, seconds: 0.5, mark: mark) }
        let left = try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { id in
            guard Int(id) != nil, let environment = FileManager.default.contents(atPath: "/proc/\(id)/environ") else {
                return false
            }
            return environment.range(of: Data(mark.utf8)) != nil
        }
        #expect(left.isEmpty)
    }

    @Test func itStopsWhenWeAreAskedTo() throws {
        var asked = 0
        let result = try run("sleep 1000") {
            asked += 1
            return asked < 3
        }
        #expect(result.ending == .stopped)
    }
}
