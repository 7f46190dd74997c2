// Choices among elements.

extension Select: Enclosing {
    package func enclose(_ inputs: [LanedBounds], _ output: LanedBounds, lanes: Int) {
        Enclosure.map(inputs, output, lanes) { arguments in
            let condition = arguments[0]
            if condition.lower > 0 { return arguments[1] }
            if condition.lower == 0, condition.upper == 0 { return arguments[2] }
            return Enclosure.hull(arguments[1], arguments[2])
        }
    }
}

extension GatherRows: Enclosing {
    /// The hull of all rows that the index may name; unknown where it may be out of range, which gives NaN.
    package func enclose(_ inputs: [LanedBounds], _ output: LanedBounds, lanes: Int) {
        let (data, index) = (inputs[0], inputs[1])
        let (rows, inner) = (data.shape[0], data.shape.count / max(data.shape[0], 1))
        for pick in 0..<index.shape.count {
            for lane in 0..<lanes {
                let places = GatherRows.places(index[pick * lanes + lane], rows)
                for element in 0..<inner {
                    let target = (pick * inner + element) * lanes + lane
                    output[target] =
                        places.map { GatherRows.hull(data, $0, rows, inner, element, lanes, lane) }
                        ?? Enclosure.unknown
                }
            }
        }
    }

    package func enclosesUniform(_ index: Int) -> Bool { index == 0 }

    /// The whole numbers of an interval, if all are rows; negative ones count from the back.
    static func places(_ index: Ends, _ rows: Int) -> ClosedRange<Int>? {
        guard Enclosure.isKnown(index) else { return nil }
        let (first, last) = (index.lower.rounded(.up), index.upper.rounded(.down))
        guard first <= last, first >= -Double(rows), last < Double(rows) else { return nil }
        return Int(first)...Int(last)
    }

    private static func hull(
        _ data: LanedBounds, _ places: ClosedRange<Int>, _ rows: Int, _ inner: Int, _ element: Int, _ lanes: Int,
        _ lane: Int
    ) -> Ends {
        func row(_ place: Int) -> Ends {
            let at = (place < 0 ? place + rows : place) * inner + element
            return data[data.isUniform ? at : at * lanes + lane]
        }
        var range = row(places.lowerBound)
        for place in places.dropFirst() { range = Enclosure.hull(range, row(place)) }
        return range
    }
}

extension ArgExtremum: Enclosing {
    /// From the first to the last element that no other is certain to beat. NaN may be anywhere where something is unknown.
    package func enclose(_ inputs: [LanedBounds], _ output: LanedBounds, lanes: Int) {
        let (input, rank) = (inputs[0], inputs[0].shape.rank)
        let axis = axis < 0 ? axis + rank : axis
        let blocks = AxisBlocks(input.shape, axis...axis)
        for outer in 0..<blocks.outer {
            for inner in 0..<blocks.inner {
                for lane in 0..<lanes {
                    output[(outer * blocks.inner + inner) * lanes + lane] = candidates(blocks.axis) { index in
                        input[((outer * blocks.axis + index) * blocks.inner + inner) * lanes + lane]
                    }
                }
            }
        }
    }

    private func candidates(_ count: Int, _ element: (Int) -> Ends) -> Ends {
        /// As if for the largest.
        func score(_ index: Int) -> Ends {
            let x = element(index)
            return kind == .max ? x : (-x.upper, -x.lower)
        }
        guard (0..<count).allSatisfy({ Enclosure.isKnown(element($0)) }) else { return (0, Double(count - 1)) }
        let least = (0..<count).map { score($0).lower }.max() ?? 0
        var (range, ahead): (Ends?, Double) = (nil, -.infinity)
        for step in 0..<count {
            let index = tie == .first ? step : count - 1 - step
            let (low, high) = score(index)
            // Those met before win a tie.
            if high >= least, high > ahead {
                range = (min(range?.lower ?? .infinity, Double(index)), max(range?.upper ?? 0, Double(index)))
            }
            ahead = max(ahead, low)
        }
        return range ?? (0, Double(count - 1))
    }
}

extension ArgIs: Enclosing {
    /// The hull of the margins of all classes that may be meant. What is certain without any comparison is 1 or -1.
    package func enclose(_ inputs: [LanedBounds], _ output: LanedBounds, lanes: Int) {
        let (scores, count) = (inputs[0], inputs[0].shape.count)
        for lane in 0..<lanes {
            let number = inputs[1][lane]
            // All classes that are none are alike.
            let (first, last) = (max(number.lower.rounded(.up), -1), min(number.upper.rounded(.down), Double(count)))
            guard Enclosure.isKnown(number), first <= last else {
                output[lane] = Enclosure.unknown
                continue
            }
            var range: Ends?
            for place in Int(first)...Int(last) {
                let margin = margin(of: Double(place), count) { scores[$0 * lanes + lane] }
                range = range.map { Enclosure.hull($0, margin) } ?? margin
            }
            output[lane] = range ?? Enclosure.unknown
        }
    }

    private func margin(of number: Double, _ count: Int, _ score: (Int) -> Ends) -> Ends {
        let isPositive = polarity == .positive
        guard number >= 0, number < Double(count) else { return isPositive ? (-1, -1) : (1, 1) }
        let chosen = Int(number)
        var result: Ends?
        for other in 0..<count where other != chosen {
            let own = (extremum == .max) == isPositive
            let lead = Enclosure.difference(score(own ? chosen : other), score(own ? other : chosen))
            // The chosen class wins a tie only against those behind it.
            let margin = (other < chosen) == isPositive ? Margin.strict(lead) : lead
            guard Enclosure.isKnown(margin) else { return Enclosure.unknown }
            guard let least = result else {
                result = margin
                continue
            }
            result =
                isPositive
                ? (min(least.lower, margin.lower), min(least.upper, margin.upper))
                : (max(least.lower, margin.lower), max(least.upper, margin.upper))
        }
        return result ?? (isPositive ? (1, 1) : (-1, -1))
    }
}

extension ForEachRow: Enclosing {
    /// What is too long to be unrolled is not bounded.
    package func enclose(_ inputs: [LanedBounds], _ output: LanedBounds, lanes: Int) {
        output.fill(Enclosure.unknown, lanes: lanes)
    }
}
