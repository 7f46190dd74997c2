import Glibc
import Tensors

/// A discrete Fourier transform as products with matrices of cosines and sines.
struct Spectrum {
    let length: Int
    let isInverse: Bool
    /// Half of the frequencies: of real numbers, or to them.
    let isOneSided: Bool

    /// Along the last axis but one of `[..., size, 1 or 2]`, cut or filled up with zeros to the length.
    func apply(_ node: Application, _ x: Value) throws -> Value {
        let shape = node.shape(x)
        let (rank, parts) = (shape.rank, shape[shape.rank - 1])
        guard (1...1 << 14).contains(length) else { throw ModelError("a transform of \(length) elements") }
        let toReals = isInverse && isOneSided
        let size = min(shape[rank - 2], toReals ? length / 2 + 1 : length)
        let results = isOneSided && !isInverse ? length / 2 + 1 : length
        try node.allow(elements: 2 * size * results)
        let cut = try node.slice(x, axis: rank - 2, from: 0, count: size)
        let front = Array(shape.dimensions.dropLast(2))
        func part(_ index: Int) throws -> Value {
            try node.reshape(node.slice(cut, axis: rank - 1, from: index, count: 1), front + [size])
        }
        let real = try part(0)
        let imaginary = try parts == 2 ? part(1) : nil
        let (cosines, sines) = (
            try matrix(node, results, size, like: x, Angles.cosine),
            try matrix(node, results, size, like: x, Angles.sine)
        )
        // e^(-ia) = cos a - i sin a; the inverse turns the other way.
        let sign: Binary.Kind = isInverse ? .subtract : .add
        let other: Binary.Kind = isInverse ? .add : .subtract
        var first = try node.add(Dense(weights: cosines), real)
        if let imaginary { first = try node.binary(sign, first, node.add(Dense(weights: sines), imaginary)) }
        let column = try node.reshape(first, front + [results, 1])
        if toReals { return column }
        let turned = try node.add(Dense(weights: sines), real)
        let zero = try node.scalar(0, like: turned)
        let cross = try imaginary.map { try node.add(Dense(weights: cosines), $0) } ?? zero
        let second = try node.binary(other, cross, turned)
        return try node.concatenate([column, node.reshape(second, front + [results, 1])], axis: rank - 1)
    }

    /// By result and element.
    private func matrix(
        _ node: Application, _ results: Int, _ size: Int, like x: Value, _ wave: (Double, Double) -> Double
    ) throws -> Tensor {
        let scale = isInverse ? 1 / Double(length) : 1
        let numbers = (0..<results * size).map { flat in
            let (result, element) = (flat / size, flat % size)
            // Half of the frequencies stand for the other half as well.
            let isDouble = isInverse && isOneSided && element > 0 && 2 * element < length
            return wave(2 * Double(result * element % length), Double(length)) * scale * (isDouble ? 2 : 1)
        }
        return try Tensor(TensorType(node.element(x), Shape([results, size])), rounding: numbers)
    }
}

/// Waves at parts of half a turn.
enum Angles {
    static func cosine(_ part: Double, _ whole: Double) -> Double { whole == 0 ? 1 : cos(.pi * part / whole) }
    static func sine(_ part: Double, _ whole: Double) -> Double { whole == 0 ? 0 : sin(.pi * part / whole) }
}

enum Logarithms {
    static func ten(_ x: Double) -> Double { log10(x) }
    static func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }
}
