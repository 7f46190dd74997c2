import FoundationEssentials
import Glibc
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

    private static let greatestPause = 300.0
    private static let spareBytes = 1 << 16

    private let address: String
    private let transfers: HTTPTransfers
    /// Whether it is on this machine.
    private let isHere: Bool
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
        isHere = ["localhost", "127.0.0.1", "::1", "[::1]"].contains(host)
        guard options.key == nil || url.scheme == "https" || isHere else {
            throw BoxError(.unfit, "the key would be sent in the clear: use https://")
        }
        do { transfers = try HTTPTransfers() } catch { throw BoxError(.unfit, "\(error)") }
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
        defer { transfers.abandon() }
        var (sent, failure): ([(batch: [[Double]], transfer: HTTPTransfer)], BoxError?) = ([], nil)
        for batch in batches { sent.append((batch, try send(batch, signature))) }
        transfers.run(unless: patience.isCancelled)
        for (batch, transfer) in sent {
            do throws(BoxError) {
                for (question, answer) in zip(batch, try take(transfer, rows: batch.count, signature)) {
                    received[question] = answer
                }
            } catch { failure = failure ?? error }
        }
        if let failure { throw failure }
    }

    private func send(_ batch: [[Double]], _ signature: Signature) throws(BoxError) -> HTTPTransfer {
        if let rate = options.rate {
            transfers.run(until: lastStart + 1 / rate, unless: patience.isCancelled)
            pause(lastStart + 1 / rate - monotonicSeconds(), unless: patience.isCancelled)
        }
        guard !patience.isCancelled() else { throw .cancelled }
        lastStart = monotonicSeconds()
        id += 1
        let body =
            try textEndpoint.map { (it) throws(BoxError) in try it.request(batch[0], signature) }
            ?? Message.request(id, batch, signature.inputs)
        let numbers = signature.outputs.reduce(1) { $0 + 2 * $1.type.shape.count + $1.name.utf8.count }
        let limit =
            textEndpoint?.answerLimit(signature) ?? batch.count * numbers * Message.numberBytes + Self.spareBytes
        do {
            return try transfers.begin(
                HTTPTransfer.Request(
                    address: address, headers: headers, body: body, limit: limit, seconds: patience.answer,
                    mayUseProxy: !isHere))
        } catch { throw BoxError(.unfit, "`\(address)` cannot be asked: \(error)") }
    }

    /// Large requests are sent at once: nobody is asked whether they may be.
    private var headers: [String] {
        ["Content-Type: application/json", "Accept: application/json", "User-Agent: gainsay", "Expect:"]
            + (options.key.map { ["Authorization: Bearer \($0)"] } ?? [])
    }

    private func take(_ transfer: HTTPTransfer, rows: Int, _ signature: Signature) throws(BoxError) -> [[Double]] {
        guard let result = transfer.result else { throw .cancelled }
        let answer: HTTPAnswer
        do { answer = try result.get() } catch { throw BoxError(.failed, "it cannot be reached: \(error)") }
        guard answer.status != 200 else {
            if let textEndpoint { return [try textEndpoint.answer(answer.body, signature)] }
            return try Message.answers(answer.body, id: nil, rows: rows, signature)
        }
        throw failure(answer)
    }

    private func failure(_ answer: HTTPAnswer) -> BoxError {
        let text = String(decoding: answer.body.prefix(300), as: UTF8.self).split(whereSeparator: \.isNewline).joined(
            separator: " ")
        let status = "\(answer.status)" + (answer.reason.isEmpty ? "" : " \(answer.reason)")
        let message = "it says \(status)" + (text.isEmpty ? "" : ": \(text)")
        switch answer.status {
        case 408, 425, 429, 500...599:
            return BoxError(.failed, message, wait: answer.retryAfter.map { min($0, Self.greatestPause) })
        case 401, 403: return BoxError(.unfit, message + (options.key == nil ? "; no key was sent" : ""))
        case 300..<400, 404, 405: return BoxError(.unfit, message)
        default: return BoxError(.refused, message)
        }
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
