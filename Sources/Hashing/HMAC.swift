/// A keyed hash: who has no key can neither make it nor foresee it (RFC 2104, with SHA-256).
package enum HMAC {
    private static let block = 64

    package static func bytes(of message: some Sequence<UInt8>, key: [UInt8]) -> [UInt8] {
        var own = key
        if own.count > block {
            var hash = SHA256()
            hash.add(own)
            own = hash.bytes
        }
        own += [UInt8](repeating: 0, count: block - own.count)
        var inner = SHA256()
        inner.add(own.map { $0 ^ 0x36 })
        inner.add(message)
        var outer = SHA256()
        outer.add(own.map { $0 ^ 0x5C })
        outer.add(inner.bytes)
        return outer.bytes
    }
}
