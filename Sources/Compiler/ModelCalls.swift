import Tensors

/// How a model's answers are taken into a property.
enum AnswerReading: Hashable, Sendable {
    /// As the model computes them, in float32 where it does.
    case asComputed
    /// As computed in float64, moved by more than rounding may do: up where bit `bit` of the element's index is 0 and down
    /// where it is 1, or the other way round.
    case moved(bit: Int, Direction)

    enum Direction: Hashable, Sendable { case evenUp, evenDown }

    /// Enough of them that any two of `count` answers are moved apart and together, either way.
    static func surroundings(answers count: Int) -> [AnswerReading] {
        let bits = max(1, Int.bitWidth - max(0, count - 1).leadingZeroBitCount)
        return (0..<min(bits, 12)).flatMap { [.moved(bit: $0, .evenUp), .moved(bit: $0, .evenDown)] }
    }
}

/// A model's graph, and the same in float64 where it is asked how much rounding matters and it is not too large for that.
struct CalledModel: Sendable {
    let graph: Graph
    private(set) var wide: Graph?

    /// The coarsest rounding to 16-bit floats in it: runtimes differ in which results they round.
    let narrowRoundoff: Double?

    /// Whether others compute it: what they answer is what there is, and no rounding of ours is in it.
    let isOpaque: Bool

    init(_ graph: Graph) {
        self.graph = graph
        isOpaque = graph.isOpaque
        narrowRoundoff = graph.narrowRoundoff
    }

    /// Once for all readings. What would take more than 256 MiB so is left as it is.
    func widened() throws(ShapeError) -> CalledModel {
        guard graph.weightCount <= 1 << 25, !isOpaque else { return self }
        var model = self
        model.wide = try graph.widened()
        return model
    }

    /// How many numbers the largest answer has.
    var answerCount: Int {
        (graph.outputs + graph.inner).map { graph.shape(of: $0.value).count }.max() ?? 1
    }
}

extension Graph {
    /// The model's outputs and wanted inner tensors on `arguments`, as float64 values.
    ///
    /// `start` is the number of answers before these, so that answers of several calls are told apart by their indices. A
    /// moved answer is that of the float64 graph, further off the float32 one by four times the largest difference of the
    /// two and 2^-20 of the largest answer. Where the two agree to the bit (the arithmetic is exact) nothing moves. With
    /// 16-bit floats inside it is two of their roundings of the largest answer instead, always. An answer of a model that is
    /// too large for float64 is moved by 2^-12 of the largest.
    mutating func answers(
        of model: CalledModel, on arguments: [Value], wanted: (Graph) throws(ShapeError) -> [Value],
        _ reading: AnswerReading, startingAt start: Int = 0
    ) throws(ShapeError) -> [Value] {
        let plain = try splice(model.graph, inputs: arguments, wanted: wanted(model.graph))
        var answers: [Value] = []
        for value in plain { answers.append(try asFloat64(value)) }
        guard case .moved(let bit, let direction) = reading, !model.isOpaque else { return answers }
        var (moved, place) = ([Value](), start)
        guard let wide = model.wide else {
            for answer in answers {
                moved.append(
                    try move(answer, narrow: model.narrowRoundoff, bit: bit, direction, startingAt: place))
                place += shape(of: answer).count
            }
            return moved
        }
        var exact: [Value] = []
        for argument in arguments {
            exact.append(type(of: argument).element == .float32 ? try asFloat64(argument) : argument)
        }
        let unrounded = try splice(wide, inputs: exact, wanted: wanted(wide))
        for (answer, value) in zip(answers, unrounded) {
            moved.append(
                try move(
                    asFloat64(value), from: answer, narrow: model.narrowRoundoff, bit: bit, direction,
                    startingAt: place))
            place += shape(of: value).count
        }
        return moved
    }

    private mutating func move(
        _ value: Value, from answer: Value, narrow: Double?, bit: Int, _ direction: AnswerReading.Direction,
        startingAt start: Int
    ) throws(ShapeError) -> Value {
        guard shape(of: value).count > 0 else { return value }
        let difference = try add(Reduce(.linf), [add(Binary(.subtract), [answer, value])])
        let isRounded = try narrow == nil ? add(Unary(.sign), [difference]) : constant(.scalar(1.0))
        let size = try add(Binary(.multiply), [add(Reduce(.linf), [value]), isRounded])
        let distance = try add(
            Binary(.add),
            [
                add(Binary(.multiply), [difference, constant(.scalar(4.0))]),
                add(Binary(.multiply), [size, constant(.scalar(narrow.map { 2 * $0 } ?? 0x1p-20))]),
            ])
        return try move(value, by: distance, bit: bit, direction, startingAt: start)
    }

    /// By what rounding may do where nothing more exact is to be had.
    private mutating func move(
        _ answer: Value, narrow: Double?, bit: Int, _ direction: AnswerReading.Direction, startingAt start: Int
    ) throws(ShapeError) -> Value {
        guard shape(of: answer).count > 0 else { return answer }
        let size = try add(Reduce(.linf), [answer])
        let distance = try add(Binary(.multiply), [size, constant(.scalar(max(0x1p-12, 2 * (narrow ?? 0))))])
        return try move(answer, by: distance, bit: bit, direction, startingAt: start)
    }

    private mutating func move(
        _ value: Value, by distance: Value, bit: Int, _ direction: AnswerReading.Direction, startingAt start: Int
    ) throws(ShapeError) -> Value {
        let shape = shape(of: value)
        let even = direction == .evenUp ? 1.0 : -1.0
        let signs = (start..<(start + shape.count)).map { $0 >> bit & 1 == 0 ? even : -even }
        return try add(
            Binary(.add), [value, add(Binary(.multiply), [constant(Tensor(shape, signs)), distance])])
    }

    private mutating func asFloat64(_ value: Value) throws(ShapeError) -> Value {
        type(of: value).element == .float64 ? value : try add(Cast(to: .float64), [value])
    }
}
