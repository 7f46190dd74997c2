/// The parts of a path.
package enum Path {
    /// The folder that it names a file of; empty where it names none.
    package static func folder(of path: String) -> String {
        let path = trimmed(path[...])
        guard let slash = path.lastIndex(of: "/") else { return "" }
        let folder = trimmed(path[..<slash])
        return folder.isEmpty ? "/" : String(folder)
    }

    /// What stands behind the last slash.
    package static func name(of path: String) -> String {
        let path = trimmed(path[...])
        guard let slash = path.lastIndex(of: "/"), path.count > 1 else { return String(path) }
        return String(path[path.index(after: slash)...])
    }

    /// Without `.`, `..` behind a folder, and doubled slashes; links are not followed.
    package static func plain(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == "..", let last = parts.last, last != ".." { parts.removeLast() } else { parts.append(part) }
        }
        return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
    }

    /// Without slashes at its end.
    private static func trimmed(_ path: Substring) -> Substring {
        var path = path
        while path.count > 1, path.last == "/" { path = path.dropLast() }
        return path
    }
}
