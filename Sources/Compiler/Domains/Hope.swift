import Texts

/// A logarithm of a probability that a violation wants larger, or smaller: what is looked for by slopes.
struct Hope {
    enum Part {
        case text([UInt32])
        /// The text of a leaf, by its place.
        case leaf(Int)
    }

    let target: [UInt32]
    let context: [Part]
    /// 1 where it should grow, else -1.
    let sign: Float

    func place(of leaf: Int) -> Int? {
        context.firstIndex { if case .leaf(let index) = $0 { index == leaf } else { false } }
    }

    /// As it stands where all but one leaf is as at `point`.
    func placed(_ leaf: Int, _ leaves: [Leaf], at point: [Double]) -> PlacedHope {
        let place = place(of: leaf) ?? 0
        func text(_ parts: ArraySlice<Part>) -> [UInt32] {
            parts.flatMap { part in
                switch part {
                case .text(let text): text
                case .leaf(let index): leaves[index].text(at: point).map(CodePoints.of) ?? []
                }
            }
        }
        return PlacedHope(
            target: target, before: text(context[..<place]), after: text(context[(place + 1)...]), sign: sign)
    }
}

/// A hope of one text's tokens, those before and behind them known.
struct PlacedHope {
    let target, before, after: [UInt32]
    let sign: Float
}
