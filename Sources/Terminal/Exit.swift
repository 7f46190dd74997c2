import Diagnostics
import Glibc

/// How the process ends.
package enum Exit {
    package enum Code: Int32 {
        case nothingContradicted = 0
        case contradicted = 1
        /// Bad usage, spec, model or data.
        case badInput = 2
        /// Could not be run to the end.
        case unfinished = 3
    }

    package static func with(_ code: Code) -> Never {
        fflush(nil)
        exit(code.rawValue)
    }
}

/// Why a command stops, in words for standard error.
package struct Failure: Error {
    package let code: Exit.Code
    package let message: String
    private let text: String

    package init(_ message: String, code: Exit.Code = .badInput) {
        self.message = message
        self.code = code
        text = "error: \(message)\n"
    }

    /// Diagnostics, which have heads of their own.
    package init(rendered text: String) {
        (code, message) = (.badInput, text)
        self.text = text
    }

    package func print() {
        Console.write(text, to: .error)
        guard Console.isTerminal(.error), let code = diagnosticCode else { return }
        Console.write("note: `gainsay explain \(code)` says more\n", to: .error)
    }

    /// Of the first diagnostic that is rendered here.
    private var diagnosticCode: String? {
        guard let head = text.firstRange(of: "error[") else { return nil }
        let code = text[head.upperBound...].prefix { $0 != "]" }
        return DiagnosticPage.all.contains { $0.code == code } ? String(code) : nil
    }
}
