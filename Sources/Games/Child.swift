import CLinux
import Foundation

/// A program that is run in a session of its own, with nothing of ours open, and ended with all that it started.
struct Child {
    enum Ending: Sendable, Hashable {
        case exited(Int32)
        case killed(signal: Int32)
        case outOfTime
        /// Printed more than is read.
        case tooMuch
        /// We were asked to stop.
        case stopped
    }

    struct Result: Sendable {
        var ending: Ending
        var output: [UInt8] = []
        /// The end of what went to standard error.
        var errors: [UInt8] = []
        var seconds = 0.0
    }

    private static let outputLimit = 1 << 24
    private static let errorLimit = 1 << 12
    private static let pause: Int32 = 20

    let words: [String]
    let folder: String
    /// Stands in the environment of the program and of what it starts, so that strays are known by it.
    let mark: String
    let seconds: Double

    /// Throws where the program cannot be started; `goOn` is asked all the while.
    func run(goOn: () -> Bool) throws -> Result {
        let (output, errors) = (try Pipe(), try Pipe())
        let start = Self.now()
        let child = try spawn(output, errors)
        output.closeWriting()
        errors.closeWriting()
        var result = Result(ending: .stopped)
        var status: Int32 = 0
        while true {
            Self.wait(for: [output.reading, errors.reading])
            result.output += output.read()
            result.errors = (result.errors + errors.read()).suffix(Self.errorLimit)
            let ended = waitpid(child, &status, WNOHANG) == child
            result.seconds = Self.now() - start
            if ended {
                result.ending = status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .killed(signal: status & 0x7F)
                break
            }
            if result.output.count > Self.outputLimit {
                result.ending = .tooMuch
            } else if result.seconds > seconds {
                result.ending = .outOfTime
            } else if goOn() {
                continue
            }
            kill(child, SIGKILL)
            waitpid(child, &status, 0)
            break
        }
        Strays.end(session: child, mark: mark)
        result.output += output.read()
        result.errors = (result.errors + errors.read()).suffix(Self.errorLimit)
        if result.output.count > Self.outputLimit { result.ending = .tooMuch }
        return result
    }

    private func spawn(_ output: Pipe, _ errors: Pipe) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output.writing, 1)
        posix_spawn_file_actions_adddup2(&actions, errors.writing, 2)
        spawn_in_folder(&actions, folder)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // No terminal of ours, and usual signals: the game's own Ctrl-C is not its auditors'.
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK) | Int16(spawn_own_session))
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        for signal in [SIGINT, SIGTERM, SIGPIPE, SIGHUP] { sigaddset(&signals, signal) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        var environment = ProcessInfo.processInfo.environment
        environment[Strays.variable] = mark
        var child: pid_t = 0
        let code = Self.withPointers(words) { arguments in
            Self.withPointers(environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }) { variables in
                posix_spawnp(&child, words[0], &actions, &attributes, arguments, variables)
            }
        }
        guard code == 0 else { throw GameError("`\(words[0])` cannot be run: \(String(cString: strerror(code)))") }
        return child
    }

    private static func withPointers<Result>(
        _ texts: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        var pointers = texts.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        return pointers.withUnsafeMutableBufferPointer { body($0.baseAddress!) }
    }

    /// Until there is something to read, or for a moment.
    private static func wait(for descriptors: [Int32]) {
        var polled = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        let isOpen =
            poll(&polled, nfds_t(polled.count), pause) == 0 || polled.contains { $0.revents & Int16(POLLIN) != 0 }
        // Closed by the program, which runs on: nothing to wait for but its end.
        if !isOpen { usleep(UInt32(pause) * 1000) }
    }

    private static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}

/// What a program writes comes out at our end, which no other program is given.
private final class Pipe {
    let reading: Int32
    private(set) var writing: Int32

    init() throws {
        var ends: [Int32] = [0, 0]
        guard private_pipe(&ends) == 0 else { throw GameError("no pipe can be opened") }
        (reading, writing) = (ends[0], ends[1])
        _ = fcntl(reading, F_SETFL, O_NONBLOCK)
    }

    deinit {
        close(reading)
        closeWriting()
    }

    func closeWriting() {
        if writing >= 0 { close(writing) }
        writing = -1
    }

    /// What is there by now, a piece at most.
    func read() -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = Foundation.read(reading, &buffer, buffer.count)
        return Array(buffer.prefix(max(count, 0)))
    }
}
