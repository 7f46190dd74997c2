import Foundation

/// The built `gainsay`, run as a user runs it. `GAINSAY_PROGRAM` names another one than that beside the tests.
struct Program {
    struct Result {
        let output: Data
        let errors: String
        /// nil where it was ended by a signal.
        let code: Int32?
    }

    private let executable: URL

    init?() {
        let named = ProcessInfo.processInfo.environment["GAINSAY_PROGRAM"].map { URL(fileURLWithPath: $0) }
        let here = [URL(fileURLWithPath: "/proc/self/exe"), URL(fileURLWithPath: CommandLine.arguments[0])].map {
            $0.resolvingSymlinksInPath().deletingLastPathComponent().appendingPathComponent("gainsay")
        }
        guard
            let found = ((named.map { [$0] } ?? []) + here).first(where: {
                FileManager.default.isExecutableFile(atPath: $0.path)
            })
        else { return nil }
        executable = found
    }

    /// `gainsay check` of a text, as JSON. What it prints goes to files, so that no pipe fills up.
    func check(_ text: String, _ options: [String] = []) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("language-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let places = ["spec.say", "output", "errors"].map { folder.appendingPathComponent($0) }
        for place in places { try Data(place == places[0] ? Array(text.utf8) : []).write(to: place) }
        try Data(Rows.text.utf8).write(to: folder.appendingPathComponent(Rows.file))
        let process = Process()
        process.executableURL = executable
        process.arguments = ["check", "spec.say", "--json", "--no-cases", "--threads", "1"] + options
        process.currentDirectoryURL = folder
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: places[1])
        process.standardError = try FileHandle(forWritingTo: places[2])
        try process.run()
        process.waitUntilExit()
        return Result(
            output: try Data(contentsOf: places[1]),
            errors: String(decoding: try Data(contentsOf: places[2]), as: UTF8.self),
            code: process.terminationReason == .exit ? process.terminationStatus : nil)
    }
}
