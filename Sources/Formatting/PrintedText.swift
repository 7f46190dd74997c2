import Glibc

extension String {
    /// Text as C's `printf` makes it, in the C locale: `String(format: "%.4g", 0.5)`.
    ///
    /// Foundation's initializer of this name does the same, with all of ICU behind it: 34 MB of a program that knows no locale.
    package init(format: String, _ values: any CVarArg...) {
        self = withVaList(values) { list in
            var text: UnsafeMutablePointer<CChar>?
            guard vasprintf(&text, format, list) >= 0, let text else { return "" }
            defer { free(text) }
            return String(cString: text)
        }
    }
}
