import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Tensors

/// A model behind an address: the requests of the protocol are posted to it, several at a time.
package final class AddressServer: Server {
    package struct Options: Sendable {
        /// Rows of one request.
        package var rows = 64
        /// Requests that are on their way at one time.
        package var requests = 4
        /// Requests that are begun in a second, at most; nil for any number.
        package var rate: Double?
        /// Sent as a bearer token; never shown, and never sent in the clear to another machine.
        package var key: String?

        package init() {}
    }

    /// One for all, and for as long as the process runs. Redirections are not followed: they might take a key along.
    private static let client = HTTPClient(
        eventLoopGroupProvider: .singleton,
        configuration: .init(redirectConfiguration: .disallow, timeout: .init(connect: .seconds(10))))
    private static let greatestPause = 300.0
    private static let spareBytes = 1 << 16

    private let address: String
    private let textEndpoint: TextEndpoint?
    private var options: Options
    private let patience: Patience
    private var id = 0
    private var lastStart = -Double.infinity
    /// Failures in a row.
    private var strikes = 0
    /// Answers to some of the questions that are asked again because of others.
    private var received: [[Double]: [Double]] = [:]

    /// Throws where the address is none that can be asked.
    package init(_ address: String, _ options: Options, patience: Patience) throws(BoxError) {
        guard let url = URL(string: address), let host = url.host, !host.isEmpty,
            url.scheme == "https" || url.scheme == "http"
        else { throw BoxError(.unfit, "`\(address)` is no address") }
        guard url.user == nil, url.password == nil else {
            throw BoxError(.unfit, "an address with a password in it is not asked: keys come from the environment")
        }
        let isHere = ["localhost", "127.0.0.1", "::1"].contains(host)
        guard options.key == nil || url.scheme == "https" || isHere else {
            throw BoxError(.unfit, "the key would be sent in the clear: use https://")
        }
        textEndpoint = TextEndpoint(url)
        (self.address, self.options, self.patience) = (address, options, patience)
        // A language model is asked one prompt at a time.
        if textEndpoint != nil { self.options.rows = 1 }
    }

    /// Throws where it cannot have these inputs and outputs.
    package func check(_ signature: Signature) throws(BoxError) { try textEndpoint?.check(signature) }

    package var description: String { address }

    package func rows(of signature: Signature) -> Int { options.rows * options.requests }

    package func stop() {}

    package func ask(_ questions: [[Double]], _ signature: Signature) throws(BoxError) -> [[Double]] {
        let open = questions.filter { received[$0] == nil }
        let batches = stride(from: 0, to: open.count, by: options.rows).map {
            Array(open[$0..<min($0 + options.rows, open.count)])
        }
        do throws(BoxError) {
            for start in stride(from: 0, to: batches.count, by: options.requests) {
                try answer(batches[start..<min(start + options.requests, batches.count)], signature)
            }
        } catch {
            strikes += 1
            let pause = min(Self.greatestPause, 0.25 * Double(1 << min(strikes, 12)))
            throw BoxError(error.kind, hidingKey(error.description), wait: error.wait ?? pause)
        }
        strikes = 0
        defer { received = [:] }
        return questions.compactMap { received[$0] }
    }

    /// Sends some batches at once, and takes what comes for each; throws the first failure then.
    private func answer(_ batches: ArraySlice<[[Double]]>, _ signature: Signature) throws(BoxError) {
        var (tasks, failure): ([(batch: [[Double]], task: Sent)], BoxError?) = ([], nil)
        for batch in batches { tasks.append((batch, try send(batch, signature))) }
        for (batch, task) in tasks {
            do throws(BoxError) {
                for (question, answer) in zip(batch, try take(task, rows: batch.count, signature)) {
                    received[question] = answer
                }
            } catch { failure = failure ?? error }
        }
        if let failure { throw failure }
    }

    private typealias Sent = HTTPClient.Task<HTTPClient.Response>

    private func send(_ batch: [[Double]], _ signature: Signature) throws(BoxError) -> Sent {
        if let rate = options.rate {
            pause(lastStart + 1 / rate - monotonicSeconds(), unless: patience.isCancelled)
        }
        guard !patience.isCancelled() else { throw .cancelled }
        lastStart = monotonicSeconds()
        id += 1
        let body =
            try textEndpoint.map { (it) throws(BoxError) in try it.request(batch[0], signature) }
            ?? Message.request(id, batch, signature.inputs)
        var headers = HTTPHeaders([
            ("Content-Type", "application/json"), ("Accept", "application/json"), ("User-Agent", "gainsay"),
        ])
        if let key = options.key { headers.add(name: "Authorization", value: "Bearer \(key)") }
        do {
            let request = try HTTPClient.Request(url: address, method: .POST, headers: headers, body: .bytes(body))
            let numbers = signature.outputs.reduce(1) { $0 + 2 * $1.type.shape.count + $1.name.utf8.count }
            let limit =
                textEndpoint?.answerLimit(signature) ?? batch.count * numbers * Message.numberBytes + Self.spareBytes
            return Self.client.execute(
                request: request, delegate: ResponseAccumulator(request: request, maxBodySize: limit),
                deadline: .now() + .milliseconds(Int64(patience.answer * 1000)))
        } catch { throw BoxError(.unfit, "`\(address)` cannot be asked: \(error)") }
    }

    private func take(_ task: Sent, rows: Int, _ signature: Signature) throws(BoxError) -> [[Double]] {
        let arrival = DispatchSemaphore(value: 0)
        task.futureResult.whenComplete { _ in arrival.signal() }
        while arrival.wait(timeout: .now() + 0.1) == .timedOut {
            if patience.isCancelled() {
                task.fail(reason: CancellationError())
                throw .cancelled
            }
        }
        let response: HTTPClient.Response
        do { response = try task.wait() } catch { throw BoxError(.failed, "it cannot be reached: \(error)") }
        let body = response.body.map { Array($0.readableBytesView) } ?? []
        guard response.status.code != 200 else {
            if let textEndpoint { return [try textEndpoint.answer(body, signature)] }
            return try Message.answers(body, id: nil, rows: rows, signature)
        }
        throw failure(response, body)
    }

    private func failure(_ response: HTTPClient.Response, _ body: [UInt8]) -> BoxError {
        let text = String(decoding: body.prefix(300), as: UTF8.self).split(whereSeparator: \.isNewline).joined(
            separator: " ")
        let message =
            "it says \(response.status.code) \(response.status.reasonPhrase)" + (text.isEmpty ? "" : ": \(text)")
        switch response.status.code {
        case 408, 425, 429, 500...599: return BoxError(.failed, message, wait: Self.wait(response.headers))
        case 401, 403: return BoxError(.unfit, message + (options.key == nil ? "; no key was sent" : ""))
        case 300..<400, 404, 405: return BoxError(.unfit, message)
        default: return BoxError(.refused, message)
        }
    }

    /// `Retry-After`, in seconds or as a date.
    private static func wait(_ headers: HTTPHeaders) -> Double? {
        guard let text = headers.first(name: "Retry-After") else { return nil }
        if let seconds = Double(text), seconds >= 0 { return min(seconds, greatestPause) }
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
        return format.date(from: text).map { min(max(0, $0.timeIntervalSinceNow), greatestPause) }
    }

    private func hidingKey(_ text: String) -> String {
        guard let key = options.key, !key.isEmpty else { return text }
        return text.replacing(key, with: "***")
    }
}

/// Waits, but no longer than it is asked to.
func pause(_ seconds: Double, unless isCancelled: () -> Bool) {
    let end = monotonicSeconds() + seconds
    while monotonicSeconds() < end, !isCancelled() { usleep(UInt32(min(0.05, max(0, end - monotonicSeconds())) * 1e6)) }
}
