import Glibc
import Processes
import Synchronization

/// A program at work that takes lines and answers with lines. Ended, with all that it started, when nobody holds it.
final class ServerProcess {
    private static let errorBytes = 1 << 13
    private static let errorLines = 6
    private static let pause: Int32 = 100

    private let child: pid_t
    private let input, output, errors: PrivatePipe
    private var received: [UInt8] = []
    private var complaints: [UInt8] = []
    private var status: Int32?

    init(_ words: [String], in folder: String) throws(BoxError) {
        do throws(SpawnError) {
            (input, output, errors) = (try PrivatePipe(), try PrivatePipe(), try PrivatePipe())
            child = try spawn(
                words, in: folder, input: input.reading, output: output.writing, errors: errors.writing)
        } catch { throw BoxError(.unfit, error.description) }
        input.closeReading()
        input.writeAtOnce()
        for pipe in [output, errors] {
            pipe.closeWriting()
            pipe.readAtOnce()
        }
        LivingSessions.shared.add(child)
    }

    deinit { end() }

    /// Sends a line and waits for one, of at most so many bytes. Afterwards the process is of no use where this throws.
    func exchange(
        _ line: [UInt8], answerLimit: Int, within seconds: Double, _ isCancelled: () -> Bool
    ) throws(BoxError) -> [UInt8] {
        let end = monotonicSeconds() + seconds
        guard received.isEmpty else { throw .rubbish("it was not asked", in: received) }
        var unsent = (line + [0x0A])[...]
        var searched = 0
        while true {
            if let stop = received[searched...].firstIndex(of: 0x0A) {
                let answer = Array(received[..<stop])
                received.removeSubrange(...stop)
                return answer
            }
            searched = received.count
            guard received.count <= answerLimit else {
                throw BoxError(.failed, "its answer has more than \(answerLimit) bytes and no end")
            }
            guard !isCancelled() else { throw .cancelled }
            guard monotonicSeconds() < end else {
                throw BoxError(.failed, "it has not answered in \(Self.text(seconds)) s\(lastWords)")
            }
            wait(toWrite: !unsent.isEmpty)
            if !unsent.isEmpty {
                // What is closed for writing may still have said why.
                unsent = input.write(unsent.prefix(1 << 16)).map { unsent.dropFirst($0) } ?? []
            }
            readErrors()
            if let bytes = output.read() {
                received += bytes
            } else {
                throw BoxError(.failed, "it \(ending())\(lastWords)")
            }
        }
    }

    private static func text(_ seconds: Double) -> String {
        seconds == seconds.rounded() ? "\(Int(seconds))" : "\(seconds)"
    }

    private func wait(toWrite: Bool) {
        var polled = [output.reading, errors.reading].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        // Closed by a program that runs on, it would be ready all the time.
        if areErrorsClosed { polled.removeLast() }
        if toWrite { polled.append(pollfd(fd: input.writing, events: Int16(POLLOUT), revents: 0)) }
        poll(&polled, nfds_t(polled.count), Self.pause)
    }

    private var areErrorsClosed = false

    private func readErrors() {
        guard !areErrorsClosed else { return }
        if let bytes = errors.read() {
            complaints = (complaints + bytes).suffix(Self.errorBytes)
        } else {
            areErrorsClosed = true
        }
    }

    /// The last lines that it wrote to standard error.
    private var lastWords: String {
        for _ in 0..<64 where !areErrorsClosed { readErrors() }
        let lines = String(decoding: complaints, as: UTF8.self).split(whereSeparator: \.isNewline)
        guard !lines.isEmpty else { return "" }
        return "; its last words:" + lines.suffix(Self.errorLines).map { "\n    | \($0)" }.joined()
    }

    /// Once its output is closed: how it ended, or that it runs on.
    private func ending() -> String {
        for _ in 0..<50 where !hasEnded(WNOHANG) { usleep(10_000) }
        guard let status else { return "has closed its output" }
        let signal = status & 0x7F
        return signal == 0 ? "ended with exit code \(status >> 8 & 0xFF)" : "was ended by signal \(signal)"
    }

    private func hasEnded(_ options: Int32) -> Bool {
        var found: Int32 = 0
        if status == nil, waitpid(child, &found, options) == child { status = found }
        return status != nil
    }

    /// Closes its input; whether it ends soon.
    func stop() -> Bool {
        input.closeWriting()
        for _ in 0..<400 where !hasEnded(WNOHANG) { usleep(5_000) }
        return hasEnded(WNOHANG)
    }

    private func end() {
        kill(-child, SIGKILL)
        if status == nil {
            kill(child, SIGKILL)
            _ = hasEnded(0)
        }
        LivingSessions.shared.remove(child)
    }
}

/// The sessions of servers, so that none is left behind when this process exits.
private final class LivingSessions: Sendable {
    static let shared: LivingSessions = {
        atexit { LivingSessions.shared.endAll() }
        return LivingSessions()
    }()

    private let children = Mutex<Set<pid_t>>([])

    func add(_ child: pid_t) { children.withLock { _ = $0.insert(child) } }
    func remove(_ child: pid_t) { children.withLock { _ = $0.remove(child) } }
    func endAll() { children.withLock { for child in $0 { kill(-child, SIGKILL) } } }
}
