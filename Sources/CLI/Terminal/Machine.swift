import FoundationEssentials
import Glibc

enum Machine {
    /// Cores that are online.
    static let cores = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))

    /// The file of this program.
    static let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "gainsay"
}
