/// What a regular expression is made of, as far as making texts goes. Nodes stand behind those they are made of.
struct PatternTree: Sendable {
    enum Node: Sendable {
        case nothing
        /// Nothing matches.
        case never
        case one(of: CodePointSet)
        case sequence([Int])
        case choice([Int])
        case group(Int, number: Int)
        case repeated(Int, least: Int, most: Int?)
        /// The text that a group had.
        case same(asGroup: Int)
        /// The pattern of a group again; 0 is the whole.
        case call(group: Int)
    }

    /// A construct for which texts are made without regard to it: PCRE2 refuses those that do not meet it.
    enum Blind: String, Sendable, CaseIterable {
        case anchor = "an anchor"
        case lookaround = "a lookaround"
        case conditional = "a conditional"
        case atomic = "an atomic group or a possessive quantifier"
        case verb = "a control verb"
        case cluster = "an extended grapheme cluster"
    }

    fileprivate(set) var nodes: [Node] = []
    var root = 0
    /// The node inside of each capturing group.
    var groups: [Int: Int] = [:]
    var blind: Set<Blind> = []

    mutating func add(_ node: Node) -> Int {
        nodes.append(node)
        return nodes.count - 1
    }

    /// Whether every text that the pattern matches can be made.
    var isComplete: Bool { !blind.contains(.cluster) && !blind.contains(.verb) }
}

/// Why no texts can be made of a pattern.
package struct PatternFailure: Error, Sendable, Hashable {
    package let message: String
    /// The byte of the pattern that it is about.
    package let offset: Int
}
