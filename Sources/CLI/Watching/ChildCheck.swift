import Glibc
import Terminal

/// `gainsay check` as a program of its own, with the terminal of this one.
struct ChildCheck {
    private let child: pid_t

    /// Throws where it cannot be started.
    init(_ arguments: [String]) throws(Failure) {
        var child: pid_t = 0
        let words = [Machine.program, "check"] + arguments
        var pointers = words.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        let code = posix_spawn(&child, Machine.program, nil, nil, &pointers, environ)
        guard code == 0 else { throw Failure("cannot run `gainsay check`: \(String(cString: strerror(code)))") }
        self.child = child
    }

    /// How it ended; nil while it runs.
    var code: Int32? {
        var status: Int32 = 0
        let ended = waitpid(child, &status, WNOHANG)
        guard ended != 0 else { return nil }
        // The low seven bits are the signal that ended it.
        return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
    }

    /// Asks it to end, and waits: it says what it has found.
    func stop() {
        kill(child, SIGINT)
        while code == nil { usleep(20_000) }
    }
}
