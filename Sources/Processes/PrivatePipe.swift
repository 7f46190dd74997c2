import CLinux
import Glibc

/// A pipe that no program is given but the one that it is handed to. Both ends are closed with it.
package final class PrivatePipe {
    package let reading: Int32
    package let writing: Int32
    private var isReadingOpen = true
    private var isWritingOpen = true

    /// Throws where no more files can be opened.
    package init() throws(SpawnError) {
        var ends: [Int32] = [0, 0]
        guard private_pipe(&ends) == 0 else { throw SpawnError("no pipe can be opened") }
        (reading, writing) = (ends[0], ends[1])
    }

    deinit {
        closeReading()
        closeWriting()
    }

    package func closeReading() {
        if isReadingOpen { close(reading) }
        isReadingOpen = false
    }

    package func closeWriting() {
        if isWritingOpen { close(writing) }
        isWritingOpen = false
    }

    /// From here on reading waits for nothing.
    package func readAtOnce() { _ = fcntl(reading, F_SETFL, O_NONBLOCK) }

    /// From here on writing waits for nothing.
    package func writeAtOnce() { _ = fcntl(writing, F_SETFL, O_NONBLOCK) }

    /// What is there by now, a piece at most; nil where the other end is closed and nothing is left.
    package func read() -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = Glibc.read(reading, &buffer, buffer.count)
        if count == 0 { return nil }
        return Array(buffer.prefix(max(count, 0)))
    }

    /// Writes what there is room for; how many bytes, or nil where the other end is closed. No signal is raised.
    package func write(_ bytes: ArraySlice<UInt8>) -> Int? {
        var (brokenPipe, before) = (sigset_t(), sigset_t())
        sigemptyset(&brokenPipe)
        sigaddset(&brokenPipe, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &brokenPipe, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        let count = bytes.withUnsafeBytes { Glibc.write(writing, $0.baseAddress, $0.count) }
        if count >= 0 { return count }
        guard errno == EPIPE else { return errno == EAGAIN || errno == EINTR ? 0 : nil }
        var now = timespec()
        sigtimedwait(&brokenPipe, nil, &now)
        return nil
    }
}
