import Foundation

enum Machine {
    /// Cores that are online.
    static let cores = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
}
