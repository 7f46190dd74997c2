import Datasets
import Diagnostics
import Dispatch
import Glibc
import Loading
import Terminal

/// A language server for Say over two file descriptors (Language Server Protocol 3.17): one request after the other, in order.
///
/// A changed spec is examined when the queue is empty, so that fast typing is examined once. Nothing that a spec names is run:
/// models behind commands and addresses are what the spec declares. Properties are checked by the program itself, when asked for.
package final class LanguageServer {
    enum Phase { case waiting, running, shutDown }

    let channel: Channel
    let queue = EventQueue()
    let kept = LoadedFiles()
    /// The program that checks properties.
    let program: String
    var phase = Phase.waiting
    var client = Client()
    var documents: [String: Document] = [:]
    private var analyses: [String: Analysis] = [:]
    /// Open specs of which what is published may no longer be right.
    private var stale: Set<String> = []
    var jobs: [CheckJob] = []
    var shown: [String: [ShownVerdict]] = [:]
    private var requests = 0

    package init(program: String, input: Int32 = 0, output: Int32 = 1) {
        self.program = program
        channel = Channel(input: input, output: output)
    }

    /// Until the client ends it; whether it said `shutdown` before.
    package func run() -> Bool {
        signal(SIGPIPE, SIG_IGN)
        let (channel, queue) = (channel, queue)
        DispatchQueue(label: "reader").async {
            while true {
                let incoming = channel.read()
                queue.add(.incoming(incoming))
                if case .end = incoming { return }
            }
        }
        defer { for job in jobs { job.stop() } }
        while true {
            if queue.isEmpty { publish() }
            switch queue.next() {
            case .checked(let outcome): finish(outcome)
            case .incoming(.malformed):
                channel.write(Notification(method: "window/logMessage", params: LogMessage("what came is no JSON")))
            case .incoming(.end): return phase == .shutDown
            case .incoming(.message(let message)):
                if message["method"]?.textValue == "exit" { return phase == .shutDown }
                take(message)
            }
        }
    }

    private func take(_ message: JsonValue) {
        let id = RequestID(message["id"])
        guard let method = message["method"]?.textValue else {
            // The answer to a request of ours needs nothing done.
            guard message["result"] == nil, message["error"] == nil, let id else { return }
            return answer(id, .failure(.invalidRequest))
        }
        let parameters = message["params"] ?? .null
        guard let id else { return take(notification: method, parameters) }
        guard !queue.takeCancellation(of: id) else { return answer(id, .failure(.cancelled)) }
        do throws(ResponseError) {
            if let result = try result(of: method, parameters, id) { answer(id, .success(result)) }
        } catch { answer(id, .failure(error)) }
    }

    func answer(_ id: RequestID, _ result: Result<AnyAnswer, ResponseError>) {
        switch result {
        case .success(let it): channel.write(Response(id: id, result: it, error: nil))
        case .failure(let it): channel.write(Response<AnyAnswer>(id: id, result: nil, error: it))
        }
    }

    /// Asks the client for something; what it answers is of no interest.
    func ask(_ method: String, _ parameters: some Encodable) {
        requests += 1
        channel.write(ServerRequest(id: requests, method: method, params: parameters))
    }

    // MARK: Specs

    /// Forgets what was found of every spec that the file at this path is part of.
    func forget(_ path: String) {
        for (uri, analysis) in analyses where analysis.examined.sources.contains(where: { $0.path == path }) {
            analyses[uri] = nil
            stale.insert(uri)
        }
    }

    /// Forgets all: a model or data may be another.
    func forgetAll() {
        analyses = [:]
        stale = Set(documents.keys)
    }

    func markStale(_ uri: String) {
        analyses[uri] = nil
        stale.insert(uri)
    }

    /// What is published of a spec that is as it was may be more.
    func publishAgain(_ uri: String) { stale.insert(uri) }

    func analysis(of uri: String) throws(ResponseError) -> Analysis {
        if let known = analyses[uri] { return known }
        let analysis = try examine(uri, open: texts)
        analyses[uri] = analysis
        return analysis
    }

    /// What is open, by path.
    var texts: [String: [UInt8]] {
        Dictionary(documents.values.map { ($0.path, $0.source.bytes) }, uniquingKeysWith: { first, _ in first })
    }

    func examine(_ uri: String, open: [String: [UInt8]]) throws(ResponseError) -> Analysis {
        guard let document = documents[uri] else { throw .badParameters("`\(uri)` is not open") }
        var options = Workload.Options()
        options.open = open
        do { return Analysis(try Loader(options, keeping: kept).examine(document.path)) } catch {
            throw .failed(error.message)
        }
    }

    private func publish() {
        let changed = stale.sorted()
        stale = []
        for uri in changed {
            guard let document = documents[uri] else { continue }
            guard let analysis = try? analysis(of: uri) else { continue }
            channel.write(
                Notification(
                    method: "textDocument/publishDiagnostics",
                    params: PublishedDiagnostics(
                        uri: uri, version: document.version,
                        diagnostics: published(analysis) + verdictDiagnostics(uri, analysis))))
        }
    }
}

/// What the client says that it can do.
struct Client {
    var encoding = PositionEncoding.utf16
    var refreshesLenses = false
    /// How long a property is checked, as `--budget` takes it.
    var budget = "10s"
}

struct LogMessage: Encodable {
    let type = 1
    let message: String

    init(_ message: String) { self.message = message }
}
