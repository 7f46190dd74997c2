import Foundation
import Testing

/// What a person sees on a terminal, and only there.
@Suite(.withExecutable) struct TerminalTests {
    private let command: Command
    /// Linux's requests to a new terminal: TIOCSPTLCK and TIOCGPTN.
    private static let (lock, number): (UInt, UInt) = (0x4004_5431, 0x8004_5430)

    init() throws { command = try Command() }

    /// What `gainsay` writes to standard error where that is a terminal.
    private func errorsOnATerminal(_ arguments: [String]) throws -> String {
        let main = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        defer { close(main) }
        var (locked, number): (Int32, UInt32) = (0, 0)
        try #require(ioctl(main, Self.lock, &locked) == 0 && ioctl(main, Self.number, &number) == 0)
        let side = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
        try #require(side >= 0)
        let process = Process()
        process.executableURL = Command.executable
        process.arguments = arguments
        process.currentDirectoryURL = command.folder
        process.environment = ["TERM": "xterm"]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle(fileDescriptor: side, closeOnDealloc: false)
        try process.run()
        close(side)
        var (bytes, part) = ([UInt8](), [UInt8](repeating: 0, count: 4096))
        while case let count = read(main, &part, part.count), count > 0 { bytes += part.prefix(count) }
        process.waitUntilExit()
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func mistakesHaveOneHead() throws {
        try command.write("property p { forall x: Real in [0, 1] check y < 1 }", to: "p.say")
        let text = try errorsOnATerminal(["check", "p.say"])
        #expect(text.contains("\u{1B}[") && text.contains("error[unknown-name]"))
        #expect(!text.contains("error: "))
        #expect(try command.run("check p.say").errors.hasPrefix("error[unknown-name]"))
    }

    @Test func progressIsOneLineThatGoesAway() throws {
        try command.write(
            "property p { forall x: Tensor[20] in [-1, 1] check sum(x * x) + sum((1 + x) * (1 - x)) < 30 }", to: "p.say"
        )
        // With tries that are counted nothing is proved.
        let arguments = ["check", "p.say", "--budget", "500ms", "--tries", "1000000000", "--no-cases"]
        let text = try errorsOnATerminal(arguments)
        #expect(text.contains("best margin 10") && text.hasSuffix("\r\u{1B}[2K") && !text.contains("\n"))
        #expect(try command.run(arguments).errors.isEmpty)
    }
}
