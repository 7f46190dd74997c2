/// The texts that a file's operators tell apart, for each input that they are of: what is offered where nobody says which
/// texts an input may be.
struct Categories {
    private var sources: [String: Set<String>] = [:]
    private var found: [String: [String]] = [:]

    private static let lists: Set = [
        "cats_strings", "keys_strings", "classes_strings", "string_vocabulary", "pool_strings",
    ]

    /// Goes through the nodes once; those of bodies and functions are left out.
    init(_ graph: GraphProto) {
        for input in graph.inputs { sources[input.name] = [input.name] }
        var constants: [String: [String]] = [:]
        for tensor in graph.initializers where tensor.elementType == ElementKind.string.rawValue {
            constants[tensor.name] = (try? TensorElements.texts(tensor).texts) ?? []
        }
        for node in graph.nodes {
            let from = node.inputs.reduce(into: Set<String>()) { $0.formUnion(sources[$1] ?? []) }
            guard !from.isEmpty else { continue }
            let texts = node.attributes.flatMap(Self.texts) + node.inputs.flatMap { constants[$0] ?? [] }
            for input in from where !texts.isEmpty { found[input, default: []] += texts }
            // What an operator makes of its categories are no texts of the input any more.
            if texts.isEmpty { for output in node.outputs { sources[output] = from } }
        }
    }

    /// Each once, in the order of the file.
    subscript(input: String) -> [String] { (found[input] ?? []).distinct }

    private static func texts(_ attribute: AttributeProto) -> [String] {
        switch attribute.value {
        case .texts(let texts): lists.contains(attribute.name) ? texts : []
        case .tensor(let tensor):
            attribute.name == "keys_tensor" && tensor.elementType == ElementKind.string.rawValue
                ? (try? TensorElements.texts(tensor).texts) ?? [] : []
        default: []
        }
    }
}
