/// The type of a value in a graph: what its elements are and how many there are.
package struct TensorType: Sendable, Hashable, CustomStringConvertible {
    package let element: ElementType
    package let shape: Shape

    package init(_ element: ElementType, _ shape: Shape) {
        self.element = element
        self.shape = shape
    }

    package var description: String { element.rawValue + shape.description }
}
