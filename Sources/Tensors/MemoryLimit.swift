import Glibc
import Synchronization

/// How much memory weights and activations may take; by default half of the machine's.
///
/// It is asked before memory is taken: a model that needs more is an error that says how much. No result depends on it.
package enum MemoryLimit {
    /// In bytes.
    package static var bytes: Int { chosen.load(ordering: .relaxed) }

    /// Chooses another limit for this process.
    package static func choose(bytes: Int) { chosen.store(bytes, ordering: .relaxed) }

    private static let chosen = Atomic<Int>(machine / 2)

    private static var machine: Int {
        let (pages, size) = (sysconf(Int32(_SC_PHYS_PAGES)), sysconf(Int32(_SC_PAGESIZE)))
        return pages > 0 && size > 0 ? pages * size : 1 << 33
    }

    /// `1.5 GB`
    package static func text(_ bytes: Int) -> String {
        let units = [(1 << 30, "GB"), (1 << 20, "MB")]
        guard let (unit, name) = units.first(where: { bytes >= $0.0 }) else { return "\(bytes) bytes" }
        let tenths = (Double(bytes) / Double(unit) * 10).rounded(.up)
        return "\(tenths == (tenths / 10).rounded() * 10 ? "\(Int(tenths / 10))" : "\(tenths / 10)") \(name)"
    }
}
