import Glibc

// Functions of two numbers.

extension Binary: Enclosing {
    package func enclose(_ inputs: [LanedBounds], _ output: LanedBounds, lanes: Int) {
        Enclosure.map(inputs, output, lanes) { enclose($0[0], $0[1]) }
    }

    /// Comparisons and logic give a truth value whatever their sides are; all else is unknown where a side is.
    private func enclose(_ x: Ends, _ y: Ends) -> Ends {
        let isKnown = Enclosure.isKnown(x) && Enclosure.isKnown(y)
        switch kind {
        case .and, .or, .xor: return logic(x, y, isKnown)
        case .equal, .less, .lessOrEqual, .greater, .greaterOrEqual:
            return isKnown ? comparison(x, y) : Enclosure.either
        default: return isKnown ? arithmetic(x, y) : Enclosure.unknown
        }
    }

    private func arithmetic(_ x: Ends, _ y: Ends) -> Ends {
        switch kind {
        case .add: Enclosure.sum(x, y)
        case .subtract: Enclosure.difference(x, y)
        case .multiply: Interval.product(x, y)
        case .divide: quotient(x, y)
        case .power: Power.enclose(x, y)
        case .minimum: (min(x.lower, y.lower), min(x.upper, y.upper))
        case .maximum: (max(x.lower, y.lower), max(x.upper, y.upper))
        case .modulo: Remainder.floored(x, y)
        default: Remainder.truncated(x, y)
        }
    }

    private func comparison(_ x: Ends, _ y: Ends) -> Ends {
        switch kind {
        case .equal:
            Enclosure.truth(
                certain: x.lower == x.upper && x == y, impossible: x.upper < y.lower || y.upper < x.lower)
        case .less: Enclosure.truth(certain: x.upper < y.lower, impossible: x.lower >= y.upper)
        case .lessOrEqual: Enclosure.truth(certain: x.upper <= y.lower, impossible: x.lower > y.upper)
        case .greater: Enclosure.truth(certain: x.lower > y.upper, impossible: x.upper <= y.lower)
        default: Enclosure.truth(certain: x.lower >= y.upper, impossible: x.upper < y.lower)
        }
    }

    private func logic(_ x: Ends, _ y: Ends, _ isKnown: Bool) -> Ends {
        guard isKnown else { return Enclosure.either }
        return switch kind {
        case .and: (min(x.lower, y.lower), min(x.upper, y.upper))
        case .or: (max(x.lower, y.lower), max(x.upper, y.upper))
        default:
            x.lower == x.upper && y.lower == y.upper ? (x.lower == y.lower ? (0, 0) : (1, 1)) : Enclosure.either
        }
    }

    /// Of reals or of integers, which are cut off towards zero: both are between 0 and the quotient of the ends, or beside.
    private func quotient(_ x: Ends, _ y: Ends) -> Ends {
        let (low, high) = Interval.quotient(x, y)
        return (min(low, low.rounded(.towardZero)), max(high, high.rounded(.towardZero)))
    }
}

/// x to the power y, where that is a real number for all x and y.
private enum Power {
    static func enclose(_ x: Ends, _ y: Ends) -> Ends {
        if x.lower > 0 || (x.lower == 0 && y.lower > 0) {
            // y · log(x) is least and greatest at corners.
            return hull(
                [(x.lower, y.lower), (x.lower, y.upper), (x.upper, y.lower), (x.upper, y.upper)], positive: true)
        }
        guard y.lower == y.upper, y.lower == y.lower.rounded(), y.lower.magnitude < 0x1p53 else {
            return Enclosure.unknown
        }
        let exponent = y.lower
        if exponent < 0, x.upper >= 0 { return Enclosure.unknown }
        let isEven = (exponent / 2).rounded() == exponent / 2
        let ends = hull([(x.lower, exponent), (x.upper, exponent)], positive: isEven)
        return isEven && exponent > 0 && x.upper >= 0 ? (0, ends.upper) : ends
    }

    private static func hull(_ corners: [(Double, Double)], positive: Bool) -> Ends {
        var range: Ends = (.infinity, -.infinity)
        for (base, exponent) in corners {
            let value = pow(base, exponent)
            range = (min(range.lower, value.loweredForError), max(range.upper, value.raisedForError))
        }
        return (positive ? max(range.lower, 0) : range.lower, range.upper)
    }
}

/// What is left of x after whole y, where y is not 0.
private enum Remainder {
    /// With the sign of y.
    static func floored(_ x: Ends, _ y: Ends) -> Ends {
        if y.upper < 0 {
            let mirrored = floored((-x.upper, -x.lower), (-y.upper, -y.lower))
            return (-mirrored.upper, -mirrored.lower)
        }
        guard y.lower > 0 else { return Enclosure.unknown }
        if y.lower == y.upper, let rest = sameTurn(x, y.lower) { return rest }
        return (0, y.upper)
    }

    /// With the sign of x.
    static func truncated(_ x: Ends, _ y: Ends) -> Ends {
        guard y.lower > 0 || y.upper < 0 else { return Enclosure.unknown }
        let divisor: Ends = y.upper < 0 ? (-y.upper, -y.lower) : y
        if x.lower >= 0 {
            let rest = floored(x, divisor)
            return (rest.lower, min(rest.upper, x.upper))
        }
        if x.upper <= 0 {
            let mirrored = truncated((-x.upper, -x.lower), divisor)
            return (-mirrored.upper, -mirrored.lower)
        }
        return (max(-divisor.upper, x.lower), min(divisor.upper, x.upper))
    }

    /// x less a whole number of y, if it is the same number for all x.
    private static func sameTurn(_ x: Ends, _ y: Double) -> Ends? {
        let turns = (x.lower / y).rounded(.down)
        // Rounded once, so with the right sign.
        let (first, last) = (x.lower.addingProduct(-turns, y), x.upper.addingProduct(-turns, y))
        guard turns.magnitude < 0x1p53, first >= 0, last < y else { return nil }
        let isWhole = [x.lower, x.upper, y].allSatisfy { $0 == $0.rounded() && $0.magnitude < 0x1p52 }
        return isWhole ? (first, last) : (max(first.nextDown, 0), last.nextUp)
    }
}

extension Compare: Enclosing {
    package func enclose(_ inputs: [LanedBounds], _ output: LanedBounds, lanes: Int) {
        Enclosure.map(inputs, output, lanes) { sides in
            let margin = Enclosure.difference(sides[1], sides[0])
            return relation == .less ? Margin.strict(margin) : margin
        }
    }
}

/// Margins stand for their signs.
enum Margin {
    /// 0 becomes the negative number nearest to it.
    static func strict(_ margin: Ends) -> Ends {
        (
            margin.lower == 0 ? -.leastNonzeroMagnitude : margin.lower,
            margin.upper == 0 ? -.leastNonzeroMagnitude : margin.upper
        )
    }
}
