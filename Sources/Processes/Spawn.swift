import CLinux
import FoundationEssentials
import Glibc

/// Why a program was not started.
package struct SpawnError: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}

/// Starts a program in a session of its own, with usual signals and nothing of ours open but what it is given.
///
/// `input` nil is a file with nothing in it. The first word is found as a shell would find it; a path is one from `folder`.
/// `variables` are added to our environment. Throws where the program cannot be started.
package func spawn(
    _ words: [String], in folder: String, input: Int32?, output: Int32, errors: Int32,
    variables: [String: String] = [:]
) throws(SpawnError) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let input {
        posix_spawn_file_actions_adddup2(&actions, input, 0)
    } else {
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    }
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, errors, 2)
    spawn_in_folder(&actions, folder)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // No terminal of ours, and usual signals: our own Ctrl-C is not the program's.
    posix_spawnattr_setflags(
        &attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK) | Int16(spawn_own_session))
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    for signal in [SIGINT, SIGTERM, SIGPIPE, SIGHUP] { sigaddset(&signals, signal) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    let environment = ProcessInfo.processInfo.environment.merging(variables) { $1 }
    var child: pid_t = 0
    let code = withPointers(words) { arguments in
        withPointers(environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }) { variables in
            posix_spawnp(&child, words[0], &actions, &attributes, arguments, variables)
        }
    }
    guard code == 0 else { throw SpawnError("`\(words[0])` cannot be run: \(String(cString: strerror(code)))") }
    return child
}

private func withPointers<Result>(
    _ texts: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
    var pointers = texts.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    return pointers.withUnsafeMutableBufferPointer { body($0.baseAddress!) }
}
