/// Margins: of comparisons, and of where the largest element is. They stand for their signs.
extension Decomposer {
    /// b - a is at least 0 as computed exactly where it is: subtraction has no underflow. A strict margin of 0 is the
    /// negative number nearest to it.
    mutating func margin(_ compare: Compare, _ a: Value, _ b: Value) throws(ShapeError) -> Value {
        let result = try compare.resultType(of: [type(of: a), type(of: b)]).shape
        // A difference from 0 is none: bounds of a sign are kept to the last bit.
        if compare.relation == .lessOrEqual, isZero(a) { return try expanded(b, to: result) }
        if compare.relation == .lessOrEqual, isZero(b) {
            return try expanded(add(Unary(.negate), [a]), to: result)
        }
        return try add(Binary(.subtract), [b, a], compare.relation == .less ? .strict : .exact)
    }

    private func isZero(_ value: Value) -> Bool {
        graph.constant(of: value)?.doubles.allSatisfy { $0 == 0 } == true
    }

    /// The least lead of a constant class over the others, or the greatest lead of another over it.
    mutating func margin(_ margin: ArgIs, _ scores: Value, _ number: Value) throws(ShapeError) -> Value {
        let count = shape(of: scores).count
        guard count > 1, let chosen = graph.constant(of: number)?.integers?.first, (0..<Int64(count)).contains(chosen)
        else { return try add(margin, [scores, number]) }
        let rivals = (0..<Int32(count)).filter { $0 != Int32(chosen) }
        let shape = try Shape([count - 1])
        let others = try gathered(scores, rivals, shape)
        let own = try gathered(scores, rivals.map { _ in Int32(chosen) }, shape)
        let isPositive = margin.polarity == .positive
        let leads = (margin.extremum == .max) == isPositive ? [own, others] : [others, own]
        let lead = try add(Binary(.subtract), leads, .strict)
        return try extreme(isPositive ? .min : .max, ofFirstAxis: lead)
    }
}

extension Rounding {
    fileprivate static let strict = Rounding(relative: 0, absolute: .leastNonzeroMagnitude)
}
