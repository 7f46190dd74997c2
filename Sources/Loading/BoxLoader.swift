import BlackBoxes
import Checker
import Diagnostics
import Disk
import FoundationEssentials
import Glibc
import Tensors
import Terminal

/// Where a model is.
package enum ModelPlace {
    case file(String)
    /// The folder is where it works.
    case command(String, folder: String)
    case address(String)
    /// A function of the program that checks.
    case function(FunctionServer.Answers)

    /// As the command line says it: `command python3 serve.py`, `https://...`, or a file.
    package init(_ text: String) {
        if text.hasPrefix("command ") {
            self = .command(String(text.dropFirst("command ".count)), folder: ".")
        } else {
            self = Self.isAddress(text) ? .address(text) : .file(text)
        }
    }

    package var isFile: Bool { if case .file = self { true } else { false } }

    /// As the spec in the file `spec` says it; `path` is what it says, seen from the folder of the spec.
    package init(_ model: Requirements.File, path: String, besides spec: String) {
        let folder = Path.folder(of: spec)
        switch (model.origin, model.path) {
        case (.command, let text?): self = .command(text, folder: folder.isEmpty ? "." : folder)
        case (.file, let text?) where Self.isAddress(text): self = .address(text)
        default: self = .file(path)
        }
    }

    private static func isAddress(_ text: String) -> Bool { text.hasPrefix("https://") || text.hasPrefix("http://") }
}

/// Starts the black boxes of a spec, one for each model that is none of ours to compute.
package final class BoxLoader {
    package struct Options {
        package enum Commands { case run, refused }

        package var commands = Commands.run
        /// Seconds for an answer.
        package var patience = 60.0
        package var address = AddressServer.Options()
        /// The folder that answers of addresses are kept in; nil where none are.
        package var archive: String?
        /// Whether kept answers are left alone.
        package var isAskingAnew = false

        package init() {}
    }

    package let ledger = QueryLedger()
    private let options: Options
    package private(set) var names: [String] = []
    /// Addresses and functions, which say nothing of themselves, and where the spec declares them.
    private var late: [String: (place: ModelPlace, span: Span)] = [:]
    private var graphs: [String: Graph] = [:]
    /// What commands say of themselves, and what is declared of their texts.
    private var served: [String: (signature: Signature, texts: DeclaredTexts)] = [:]

    package init(_ options: Options) { self.options = options }

    package var isEmpty: Bool { names.isEmpty }

    /// A graph that asks what is at `place`, which is no file. nil where that says nothing of itself: what is declared counts.
    package func graph(_ name: String, _ place: ModelPlace, at span: Span) throws(Diagnostic) -> Graph? {
        switch place {
        case .address, .function:
            names.append(name)
            late[name] = (place, span)
        case .file, .command: break
        }
        guard case .command(let text, let folder) = place else { return nil }
        guard options.commands == .run else { throw .commandRefused(name, text, at: span) }
        let command = "`\(text)`" + (folder == "." ? "" : " in \(folder)")
        Console.write("note: model `\(name)` runs \(command)\n", to: .error)
        do {
            let patience = Patience(answer: options.patience, start: 2 * options.patience) { Interrupt.isRequested }
            let texts = DeclaredTexts()
            let server = try CommandServer(text, in: folder, patience: patience, texts: texts)
            let signature = try server.signature()
            served[name] = (signature, texts)
            names.append(name)
            return try Graph(calling: box(name, server, signature, nil))
        } catch { throw .boxUnreachable(name, command, "\(error)", at: span) }
    }
}

extension BoxLoader {
    /// What a command offers: what its numbers mean that are texts, a declaration tells. nil for what is no command.
    package func offered(_ name: String) -> OfferedModel? {
        guard let (signature, texts) = served[name] else { return nil }
        return OfferedModel(OpenSignature(signature)) { declared in
            texts.declare(declared.texts.mapValues { Array($0.joined()) })
            return .success(
                Signature(inputs: texts.ports(signature.inputs), outputs: texts.ports(signature.outputs)))
        }
    }

