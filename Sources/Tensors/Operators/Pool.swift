/// The largest, or the mean, of the elements under a window that slides over `[batch, channels, spatial...]`.
package struct Pool: Operator {
    package enum Kind: Sendable, Hashable {
        case max
        case average(Divisor)
    }

    /// What the sum of an average is divided by.
    package enum Divisor: Sendable, Hashable { case padsIncluded, padsExcluded }

    package let kind: Kind
    package let window: Window
    package let rounding: Window.Rounding

    package init(_ kind: Kind, window: Window, rounding: Window.Rounding = .down) {
        self.kind = kind
        self.window = window
        self.rounding = rounding
    }

    package var name: String { kind == .max ? "max pool" : "average pool" }

    package func resultType(of inputs: [TensorType]) throws(ShapeError) -> TensorType {
        guard inputs.count == 1 else { throw .inputCount(name, expected: "1", found: inputs.count) }
        let (element, shape) = (inputs[0].element, inputs[0].shape)
        guard element.isReal else { throw .elementType(name, expected: "real numbers", found: element) }
        guard (3...5).contains(shape.rank) else {
            throw .unfit(name, shape, "takes batch, channels and 1 to 3 spatial axes")
        }
        let positions = try window.positions(over: Array(shape.dimensions.dropFirst(2)), of: name, rounding)
        return TensorType(element, try Shape([shape[0], shape[1]] + positions))
    }
}
