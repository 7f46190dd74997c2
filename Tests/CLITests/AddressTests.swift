import Foundation
import Testing

/// Models behind an address: a small server in Python, on this machine.
@Suite(.withExecutable) struct AddressTests {
    private static let key = "sk-very-secret-0451"
    private let command: Command
    private let server: Process
    private let port: Int

    /// y = x0 - 2 x1 + a bump. `TROUBLE` in the path: what goes wrong with every fifth request.
    init() throws {
        command = try Command()
        try command.write(
            """
            import http.server, json, os, sys, time
            count, flying, most = 0, 0, 0
            class Handler(http.server.BaseHTTPRequestHandler):
                protocol_version = "HTTP/1.1"
                def log_message(self, *words): pass
                def reply(self, status, body, *headers):
                    self.send_response(status)
                    for name, value in headers: self.send_header(name, value)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                def do_POST(self):
                    global count, flying, most
                    count, flying = count + 1, flying + 1
                    most = max(most, flying)
                    number = count
                    request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                    if self.path.endswith("completions"):
                        asked = request.get("prompt") or request["messages"][0]["content"]
                        said = asked.upper() + ("!" * 50 if asked.startswith("zz") else "") + ("é😀" if "q" in asked else "")
                        choice = {"text": said, "logprobs": {"token_logprobs": [-0.25, -0.5]}}
                        if "messages" in request:
                            parts = [{"token": "a", "logprob": -1.5, "top_logprobs": []}, {"token": "b", "logprob": -0.5}]
                            choice = {"index": 0, "message": {"role": "assistant", "content": said}, "logprobs": {"content": parts}}
                        with open("asked", "a") as file: print(json.dumps(request), file=file)
                        return self.reply(200, json.dumps({"id": "x", "choices": [choice], "usage": {"total": 3}}).encode())
                    key = self.headers.get("Authorization", "")
                    with open("log", "a") as file: print(key, len(request["inputs"]["x"]), time.time(), most, file=file)
                    if self.path == "/slow": time.sleep(0.2)
                    flying -= 1
                    if self.path == "/locked": return self.reply(401, ("no such key: " + key).encode())
                    if self.path == "/busy" and number % 5 == 1:
                        return self.reply(429, ("slow down, " + key).encode(), ("Retry-After", "0.1"))
                    if self.path == "/broken" and number % 5 == 1: return self.reply(503, b"")
                    if self.path == "/away": return self.reply(302, b"", ("Location", "http://127.0.0.1:1/"))
                    if self.path == "/rubbish": return self.reply(200, b"<html>" + key.encode())
                    if self.path == "/endless": return self.reply(200, b" " * 10_000_000)
                    y = [a - 2 * b + (3 if 0.7 <= a <= 0.72 else 0) for a, b in request["inputs"]["x"]]
                    self.reply(200, json.dumps({"outputs": {"y": y}}).encode())
            server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
            print(server.server_address[1], flush=True)
            server.serve_forever()

            """, to: "server.py")
        server = Process()
        server.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        server.arguments = ["python3", "server.py"]
        server.currentDirectoryURL = command.folder
        let output = Pipe()
        server.standardOutput = output
        try server.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        port = try #require(Int(line.trimmingCharacters(in: .whitespacesAndNewlines)))
    }

    /// Runs `gainsay` on a spec that asks `path`, and ends the server.
    private func check(_ path: String, _ options: String = "", atMost bound: Double = 2.5, times: Int = 1) throws
        -> [Command.Result]
    {
        defer { kill(server.processIdentifier, SIGKILL) }
        try command.write(
            """
            model net : (x: Tensor[2]) -> (y: Real) from "http://127.0.0.1:\(port)\(path)"
            property low { forall x: Tensor[2] in [0, 1]; check net(x) <= \(bound); shrink l0(x), linf(x) }

            """, to: "spec.say")
        setenv("GAINSAY_KEY_NET", Self.key, 1)
        let queries = options.contains("--queries") ? "" : "--queries 300 "
        let results = try (0..<times).map { _ in try command.run("check spec.say --verbose " + queries + options) }
        // The key was sent, and is nowhere else.
        for name in try command.files() where name != "log" {
            let bytes = try? Data(contentsOf: command.folder.appendingPathComponent(name))
            #expect(bytes?.range(of: Data(Self.key.utf8)) == nil, "\(name)")
        }
        for result in results {
            #expect(!result.output.contains(Self.key) && !result.errors.contains(Self.key), "\(result)")
        }
        #expect(try command.text(of: "log").contains("Bearer \(Self.key)"))
        return results
    }

    private var requests: [[Substring]] {
        get throws { try command.text(of: "log").split(separator: "\n").map { $0.split(separator: " ") } }
    }

