import Tensors

/// A tensor every element of which is a function of one token: the token at its position.
///
/// A table has `width` numbers for each element. Of an embedding these are its values for each token of the vocabulary; of what
/// attention mixes, for each position and each token there.
struct Tabled {
    var shape: Shape
    /// For each element the position whose token it depends on; -1 for a constant.
    var positions: [Int]
    let width: Int
    /// By element, then by column; what is computed in float32 lies no farther away than the radius beside it.
    var values: [Double]
    var radii: [Double]

    init(_ shape: Shape, positions: [Int], width: Int, values: [Double], radii: [Double]) {
        (self.shape, self.positions, self.width) = (shape, positions, width)
        (self.values, self.radii) = (values, radii)
    }

    /// The same whatever the tokens.
    init(constant tensor: Tensor, width: Int) {
        let numbers = tensor.doubles
        self.init(
            tensor.shape, positions: [Int](repeating: -1, count: numbers.count), width: width,
            values: numbers.flatMap { [Double](repeating: $0, count: width) },
            radii: [Double](repeating: 0, count: numbers.count * width))
    }

    /// The tokens themselves, at each position.
    init(tokens vocabulary: Int, positions count: Int, _ shape: Shape) {
        self.init(
            shape, positions: Array(0..<count), width: vocabulary,
            values: (0..<count).flatMap { _ in (0..<vocabulary).map(Double.init) },
            radii: [Double](repeating: 0, count: count * vocabulary))
    }

    var count: Int { positions.count }

    /// The largest magnitude that may be computed for an element.
    func magnitude(_ element: Int) -> Double {
        var largest = 0.0
        for place in (element * width)..<((element + 1) * width) {
            largest = max(largest, values[place].magnitude + radii[place])
        }
        return largest
    }

    /// Elements picked by number, under another shape.
    func picking(_ elements: [Int], _ shape: Shape) -> Tabled {
        var result = Tabled(
            shape, positions: elements.map { positions[$0] }, width: width, values: [], radii: [])
        for element in elements {
            result.values += values[(element * width)..<((element + 1) * width)]
            result.radii += radii[(element * width)..<((element + 1) * width)]
        }
        return result
    }

    /// x·Wᵀ + b over the last axis, rounded in float32; nil where what is added depends on several positions.
    func dense(_ weights: [Double], outputs: Int, bias: [Double]?) throws(ShapeError) -> Tabled? {
        let inputs = shape.dimensions.last ?? 1
        let repeats = count / max(inputs, 1)
        var result = Tabled(
            try Shape(shape.dimensions.dropLast() + [outputs]),
            positions: [Int](repeating: -1, count: repeats * outputs), width: width,
            values: [Double](repeating: 0, count: repeats * outputs * width),
            radii: [Double](repeating: 0, count: repeats * outputs * width))
        let rounding = Rounding.sum(terms: inputs + 2, .float32)
        var magnitudes = [Double](repeating: 0, count: width)
        for group in 0..<repeats {
            let own = Set(positions[(group * inputs)..<((group + 1) * inputs)]).subtracting([-1])
            guard own.count <= 1 else { return nil }
            for output in 0..<outputs {
                let to = group * outputs + output
                result.positions[to] = own.first ?? -1
                for column in 0..<width { magnitudes[column] = 0 }
                for input in 0..<inputs {
                    let weight = weights[output * inputs + input]
                    guard weight != 0 else { continue }
                    let from = (group * inputs + input) * width
                    for column in 0..<width {
                        let product = weight * values[from + column]
                        let radius = weight.magnitude * radii[from + column]
                        result.values[to * width + column] += product
                        result.radii[to * width + column] += radius
                        magnitudes[column] += product.magnitude + radius
                    }
                }
                let offset = bias?[output] ?? 0
                for column in 0..<width {
                    let place = to * width + column
                    result.values[place] += offset
                    result.radii[place] +=
                        rounding.relative * (magnitudes[column] + offset.magnitude) + rounding.absolute
                }
            }
        }
        return result
    }

    /// The sum or the difference, element by element with broadcasting, rounded once; nil where an element would depend on two
    /// positions.
    func adding(_ other: Tabled, sign: Double) throws(ShapeError) -> Tabled? {
        let (left, right) = try aligned(other)
        var result = left
        for element in 0..<left.count {
            let (first, second) = (left.positions[element], right.positions[element])
            guard first == second || first == -1 || second == -1 else { return nil }
            result.positions[element] = max(first, second)
        }
        let rounding = Rounding.sum(terms: 1, .float32)
        for place in result.values.indices {
            let sum = left.values[place] + sign * right.values[place]
            result.values[place] = sum
            let radius = left.radii[place] + right.radii[place]
            result.radii[place] = radius + 1.5 * rounding.relative * (sum.magnitude + radius) + rounding.absolute
        }
        return result
    }

    /// Times numbers, or divided by them, one for each element, rounded once.
    func scaled(by factors: [Double], dividing: Bool) -> Tabled {
        var result = self
        let rounding = Rounding.sum(terms: 1, .float32)
        for element in 0..<count {
            let factor = dividing ? 1 / factors[element] : factors[element]
            for place in (element * width)..<((element + 1) * width) {
                result.values[place] *= factor
                let radius = radii[place] * factor.magnitude
                let largest = result.values[place].magnitude + radius
                result.radii[place] = radius + 2 * rounding.relative * largest + rounding.absolute
            }
        }
        return result
    }

    /// Both under the shape that they have together.
    func aligned(_ other: Tabled) throws(ShapeError) -> (Tabled, Tabled) {
        let shape = try self.shape.broadcast(with: other.shape, in: "tokens")
        return (try broadcast(to: shape), try other.broadcast(to: shape))
    }

    func broadcast(to shape: Shape) throws(ShapeError) -> Tabled {
        guard self.shape != shape else { return self }
        return picking(try self.shape.places(in: shape), shape)
    }
}

extension Shape {
    /// For each element of a shape that this one is broadcast to, the element that it is.
    func places(in shape: Shape) throws(ShapeError) -> [Int] {
        let rank = shape.rank
        let own = [Int](repeating: 1, count: rank - self.rank) + dimensions
        var strides = [Int](repeating: 0, count: rank)
        var stride = 1
        for axis in (0..<rank).reversed() {
            strides[axis] = own[axis] == 1 ? 0 : stride
            stride *= own[axis]
        }
        let outer = shape.strides
        return (0..<shape.count).map { number in
            (0..<rank).reduce(0) { $0 + number / outer[$1] % shape[$1] * strides[$1] }
        }
    }
}
