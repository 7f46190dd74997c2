import CUTF8Proc
import Glibc

extension Normaliser.Form {
    /// The text in this form of Unicode's Standard Annex 15, by utf8proc.
    func of(_ text: String) -> String {
        var result: UnsafeMutablePointer<UInt8>?
        var text = text
        let count = text.withUTF8 { utf8proc_map($0.baseAddress, $0.count, &result, options) }
        // A text of Swift's is valid UTF-8: what is left to fail is memory.
        guard count >= 0, let result else { return text }
        defer { free(result) }
        return String(decoding: UnsafeBufferPointer(start: result, count: count), as: UTF8.self)
    }

    private var options: utf8proc_option_t {
        let (compose, decompose) = (UTF8PROC_COMPOSE.rawValue, UTF8PROC_DECOMPOSE.rawValue)
        let ways =
            switch self {
            case .nfc: compose
            case .nfd: decompose
            case .nfkc: compose | UTF8PROC_COMPAT.rawValue
            case .nfkd: decompose | UTF8PROC_COMPAT.rawValue
            }
        return utf8proc_option_t(rawValue: ways | UTF8PROC_STABLE.rawValue)
    }
}