    @Test func findsAndRemembers() throws {
        let results = try check("/", "--no-shrink", times: 2)
        #expect(results.allSatisfy { $0.code == 1 && $0.output.contains("contradicted") }, "\(results)")
        // The second run asks for nothing but the case that was kept, once more.
        #expect(results[1].output.contains("    1 query of 300"), "\(results[1].output)")
        #expect(try command.files().contains(".gainsay/answers.sqlite"))
    }

    @Test func asksAnew() throws {
        let results = try check("/", "--ask-anew --no-shrink", times: 2)
        #expect(!results[1].output.contains("    1 query of 300"))
    }

    @Test(arguments: ["/busy", "/broken"]) func comesBack(path: String) throws {
        let result = try check(path, "--rows-at-once 16")[0]
        #expect(result.code == 1 && result.errors.contains("asked again"), "\(result)")
    }

    @Test func keepsToARate() throws {
        let result = try check("/", "--rate 20 --rows-at-once 1 --requests-at-once 2 --queries 30", atMost: 99)[0]
        let times = try requests.compactMap { Double($0[3]) }
        try #require(times.count > 10, "\(result)")
        #expect(times[times.count - 1] - times[0] > 0.04 * Double(times.count - 1))
    }

    /// The server answers in capitals, and adds letters where it sees a q.
    @Test(arguments: [("/v1/chat/completions#tiny", -2.0), ("/v1/completions", -0.75)])
    func asksLanguageModels(path: String, logprob: Double) throws {
        defer { kill(server.processIdentifier, SIGKILL) }
        try command.write(
            """
            model chat : (prompt: Text[0..8]) -> (reply: Text[0..20], logprob: Real) from "http://127.0.0.1:\(port)\(path)"
            model plain : (prompt: Int[8]) -> (reply: Int[20], logprob: Real) from "http://127.0.0.1:\(port)\(path)"
            property echoes { forall q: Text[1..4] over "abq"; check chat(q).reply == upper(q) }
            property likely { forall q: Text[1..4] over "abq"; check chat(q).logprob <= \(logprob - 0.01) }
            property short { forall q: Text[3] over "az"; check length(text(plain(code_points(q, 8, padding: -1)).reply)) <= 3 }

            """, to: "spec.say")
        let result = try command.run("check spec.say --no-cases --queries 200")
        #expect(result.output.contains(/\ q +"q"\n/), "\(result.output)\(result.errors)")
        #expect(result.output.contains("likely") && result.output.contains("2 contradicted"))
        // A reply that is too long is not cut off.
        #expect(result.output.contains("a reply has 53 code points, and Int[20] is declared"))
        let asked = try command.text(of: "asked")
        #expect(asked.contains("\"temperature\": 0") && asked.contains("\"max_tokens\": 20"))
        #expect(asked.contains("\"model\": \"tiny\"") == path.hasSuffix("tiny"))
    }

    @Test func aLanguageModelIsDeclaredAsOne() throws {
        defer { kill(server.processIdentifier, SIGKILL) }
        try command.write(
            "model net : (x: Real) -> (y: Real) from \"http://127.0.0.1:\(port)/v1/chat/completions\"\nproperty p { forall x: Real in [0, 1]; check net(x) <= 1 }\n",
            to: "spec.say")
        let result = try command.run("check spec.say")
        #expect(
            result.code == 2 && result.errors.contains("is declared as `(prompt: Text[0..200]) -> (reply: Text[0..400])`"),
            "\(result)")
    }

    @Test(arguments: ["/locked", "/away"]) func saysWhatIsWrong(path: String) throws {
        let result = try check(path)[0]
        #expect(result.code == 3, "\(result)")
        #expect(result.output.contains(path == "/locked" ? "401 Unauthorized: no such key: Bearer ***" : "302 Found"))
    }

    @Test(arguments: ["/rubbish", "/endless"]) func refusesWhatIsNoAnswer(path: String) throws {
        let result = try check(path, "--budget 1s")[0]
        #expect(result.code == 3 && result.output.contains("attempts in a row failed"), "\(result)")
    }

    @Test func sendsNoKeyInTheClear() throws {
        defer { kill(server.processIdentifier, SIGKILL) }
        try command.write(
            "model net : (x: Real) -> (y: Real) from \"http://example.invalid/\"\nproperty p { forall x: Real in [0, 1]; check net(x) <= 1 }\n",
            to: "spec.say")
        setenv("GAINSAY_KEY_NET", Self.key, 1)
        let result = try command.run("check spec.say")
        #expect(result.code == 2 && result.errors.contains("the key would be sent in the clear"), "\(result)")
    }
}
