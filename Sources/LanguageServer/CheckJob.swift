import Datasets
import Disk
import Dispatch
import Glibc
import Processes
import Synchronization

/// `gainsay check` of one property of a text, as a program of its own: so that it can be ended, and takes nothing along.
final class CheckJob: Sendable {
    static let command = "gainsay.check"

    struct Outcome: Sendable {
        let job: CheckJob
        let verdicts: [Verdict]
        /// Why there is none.
        let failure: String?
    }

    struct Verdict: Sendable {
        let property, word, text: String
    }

    let uri, property: String
    /// The property's text, as it is checked.
    let text: String
    /// The request that is answered with its outcome.
    let request: RequestID
    private let child: pid_t
    private let wasStopped = Atomic(false)

    /// The longest report that is read.
    private static let longest = 1 << 26

    /// Throws where the program cannot be started. `finish` is called on another thread.
    init(
        _ program: String, _ document: Document, property: String, text: String, budget: String, request: RequestID,
        finish: @escaping @Sendable (Outcome) -> Void
    ) throws(SpawnError) {
        (uri, self.property, self.text, self.request) = (document.uri, property, text, request)
        let (input, output) = (try PrivatePipe(), try PrivatePipe())
        let folder = Path.folder(of: document.path)
        child = try spawn(
            [
                program, "check", document.path, "--text", "/dev/stdin", "--only", property, "--json", "--no-cases",
                "--budget", budget,
            ], in: folder.isEmpty ? "." : folder, input: input.reading, output: output.writing, errors: output.writing)
        input.closeReading()
        output.closeWriting()
        let bytes = document.source.bytes
        // The pipes are this thread's alone from here on; the program reads all of its text before it writes.
        nonisolated(unsafe) let (text, report) = (input, output)
        DispatchQueue.global().async { [self] in
            var rest = bytes[...]
            while !rest.isEmpty, let count = text.write(rest) { rest = rest.dropFirst(count) }
            text.closeWriting()
            var read: [UInt8] = []
            while let part = report.read(), read.count < Self.longest { read += part }
            var status: Int32 = 0
            while waitpid(child, &status, 0) < 0, errno == EINTR {}
            finish(outcome(read))
        }
    }

    /// Ends it; what it found until then is its outcome.
    func stop() {
        guard !wasStopped.exchange(true, ordering: .relaxed) else { return }
        kill(child, SIGINT)
    }

    /// Warnings stand before the report, and what went wrong instead of it.
    private func outcome(_ report: [UInt8]) -> Outcome {
        let start = report.firstRange(of: Array("\n{\n".utf8)).map { $0.lowerBound + 1 } ?? 0
        let value = report[start...].withUnsafeBytes { try? JsonValue($0) }
        let verdicts = value?["properties"]?.elements?.compactMap { property -> Verdict? in
            guard let name = property["name"]?.textValue, let word = property["verdict"]?.textValue else { return nil }
            return Verdict(property: name, word: word, text: property["text"]?.textValue ?? "")
        }
        guard let verdicts, !verdicts.isEmpty else {
            let words = String(decoding: report.prefix(4000), as: UTF8.self)
            return Outcome(job: self, verdicts: [], failure: words.isEmpty ? "it was ended" : words)
        }
        return Outcome(job: self, verdicts: verdicts, failure: nil)
    }
}