    private func box(
        _ name: String, _ server: sending any Server, _ signature: Signature, _ archive: (any AnswerArchive)?
    ) -> BlackBox {
        BlackBox(
            name, server, signature, ledger, archive: archive, isCancelled: { Interrupt.isRequested },
            tell: { Console.write("note: \($0)\n", to: .error) })
    }

    /// A graph that asks an address or a function, which has the types that the spec declares; nil where the model is neither.
    package func graph(_ model: CheckedModel) throws(Diagnostic) -> Graph? {
        guard let (place, span) = late[model.name] else { return nil }
        if let known = graphs[model.name] { return known }
        let graph: Graph? =
            switch place {
            case .address(let address): try graph(model, address, at: span)
            case .function(let answers): try graph(model, answers, at: span)
            case .file, .command: nil
            }
        graphs[model.name] = graph
        return graph
    }

    private func graph(
        _ model: CheckedModel, _ answers: @escaping FunctionServer.Answers, at span: Span
    ) throws(Diagnostic) -> Graph {
        do {
            let server = FunctionServer("the function for `\(model.name)`", answers)
            return try Graph(calling: box(model.name, server, try model.declaredSignature(), nil))
        } catch { throw .boxUnreachable(model.name, "a function", "\(error)", at: span) }
    }

    private func graph(_ model: CheckedModel, _ address: String, at span: Span) throws(Diagnostic) -> Graph {
        do {
            let signature = try model.declaredSignature()
            let patience = Patience(answer: options.patience) { Interrupt.isRequested }
            var own = options.address
            own.key = Self.key(of: model.name)
            let server = try AddressServer(address, own, patience: patience)
            try server.check(signature)
            let archive = try options.archive.map {
                try AnswerStore($0, of: address, signature, isAskingAnew: options.isAskingAnew)
            }
            return try Graph(calling: box(model.name, server, signature, archive))
        } catch { throw .boxUnreachable(model.name, "at \(address)", "\(error)", at: span) }
    }

    /// `GAINSAY_KEY_NET` for a model `net`, or `GAINSAY_KEY`.
    private static func key(of model: String) -> String? {
        let environment = ProcessInfo.processInfo.environment
        return [environment["GAINSAY_KEY_" + model.uppercased()], environment["GAINSAY_KEY"]].compactMap { $0 }.first {
            !$0.isEmpty
        }
    }
}

extension CheckedModel {
    /// As far as the spec says it: Reals are float64.
    fileprivate func declaredSignature() throws(ShapeError) -> Signature {
        func ports(_ ports: [Port]) throws(ShapeError) -> [Signature.Port] {
            var found: [Signature.Port] = []
            for port in ports {
                let element: ElementType =
                    switch port.type.element {
                    case .int, .enumeration: .int64
                    case .bool: .bool
                    case nil where port.type.isText: .int64
                    case .real, nil: .float64
                    }
                found.append(
                    .init(
                        port.tensor ?? port.name, TensorType(element, try Shape(port.shape)),
                        isText: port.type.isText))
            }
            return found
        }
        return Signature(inputs: try ports(inputs), outputs: try ports(outputs))
    }
}

extension QueryLedger {
    /// Throws where a black box answers no more: what was made of its answers is worth nothing.
    package func requireAnswers() throws(Failure) {
        if let failure = account.failure { throw Failure(failure, code: .unfinished) }
    }
}

extension Diagnostic {
    fileprivate static func boxUnreachable(_ name: String, _ place: String, _ why: String, at span: Span) -> Diagnostic
    {
        Diagnostic(
            code: "box-unreachable", "black box `\(name)`, \(place): \(why)", at: span,
            hints: [Hint("`gainsay verify-server COMMAND` tells what a server lacks")])
    }

    fileprivate static func commandRefused(_ name: String, _ command: String, at span: Span) -> Diagnostic {
        Diagnostic(
            code: "command-refused", "`\(name)` is behind the command `\(command)`, and --no-commands runs none",
            at: span)
    }
}
