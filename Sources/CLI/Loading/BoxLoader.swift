import BlackBoxes
import Checker
import Diagnostics
import Foundation
import Tensors

/// Where a model is.
enum ModelPlace {
    case file(String)
    /// The folder is where it works.
    case command(String, folder: String)
    case address(String)

    /// As the command line says it: `command python3 serve.py`, `https://...`, or a file.
    init(_ text: String) {
        if text.hasPrefix("command ") {
            self = .command(String(text.dropFirst("command ".count)), folder: ".")
        } else {
            self = Self.isAddress(text) ? .address(text) : .file(text)
        }
    }

    /// As the spec in the file `spec` says it; `path` is what it says, seen from the folder of the spec.
    init(_ model: Requirements.File, path: String, besides spec: String) {
        let folder = (spec as NSString).deletingLastPathComponent
        switch (model.origin, model.path) {
        case (.command, let text?): self = .command(text, folder: folder.isEmpty ? "." : folder)
        case (.file, let text?) where Self.isAddress(text): self = .address(text)
        default: self = .file(path)
        }
    }

    private static func isAddress(_ text: String) -> Bool { text.hasPrefix("https://") || text.hasPrefix("http://") }
}

/// Starts the black boxes of a spec, one for each model that is none of ours to compute.
final class BoxLoader {
    struct Options {
        enum Commands { case run, refused }

        var commands = Commands.run
        /// Seconds for an answer.
        var patience = 60.0
    }

    let ledger = QueryLedger()
    private let options: Options
    private(set) var names: [String] = []

    init(_ options: Options) { self.options = options }

    var isEmpty: Bool { names.isEmpty }

    /// A graph that asks what is at `place`, which is no file.
    func graph(_ name: String, _ place: ModelPlace, at span: Span) throws(Diagnostic) -> Graph {
        guard case .command(let text, let folder) = place else { throw .addressUnsupported(name, at: span) }
        guard options.commands == .run else { throw .commandRefused(name, text, at: span) }
        let command = "`\(text)`" + (folder == "." ? "" : " in \(folder)")
        Console.write("note: model `\(name)` runs \(command)\n", to: .error)
        do {
            let patience = Patience(answer: options.patience, start: 2 * options.patience) { Interrupt.isRequested }
            let server = try CommandServer(text, in: folder, patience: patience)
            let signature = try server.signature()
            names.append(name)
            let box = BlackBox(name, server, signature, ledger) { Console.write("note: \($0)\n", to: .error) }
            return try Graph(calling: box)
        } catch { throw .boxUnreachable(name, command, "\(error)", at: span) }
    }
}

extension QueryLedger {
    /// Throws where a black box answers no more: what was made of its answers is worth nothing.
    func requireAnswers() throws(Failure) {
        if let failure = account.failure { throw Failure(failure, code: .unfinished) }
    }
}

extension Diagnostic {
    fileprivate static func boxUnreachable(_ name: String, _ place: String, _ why: String, at span: Span) -> Diagnostic {
        Diagnostic(
            code: "box-unreachable", "black box `\(name)`, \(place): \(why)", at: span,
            hints: [Hint("`gainsay serve-test COMMAND` tells what a server lacks")])
    }

    fileprivate static func commandRefused(_ name: String, _ command: String, at span: Span) -> Diagnostic {
        Diagnostic(
            code: "command-refused", "`\(name)` is behind the command `\(command)`, and --no-commands runs none", at: span)
    }

    fileprivate static func addressUnsupported(_ name: String, at span: Span) -> Diagnostic {
        Diagnostic(
            code: "not-supported", "models behind an address are not supported yet", at: span,
            hints: [Hint("ask it from a program of a few lines: `from command \"python3 ask.py\"`")])
    }
}
