import Foundation
import Testing

/// A folder of its own, in which the built `gainsay` is run as a user runs it.
final class Command {
    struct Result {
        let output: String
        let errors: String
        let code: Int32
    }

    /// The executable that was built beside the tests; nil where there is none.
    static let executable: URL? = {
        let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        let arguments = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        return [tests, arguments].map { $0.deletingLastPathComponent().appendingPathComponent("gainsay") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }()

    static let examples = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Examples")

    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("gainsay-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func write(_ text: String, to name: String) throws { try write(Array(text.utf8), to: name) }

    func write(_ bytes: [UInt8], to name: String) throws {
        let place = folder.appendingPathComponent(name)
        try FileManager.default.createDirectory(
            at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: place)
    }

    func text(of name: String) throws -> String {
        try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
    }

    /// A copy of a folder of Examples/, here.
    func copyExample(_ name: String) throws {
        try FileManager.default.copyItem(
            at: Self.examples.appendingPathComponent(name), to: folder.appendingPathComponent(name))
    }

    /// The files here, what standard output and error went to aside.
    func files() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { !$0.hasPrefix("standard-") }.sorted()
    }

    /// Runs `gainsay` with words that hold no blanks, or with arguments as they are.
    func run(_ line: String) throws -> Result { try run(line.split(separator: " ").map(String.init)) }

    func run(_ arguments: [String]) throws -> Result { try start(arguments).finish() }

    /// Runs `gainsay` in a folder that is in this one.
    func run(_ arguments: [String], in name: String) throws -> Result {
        let executable = try #require(Self.executable, "gainsay was not built beside the tests")
        return try Running(executable, arguments, in: folder.appendingPathComponent(name)).finish()
    }

    func start(_ arguments: [String]) throws -> Running {
        let executable = try #require(Self.executable, "gainsay was not built beside the tests")
        return try Running(executable, arguments, in: folder)
    }

    /// A process that has not ended yet; it writes to files, so that no pipe fills up.
    final class Running {
        private let process = Process()
        private let places: (output: URL, errors: URL)

        fileprivate init(_ executable: URL, _ arguments: [String], in folder: URL) throws {
            let name = UUID().uuidString
            places = (
                folder.appendingPathComponent("standard-output-\(name)"),
                folder.appendingPathComponent("standard-error-\(name)")
            )
            for place in [places.output, places.errors] { try Data().write(to: place) }
            process.executableURL = executable
            process.arguments = arguments
            process.currentDirectoryURL = folder
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = try FileHandle(forWritingTo: places.output)
            process.standardError = try FileHandle(forWritingTo: places.errors)
            // A test's thread may block signals, and what it starts would block them too.
            var (none, blocked) = (sigset_t(), sigset_t())
            sigemptyset(&none)
            pthread_sigmask(SIG_SETMASK, &none, &blocked)
            defer { pthread_sigmask(SIG_SETMASK, &blocked, nil) }
            try process.run()
        }

        /// What it has written so far.
        func output() throws -> String { String(decoding: try Data(contentsOf: places.output), as: UTF8.self) }
        func errors() throws -> String { String(decoding: try Data(contentsOf: places.errors), as: UTF8.self) }

        /// As Ctrl-C does, a second after the process began to listen to it.
        func interrupt() {
            let end = Date(timeIntervalSinceNow: 20)
            while process.isRunning && !isListening && Date() < end { usleep(10_000) }
            usleep(1_000_000)
            kill(process.processIdentifier, SIGINT)
        }

        private var isListening: Bool {
            let status = try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
            guard let caught = status?.firstMatch(of: /SigCgt:\s*([0-9a-f]+)/) else { return false }
            return UInt64(caught.1, radix: 16).map { $0 >> UInt64(SIGINT - 1) & 1 == 1 } ?? false
        }

        /// Waits for the end; what takes longer than a minute is ended, which fails the test by its code.
        func finish() throws -> Result {
            let end = Date(timeIntervalSinceNow: 60)
            while process.isRunning && Date() < end { usleep(2000) }
            if process.isRunning { kill(process.processIdentifier, SIGKILL) }
            process.waitUntilExit()
            return Result(
                output: try output(), errors: try errors(),
                code: process.terminationReason == .exit ? process.terminationStatus : -1)
        }
    }
}

extension String {
    /// Times and rates by dots, in texts and in JSON.
    var timeless: String {
        replacing(/in [0-9.e-]+ s \([0-9,]+\/s\)/, with: "in ...").replacing(/"seconds" : [0-9.e-]+/, with: "...")
    }
}

extension Trait where Self == ConditionTrait {
    /// Passed over, and said so, where the tests were built without the command.
    static var withExecutable: Self {
        .enabled(if: Command.executable != nil, "gainsay was not built beside the tests")
    }
}
