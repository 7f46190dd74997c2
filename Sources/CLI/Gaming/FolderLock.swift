import Glibc
import Terminal

/// Keeps a folder to one process, as long as it runs.
struct FolderLock {
    private let descriptor: Int32

    init(_ folder: String) throws(Failure) {
        descriptor = open(folder + "/lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Failure("cannot write in `\(folder)`: \(String(cString: strerror(errno)))") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw Failure("a game is being played in `\(folder)` already")
        }
    }

    func release() { close(descriptor) }
}
