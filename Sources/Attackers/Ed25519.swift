import CSodium
import Training

/// Signatures of RFC 8032, by libsodium: the same bytes for the same key and message.
struct Ed25519: Sendable {
    /// 32 bytes.
    let publicKey: [UInt8]
    private let secretKey: [UInt8]

    /// `seed` is what RFC 8032 calls the private key. Throws where it has not 32 bytes.
    init(seed: [UInt8]) throws(TrainingError) {
        guard seed.count == Int(crypto_sign_SEEDBYTES) else {
            throw TrainingError("a signing key of Ed25519 has \(crypto_sign_SEEDBYTES) bytes, not \(seed.count)")
        }
        var publicKey = [UInt8](repeating: 0, count: Int(crypto_sign_PUBLICKEYBYTES))
        var secretKey = [UInt8](repeating: 0, count: Int(crypto_sign_SECRETKEYBYTES))
        crypto_sign_seed_keypair(&publicKey, &secretKey, seed)
        (self.publicKey, self.secretKey) = (publicKey, secretKey)
    }

    /// 64 bytes.
    func signature(of message: [UInt8]) -> [UInt8] {
        var signature = [UInt8](repeating: 0, count: Int(crypto_sign_BYTES))
        crypto_sign_detached(&signature, nil, message, UInt64(message.count), secretKey)
        return signature
    }
}
