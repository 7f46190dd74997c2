import CLinux
import Foundation

/// What keeps auditors, which are programs of the same user, from reading this process.
package enum Shield {
    /// From here on this process's memory, environment and open files can be read by the superuser alone, and no program that
    /// it starts is the superuser or becomes it.
    ///
    /// Throws where that cannot be had.
    package static func raise() throws(GameError) {
        guard hide_process() == 0, keep_rights_from_growing() == 0 else {
            throw GameError("this process cannot be hidden from the auditors that it is to start")
        }
        // Of others than the superuser programs have no such rights to lose.
        guard drop_superuser() == 0 || geteuid() != 0 else {
            throw GameError(
                "auditors would have the superuser's rights, and with them read the game's keys: play as another user")
        }
    }
}
