import FoundationEssentials
import Glibc

package enum Machine {
    /// Cores that are online.
    package static let cores = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))

    /// The file of this program.
    package static let program =
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "gainsay"
}
