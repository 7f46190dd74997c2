import Glibc

/// When a file was changed last, and how large it is.
package struct FileStamp: Hashable, Sendable {
    private let seconds, nanoseconds, size: Int

    /// nil where it is not there.
    package init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        (seconds, nanoseconds, size) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec, Int(status.st_size))
    }
}
