import CCurl

/// Requests that are on their way together, by libcurl; connections are kept for the next ones. Redirections are not followed: they
/// might take a key along. Used by one thread at a time.
final class HTTPTransfers {
    private static let slice = 0.1
    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    private let handle: UnsafeMutableRawPointer
    private var open: [UnsafeMutableRawPointer: HTTPTransfer] = [:]

    /// Throws where libcurl cannot be started.
    init() throws(HTTPFailure) {
        guard Self.isReady, let handle = curl_multi_init() else { throw HTTPFailure("curl cannot be started") }
        self.handle = handle
    }

    deinit {
        abandon()
        curl_multi_cleanup(handle)
    }

    /// Begins a request; `run` is what takes it along.
    func begin(_ request: HTTPTransfer.Request) throws(HTTPFailure) -> HTTPTransfer {
        let transfer = try HTTPTransfer(request)
        guard curl_multi_add_handle(handle, transfer.handle) == CURLM_OK else {
            throw HTTPFailure("curl takes no more requests")
        }
        open[transfer.handle] = transfer
        perform()
        return transfer
    }

    /// Takes all along until they have ended, the time is over (on the scale of `monotonicSeconds()`), or nobody waits any more.
    func run(until end: Double = .infinity, unless isCancelled: () -> Bool) {
        while !open.isEmpty, !isCancelled() {
            let left = min(Self.slice, end - monotonicSeconds())
            guard left > 0 else { return }
            curl_multi_poll(handle, nil, 0, Int32((left * 1000).rounded(.up)), nil)
            perform()
        }
    }

    /// Ends what is on its way.
    func abandon() {
        for transfer in open.values { curl_multi_remove_handle(handle, transfer.handle) }
        open = [:]
    }

    private func perform() {
        var running: Int32 = 0
        curl_multi_perform(handle, &running)
        var code = CURLE_OK
        while let ended = curl_ended(handle, &code) {
            curl_multi_remove_handle(handle, ended)
            open.removeValue(forKey: ended)?.end(with: code)
        }
    }
}
