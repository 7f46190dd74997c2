/// What files of trees have in common, told where it is wrong.
enum TreeWords {
    /// Names a node in errors: `tree 3, node 5`.
    static func place(_ tree: Int, _ node: Int) -> String { "tree \(tree), node \(node)" }

    /// Throws unless a list has an entry for each of something.
    static func require(_ name: String, _ count: Int, _ expected: Int, of what: String) throws(ModelError) {
        guard count == expected else { throw ModelError("`\(name)` has \(count) entries for \(expected) \(what)") }
    }

    /// A number of features or targets that a file may have.
    static func require(_ name: String, _ number: Int, in range: ClosedRange<Int>) throws(ModelError) {
        guard range.contains(number) else {
            throw ModelError("`\(name)` is \(number), and has to be from \(range.lowerBound) to \(range.upperBound)")
        }
    }
}
