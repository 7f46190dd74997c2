import CLinux
import FoundationEssentials
import Glibc

/// What keeps auditors, which are programs of the same user, from reading this process.
package enum Shield {
    /// From here on this process's memory, environment and open files can be read by the superuser alone, and no program that
    /// it starts is the superuser or becomes it.
    ///
    /// Throws where that cannot be had.
    package static func raise() throws(GameError) {
        keepFiles()
        guard hide_process() == 0, keep_rights_from_growing() == 0 else {
            throw GameError("this process cannot be hidden from the auditors that it is to start")
        }
        // Of others than the superuser programs have no such rights to lose.
        guard drop_superuser() == 0 || geteuid() != 0 else {
            throw GameError(
                "auditors would have the superuser's rights, and with them read the game's keys: play as another user")
        }
    }

    /// No program that is started is given a file that is open now, but for the standard ones.
    static func keepFiles() {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? [] {
            guard let descriptor = Int32(name), descriptor > 2 else { continue }
            let flags = fcntl(descriptor, F_GETFD)
            if flags >= 0 { _ = fcntl(descriptor, F_SETFD, flags | FD_CLOEXEC) }
        }
    }
}
