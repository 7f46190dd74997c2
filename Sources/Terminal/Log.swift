import Logging

/// What `--verbose` tells on standard error: which files were read, how large what was compiled is, how long each step took.
package enum Log {
    /// Called once, before anything is logged.
    package static func start(verbose: Verbosity) {
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = verbose == .verbose ? .debug : .warning
            return handler
        }
    }

    package enum Verbosity { case quiet, verbose }

    package static func debug(_ message: @autoclosure () -> String) { Logger(label: "gainsay").debug("\(message())") }
}
