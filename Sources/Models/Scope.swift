import Tensors

/// What a name in a file stands for while the file is imported.
indirect enum Item {
    /// With the file's element type, where it is known.
    case tensor(Value, ElementKind?)
    case texts(TextValue)
    /// Texts that were split into tokens.
    case tokens(TokenValue)
    /// What labels map to: a tensor whose last axis has so many labels.
    case map(Value, labels: [String])
    /// A sequence whose length does not depend on data.
    case sequence([Item])
    /// An optional that holds nothing.
    case nothing
    /// Something that may be there as long as nobody asks for it; the text says why.
    case unavailable(String)

    var tensor: Value? { if case .tensor(let value, _) = self { value } else { nil } }
    var kind: ElementKind? { if case .tensor(_, let kind) = self { kind } else { nil } }
}

/// The names of a graph, of a body inside it, or of a function, and what they stand for.
///
/// A body sees the names around it, and its own before those.
final class Scope {
    private var items: [String: Item] = [:]
    private let outer: Scope?

    init(inside outer: Scope? = nil) { self.outer = outer }

    subscript(name: String) -> Item? { items[name] ?? outer?[name] }

    func set(_ name: String, _ item: Item) throws(ModelError) {
        guard items.updateValue(item, forKey: name) == nil else { throw ModelError("two values are named `\(name)`") }
    }
}

/// A graph inside a node, to be applied as often as the node asks for it.
struct Body {
    let inputCount: Int
    let outputCount: Int
    /// Throws where the number of items is not `inputCount`.
    let apply: ([Item]) throws -> [Item]
}
