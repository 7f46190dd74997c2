extension ScatterRows: Enclosing {
    /// Each row may or may not have met an update that may go to it; unknown where one may go nowhere.
    package func enclose(_ inputs: [LanedBounds], _ output: LanedBounds, lanes: Int) {
        let (data, index, updates) = (inputs[0], inputs[1], inputs[2])
        let (rows, inner) = (data.shape[0], data.shape.count / max(data.shape[0], 1))
        for place in 0..<(data.shape.count * lanes) { output[place] = data[place] }
        for lane in 0..<lanes {
            for update in 0..<index.shape.count {
                guard let places = GatherRows.places(index[update * lanes + lane], rows) else {
                    for element in 0..<data.shape.count { output[element * lanes + lane] = Enclosure.unknown }
                    break
                }
                for place in places {
                    let row = place < 0 ? place + rows : place
                    for element in 0..<inner {
                        let target = (row * inner + element) * lanes + lane
                        let new = combined(output[target], updates[(update * inner + element) * lanes + lane])
                        output[target] = places.count == 1 ? new : Enclosure.hull(output[target], new)
                    }
                }
            }
        }
    }

    private func combined(_ old: Ends, _ new: Ends) -> Ends {
        if combination == .none { return new }
        guard Enclosure.isKnown(old), Enclosure.isKnown(new) else { return Enclosure.unknown }
        switch combination {
        case .none: return new
        case .min: return (min(old.lower, new.lower), min(old.upper, new.upper))
        case .max: return (max(old.lower, new.lower), max(old.upper, new.upper))
        case .add: return rounded((old.lower + new.lower, old.upper + new.upper))
        case .mul:
            let products = [
                old.lower * new.lower, old.lower * new.upper, old.upper * new.lower, old.upper * new.upper,
            ]
            return rounded((products.min() ?? 0, products.max() ?? 0))
        }
    }

    /// Around what one rounding, in either format, makes of an interval.
    private func rounded(_ range: Ends) -> Ends {
        func error(_ end: Double) -> Double { end.magnitude * 0x1p-22 + 0x1p-148 }
        guard max(range.lower.magnitude, range.upper.magnitude) < 0x1p126 else { return Enclosure.unknown }
        return ((range.lower - error(range.lower)).nextDown, (range.upper + error(range.upper)).nextUp)
    }
}
