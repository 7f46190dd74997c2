/// A file, and what the spec calls it.
package struct NamedFile {
    package enum Kind { case model, data }

    package let kind: Kind
    package let name, path: String

    package init(kind: Kind, name: String, path: String) {
        self.kind = kind
        self.name = name
        self.path = path
    }
}
