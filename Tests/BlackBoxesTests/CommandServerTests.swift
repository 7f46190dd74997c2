import Foundation
import Tensors
import Testing

@testable import BlackBoxes

/// Real processes: a shell that answers from a script.
@Suite struct CommandServerTests {
    private static let hello =
        #"{"id":1,"protocol":1,"inputs":[{"name":"x","type":"float64","shape":[]}],"outputs":[{"name":"y","type":"float64","shape":[]}]}"#

    /// A server that says hello, and then what `script` does for each further line, whose number is `$n`.
    private func server(_ script: String, patience: Double = 20) throws(BoxError) -> CommandServer {
        let body = "read line; echo '\(Self.hello)'; n=1; while read line; do n=$((n+1)); \(script); done"
        return try CommandServer(
            "sh -c \"\(body.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\"", in: "/",
            patience: Patience(answer: patience, start: 20))
    }

    private func error(_ script: String, patience: Double = 20) -> String {
        do {
            let server = try server(script, patience: patience)
            _ = try server.ask([[1]], try server.signature())
            return ""
        } catch { return "\(error)" }
    }

    @Test func answers() throws {
        let server = try server(#"echo "{\"id\":$n,\"outputs\":{\"y\":[$n.5]}}""#)
        let signature = try server.signature()
        #expect(try server.ask([[1]], signature) == [[2.5]])
        #expect(try server.ask([[1]], signature) == [[3.5]])
        server.stop()
        // Started again, it counts anew; the next request has number 5, and it says 2.
        #expect(throws: BoxError.self) { try server.ask([[1]], signature) }
    }

    @Test func saysHowItFailed() {
        #expect(error("echo oh no >&2; exit 3") == "it ended with exit code 3; its last words:\n    | oh no")
        #expect(error("kill -9 $$") == "it was ended by signal 9")
        #expect(error("sleep 60", patience: 0.2) == "it has not answered in 0.2 s")
        #expect(
            error("echo gibberish").hasPrefix("what it answered is no answer: `{` is missing at byte 0, in `gibberish`")
        )
        #expect(error("exec 1>&-; sleep 60") == "it has closed its output")
        #expect(
            error("while :; do printf aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done").hasPrefix(
                "its answer has more than"))
        #expect(error(#"echo "{\"id\":$n,\"error\":\"no\"}""#) == "it says: no")
    }

    /// More than a pipe holds, both ways at once.
    @Test func largeLinesDoNotBlock() throws {
        let ports = #"[{"name":"x","type":"float64","shape":[20000]}]"#
        let script = #"""
            import json, sys
            for line in sys.stdin:
                sys.stderr.write("x" * 100000)
                r = json.loads(line)
                print(json.dumps({"id": r["id"], "protocol": 1, "inputs": \#(ports), "outputs": \#(ports)} if "hello" in r
                    else {"id": r["id"], "outputs": {"x": r["inputs"]["x"]}}), flush=True)
            """#
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("large-\(UUID().uuidString).py")
        try script.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        let server = try CommandServer("python3 \(file.path)", in: "/", patience: Patience(answer: 60, start: 60))
        let row = (0..<20000).map { Double($0) / 7 }
        #expect(try server.ask([row, row], server.signature()) == [row, row])
    }

    @Test func endsWhatItStarted() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("pid-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        var server: CommandServer? = try server("sleep 100 & echo $! > \(file.path); wait", patience: 0.5)
        #expect(throws: BoxError.self) { try server?.ask([[1]], server!.signature()) }
        server = nil
        let pid = try #require(
            pid_t(String(contentsOf: file, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)))
        for _ in 0..<200 where kill(pid, 0) == 0 && !isDead(pid) { usleep(10_000) }
        #expect(kill(pid, 0) != 0 || isDead(pid))
    }

    /// Ended, and not yet waited for by whoever inherited it.
    private func isDead(_ pid: pid_t) -> Bool {
        (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8))?.contains(") Z ") ?? true
    }
}
