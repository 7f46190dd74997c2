import Glibc
import Processes

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
        let start = Self.now()
        let (child, output, errors) = try spawned()
        var result = Result(ending: .stopped)
        var status: Int32 = 0
        while true {
            Self.wait(for: [output.reading, errors.reading])
            result.output += output.read() ?? []
            result.errors = (result.errors + (errors.read() ?? [])).suffix(Self.errorLimit)
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
        result.output += output.read() ?? []
        result.errors = (result.errors + (errors.read() ?? [])).suffix(Self.errorLimit)
        if result.output.count > Self.outputLimit { result.ending = .tooMuch }
        return result
    }

    private func spawned() throws -> (pid_t, PrivatePipe, PrivatePipe) {
        do throws(SpawnError) {
            let (output, errors) = (try PrivatePipe(), try PrivatePipe())
            let child = try spawn(
                words, in: folder, input: nil, output: output.writing, errors: errors.writing,
                variables: [Strays.variable: mark])
            for pipe in [output, errors] {
                pipe.closeWriting()
                pipe.readAtOnce()
            }
            return (child, output, errors)
        } catch { throw GameError(error.description) }
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
