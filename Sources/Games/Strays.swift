import Glibc

/// Processes that an auditor left behind.
enum Strays {
    /// Names the audit, to all that it starts.
    static let variable = "GAINSAY_AUDIT"

    private static let rounds = 20

    /// Ends those of a session, those that descend from its leader, and those that carry the mark, until there are none.
    static func end(session: pid_t, mark: String) {
        end { process in process.session == session || process.parent == session || carries(process.id, mark) }
    }

    /// Ends those whose mark begins so: what an earlier run left that was killed.
    static func end(marked prefix: String) { end { carries($0.id, prefix) } }

    private struct Process { let id, parent, session: pid_t }

    private static func end(_ isStray: (Process) -> Bool) {
        for _ in 0..<rounds {
            let all = running()
            var strays = Set(all.filter(isStray).map(\.id))
            // And what descends from them.
            while true {
                let more = all.filter { strays.contains($0.parent) && !strays.contains($0.id) }
                if more.isEmpty { break }
                strays.formUnion(more.map(\.id))
            }
            strays.remove(getpid())
            if strays.isEmpty { return }
            for stray in strays { kill(stray, SIGKILL) }
            usleep(2000)
        }
    }

    /// All that runs, those that have ended and only wait to be noticed aside.
    private static func running() -> [Process] {
        guard let folder = opendir("/proc") else { return [] }
        defer { closedir(folder) }
        var found: [Process] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard let id = pid_t(name), let text = read("/proc/\(id)/stat") else { continue }
            // Behind the name, which may hold anything: state, parent, group, session.
            let rest = String(decoding: text, as: UTF8.self)
            guard let end = rest.lastIndex(of: ")") else { continue }
            let words = rest[rest.index(after: end)...].split(separator: " ")
            guard words.count > 4, words[0] != "Z", let parent = pid_t(words[1]), let session = pid_t(words[3]) else {
                continue
            }
            found.append(Process(id: id, parent: parent, session: session))
        }
        return found
    }

    private static func carries(_ id: pid_t, _ mark: String) -> Bool {
        guard let environment = read("/proc/\(id)/environ") else { return false }
        let wanted = Array("\(variable)=\(mark)".utf8)
        return environment.split(separator: 0).contains { $0.starts(with: wanted) }
    }

    private static func read(_ path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var (bytes, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 1 << 14))
        while bytes.count < 1 << 20 {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            guard count > 0 else { break }
            bytes += buffer.prefix(count)
        }
        return bytes
    }
}
