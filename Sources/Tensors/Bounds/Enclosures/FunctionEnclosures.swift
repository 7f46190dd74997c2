// Functions of one number.

extension Unary: Enclosing {
    package func enclose(_ inputs: [LanedBounds], _ output: LanedBounds, lanes: Int) {
        guard kind == .not else { return kind.range(inputs[0], output, lanes: lanes) }
        Enclosure.map(inputs[0], output, lanes) { x in
            Enclosure.truth(certain: x.lower == 0 && x.upper == 0, impossible: x.lower > 0 || x.upper < 0)
        }
    }
}

extension Cast: Enclosing {
    /// To integers towards zero, what does not fit to the nearest that does; to truth values whether it is not zero.
    package func enclose(_ inputs: [LanedBounds], _ output: LanedBounds, lanes: Int) {
        Enclosure.map(inputs[0], output, lanes) { x in
            switch element {
            case .bool:
                return Enclosure.truth(
                    certain: x.lower > 0 || x.upper < 0, impossible: x.lower == 0 && x.upper == 0)
            case .int64:
                guard Enclosure.isKnown(x) else { return Enclosure.unknown }
                return (integer(x.lower), integer(x.upper))
            case .float32, .float64: return x
            }
        }
    }

    private func integer(_ x: Double) -> Double { min(max(x.rounded(.towardZero), -0x1p63), 0x1p63) }
}

extension Truth: Enclosing {
    package func enclose(_ inputs: [LanedBounds], _ output: LanedBounds, lanes: Int) {
        Enclosure.map(inputs[0], output, lanes) { margin in
            guard Enclosure.isKnown(margin) else { return Enclosure.either }
            return Enclosure.truth(certain: margin.lower >= 0, impossible: margin.upper < 0)
        }
    }
}
