/// A graph that would not be well typed: says what was expected and every shape involved.
package struct ShapeError: Error, Hashable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }

    static func mismatch(_ operation: String, _ first: Shape, _ second: Shape, _ rule: String) -> ShapeError {
        ShapeError("\(operation) of \(first) and \(second): \(rule)")
    }

    static func unfit(_ operation: String, _ shape: Shape, _ rule: String) -> ShapeError {
        ShapeError("\(operation) of \(shape): \(rule)")
    }

    static func inputCount(_ operation: String, expected: String, found: Int) -> ShapeError {
        ShapeError("\(operation) takes \(expected) inputs, not \(found)")
    }

    static func elementType(_ operation: String, expected: String, found: ElementType) -> ShapeError {
        ShapeError("\(operation) takes \(expected), not \(found.rawValue)")
    }
}
