import Glibc

extension String {
    /// Text as C's `printf` makes it, in the C locale: `String(format: "%.4g", 0.5)`.
    ///
    /// Foundation's initializer of this name does the same, with all of ICU behind it: 34 MB of a program that knows no locale.
    package init(format: String, _ values: any CVarArg...) { self = printed(format, values) }
}

private func printed(_ format: String, _ values: [any CVarArg]) -> String {
    let count = max(0, Int(withVaList(values) { vsnprintf(nil, 0, format, $0) }))
    return String(unsafeUninitializedCapacity: count + 1) { buffer in
        buffer.withMemoryRebound(to: CChar.self) { buffer in
            _ = withVaList(values) { vsnprintf(buffer.baseAddress, buffer.count, format, $0) }
        }
        return count
    }
}
