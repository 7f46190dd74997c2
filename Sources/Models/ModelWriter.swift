import Tensors

/// Makes an ONNX file, node by node: for tests, and for models that are made by hand.
///
/// Nothing is checked; that is the reader's business.
///
///     var model = ModelWriter(operatorSet: 13)
///     model.input("x", .float32, [1, 5])
///     model.initializer("w", weights)
///     model.node("MatMul", ["x", "w"], ["y"])
///     model.output("y", .float32, [1, 3])
///     let bytes = model.bytes()
package struct ModelWriter {
    package enum Attribute: Sendable {
        case integer(Int)
        case float(Float)
        case text(String)
        case integers([Int])
        case floats([Float])
        case texts([String])
        case tensor(Tensor)
        /// A graph inside a node: its inputs, outputs, constants and nodes.
        case graph(ModelWriter)
    }

    package enum Dimension: Sendable, ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
        case size(Int)
        case open(String)

        package init(integerLiteral size: Int) { self = .size(size) }
        package init(stringLiteral name: String) { self = .open(name) }
    }

    private let operatorSet: Int
    private let domains: [String]
    private(set) var graph = WireWriter()

    /// `domains` are those of operators that are not ONNX's own, version 1 of each.
    package init(operatorSet: Int = 13, domains: [String] = []) {
        (self.operatorSet, self.domains) = (operatorSet, domains)
        graph.text(2, "gainsay")
    }

    package mutating func input(_ name: String, _ element: ElementType, _ shape: [Dimension]) {
        graph.message(11) { Self.valueInfo(&$0, name, Self.number(of: element), shape) }
    }

    /// A tensor of texts.
    package mutating func input(texts name: String, _ shape: [Dimension]) {
        graph.message(11) { Self.valueInfo(&$0, name, ElementKind.string.rawValue, shape) }
    }

    /// The same as an output.
    package mutating func output(texts name: String, _ shape: [Dimension]) {
        graph.message(12) { Self.valueInfo(&$0, name, ElementKind.string.rawValue, shape) }
    }

    /// A sequence of tensors.
    package mutating func input(_ name: String, sequenceOf element: ElementType, _ shape: [Dimension]) {
        graph.message(11) { message in
            message.text(1, name)
            message.message(2) { $0.message(4) { $0.message(1) { Self.type(&$0, Self.number(of: element), shape) } } }
        }
    }

    /// A tensor, or nothing.
    package mutating func input(_ name: String, optional element: ElementType, _ shape: [Dimension]) {
        graph.message(11) { message in
            message.text(1, name)
            message.message(2) { $0.message(9) { $0.message(1) { Self.type(&$0, Self.number(of: element), shape) } } }
        }
    }

    package mutating func output(_ name: String, _ element: ElementType, _ shape: [Dimension]) {
        graph.message(12) { Self.valueInfo(&$0, name, Self.number(of: element), shape) }
    }

    package mutating func initializer(_ name: String, _ tensor: Tensor) {
        graph.message(5) { Self.tensor(&$0, name, tensor) }
    }

    /// Texts along one axis.
    package mutating func initializer(_ name: String, texts: [String]) {
        graph.message(5) { message in
            message.integer(1, Int64(texts.count))
            message.integer(2, ElementKind.string.rawValue)
            for text in texts { message.text(6, text) }
            message.text(8, name)
        }
    }

    /// A tensor whose elements are in another file.
    package mutating func initializer(
        _ name: String, _ type: TensorType, in path: String, offset: Int, length: Int
    ) {
        graph.message(5) { message in
            Self.header(&message, name, type)
            for (key, value) in [("location", path), ("offset", "\(offset)"), ("length", "\(length)")] {
                message.message(13) {
                    $0.text(1, key)
                    $0.text(2, value)
                }
            }
            message.integer(14, 1)
        }
    }

    package mutating func node(
        _ operation: String, _ inputs: [String], _ outputs: [String], _ attributes: [(String, Attribute)] = [],
        name: String = "", domain: String = ""
    ) {
        graph.message(1) { message in
            for input in inputs { message.text(1, input) }
            for output in outputs { message.text(2, output) }
            message.text(3, name)
            message.text(4, operation)
            for (name, value) in attributes { message.message(5) { Self.attribute(&$0, name, value) } }
            message.text(7, domain)
        }
    }

    /// Fields of a graph that were written elsewhere.
    mutating func append(_ fields: WireWriter) { graph.append(fields) }

    var graphBytes: [UInt8] { graph.bytes }

    package func bytes() -> [UInt8] {
        var model = WireWriter()
        model.integer(1, 8)
        model.data(7, graph.bytes)
        model.message(8) { $0.integer(2, Int64(operatorSet)) }
        for domain in domains {
            model.message(8) {
                $0.text(1, domain)
                $0.integer(2, 1)
            }
        }
        return model.bytes
    }

    private static func valueInfo(
        _ message: inout WireWriter, _ name: String, _ element: Int64, _ shape: [Dimension]
    ) {
        message.text(1, name)
        message.message(2) { Self.type(&$0, element, shape) }
    }

    private static func type(_ message: inout WireWriter, _ element: Int64, _ shape: [Dimension]) {
        message.message(1) { tensor in
            tensor.integer(1, element)
            tensor.message(2) { list in
                for dimension in shape { list.message(1) { Self.dimension(&$0, dimension) } }
            }
        }
    }

    private static func dimension(_ message: inout WireWriter, _ dimension: Dimension) {
        switch dimension {
        case .size(let size): message.integer(1, Int64(size))
        case .open(let name): message.text(2, name)
        }
    }

    private static func header(_ message: inout WireWriter, _ name: String, _ type: TensorType) {
        for dimension in type.shape.dimensions { message.integer(1, Int64(dimension)) }
        message.integer(2, number(of: type.element))
        message.text(8, name)
    }

    static func tensor(_ message: inout WireWriter, _ name: String, _ tensor: Tensor) {
        header(&message, name, tensor.type)
        switch tensor.storage {
        case .float32(let elements): elements.withUnsafeBytes { message.data(9, $0) }
        case .float64(let elements): elements.withUnsafeBytes { message.data(9, $0) }
        case .int64(let elements): elements.withUnsafeBytes { message.data(9, $0) }
        case .bool(let elements): message.data(9, elements.map { $0 ? 1 : 0 })
        }
    }

    private static func attribute(_ message: inout WireWriter, _ name: String, _ value: Attribute) {
        message.text(1, name)
        switch value {
        case .float(let float):
            message.float(2, float)
            message.integer(20, 1)
        case .integer(let integer):
            message.integer(3, Int64(integer))
            message.integer(20, 2)
        case .text(let text):
            message.text(4, text)
            message.integer(20, 3)
        case .tensor(let tensor):
            message.message(5) { Self.tensor(&$0, "", tensor) }
            message.integer(20, 4)
        case .graph(let inner):
            message.data(6, inner.graph.bytes)
            message.integer(20, 5)
        case .floats(let floats):
            for float in floats { message.float(7, float) }
            message.integer(20, 6)
        case .integers(let integers):
            for integer in integers { message.integer(8, Int64(integer)) }
            message.integer(20, 7)
        case .texts(let texts):
            for text in texts { message.text(9, text) }
            message.integer(20, 8)
        }
    }

    private static func number(of element: ElementType) -> Int64 {
        let kind: ElementKind =
            switch element {
            case .float32: .float32
            case .float64: .float64
            case .int64: .int64
            case .bool: .bool
            }
        return kind.rawValue
    }
}
