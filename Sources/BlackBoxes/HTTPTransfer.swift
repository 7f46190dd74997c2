import CCurl

/// What comes back from an address.
struct HTTPAnswer {
    let status: Int
    /// What the server calls the status, as in `Service Unavailable`; empty where it says nothing.
    let reason: String
    let body: [UInt8]
    /// Seconds until it wants to be asked again; nil where it does not say.
    let retryAfter: Double?
}

/// One request on its way, and what has come back of it.
final class HTTPTransfer {
    let handle: UnsafeMutableRawPointer
    private var headers: UnsafeMutablePointer<curl_slist>?
    private let limit: Int
    private var body: [UInt8] = []
    private var reason = ""
    /// nil while it is on its way.
    private(set) var result: Result<HTTPAnswer, HTTPFailure>?

    struct Request {
        let address: String
        let headers: [String]
        let body: [UInt8]
        /// An answer with more bytes is cut off: a failure.
        let limit: Int
        let seconds: Double
        /// Whether a proxy that the environment names is asked instead.
        let mayUseProxy: Bool
    }

    /// Throws where the address is none for curl, or memory is out.
    init(_ request: Request) throws(HTTPFailure) {
        guard let handle = curl_easy_init() else { throw HTTPFailure("curl cannot be started") }
        (self.handle, limit) = (handle, request.limit)
        for header in request.headers { headers = curl_slist_append(headers, header) }
        let milliseconds = Int(min(request.seconds, 1e6) * 1000)
        let numbers = [
            (CURLOPT_POST, 1), (CURLOPT_NOSIGNAL, 1), (CURLOPT_FOLLOWLOCATION, 0), (CURLOPT_CONNECTTIMEOUT_MS, 10_000),
            (CURLOPT_TIMEOUT_MS, milliseconds), (CURLOPT_PROTOCOLS, Int(CURLPROTO_HTTP | CURLPROTO_HTTPS)),
        ]
        for (option, value) in numbers { try require(curl_set_number(handle, option, value)) }
        try require(curl_set_text(handle, CURLOPT_URL, request.address))
        if !request.mayUseProxy { try require(curl_set_text(handle, CURLOPT_NOPROXY, "*")) }
        if let authorities = CertificateAuthorities.file {
            try require(curl_set_text(handle, CURLOPT_CAINFO, authorities))
        }
        try require(curl_set_headers(handle, headers))
        try require(request.body.withUnsafeBytes { curl_set_body(handle, $0.baseAddress, $0.count) })
        let context = Unmanaged.passUnretained(self).toOpaque()
        try require(curl_set_receivers(handle, Self.receiveHead, Self.receiveBody, context))
    }

    deinit {
        curl_easy_cleanup(handle)
        curl_slist_free_all(headers)
    }

    /// That it has ended, and how.
    func end(with code: CURLcode) {
        guard code == CURLE_OK else {
            result = .failure(
                body.count > limit ? HTTPFailure("the answer has more than \(limit) bytes") : HTTPFailure(code))
            return
        }
        let wait = Double(curl_retry_after(handle))
        result = .success(
            HTTPAnswer(
                status: curl_status(handle), reason: reason, body: body, retryAfter: wait > 0 ? wait : nil))
    }

    private func require(_ code: CURLcode) throws(HTTPFailure) {
        guard code == CURLE_OK else { throw HTTPFailure(code) }
    }

    private static let receiveBody: curl_write_callback = { bytes, size, count, context in
        let transfer = Unmanaged<HTTPTransfer>.fromOpaque(context!).takeUnretainedValue()
        transfer.body += UnsafeRawBufferPointer(start: bytes, count: size * count)
        // Fewer than were given ends the transfer.
        return transfer.body.count > transfer.limit ? 0 : size * count
    }

    /// Of the lines of the head, the first of each answer: `HTTP/1.1 503 Service Unavailable`.
    private static let receiveHead: curl_write_callback = { bytes, size, count, context in
        let transfer = Unmanaged<HTTPTransfer>.fromOpaque(context!).takeUnretainedValue()
        let line = String(decoding: UnsafeRawBufferPointer(start: bytes, count: size * count), as: UTF8.self)
        if line.hasPrefix("HTTP/") {
            let words = line.split(maxSplits: 2, whereSeparator: \.isWhitespace)
            transfer.reason = words.count > 2 ? String(words[2].prefix { !$0.isNewline }) : ""
        }
        return size * count
    }
}

/// Why there is no answer.
struct HTTPFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }

    init(_ code: CURLcode) { description = String(cString: curl_easy_strerror(code)) }
}
