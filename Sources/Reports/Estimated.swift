import Compiler

extension Verdict {
    /// What draws say of a check.
    package struct Estimated: Sendable {
        package enum Decision: Sendable, Hashable {
            /// With the confidence asked for.
            case holds, fails
            case undecided
        }

        package let decision: Decision
        package let confidence: Double
        /// The words of the checks.
        package let check: String
        package let quantities: [Quantity]
        /// The outer variables at which the check fails; nil where there are none.
        package let example: Counterexample?

        package init(
            _ decision: Decision, confidence: Double, check: String, quantities: [Quantity], example: Counterexample?
        ) {
            (self.decision, self.confidence, self.check) = (decision, confidence, check)
            (self.quantities, self.example) = (quantities, example)
        }
    }

    /// One number that was estimated.
    package struct Quantity: Sendable {
        /// As in the spec.
        package let words: String
        package let estimate: Double
        /// Where all of them lie, jointly, with the confidence asked for.
        package let lower, upper: Double
        /// The share of inputs that is proved to count, so that none of them is drawn; nil where nothing is proved.
        package let certain: Double?
        /// Draws that count: that `where` let through, or that are not proved.
        package let count: Int
        package let drawn: Int
        /// Of a rate.
        package let successes: Int?
        /// Of a mean: between which bounds its values lie.
        package let range: ClosedRange<Double>?
        /// How the interval is made, by its name in the field.
        package let method: String

        package init(
            words: String, estimate: Double, interval: ClosedRange<Double>, certain: Double? = nil, count: Int,
            drawn: Int, successes: Int?,
            range: ClosedRange<Double>?, method: String
        ) {
            (self.words, self.estimate) = (words, estimate)
            (lower, upper, self.certain) = (interval.lowerBound, interval.upperBound, certain)
            (self.count, self.drawn, self.successes) = (count, drawn, successes)
            (self.range, self.method) = (range, method)
        }
    }
}

extension TextReport {
    /// The lines of a verdict by estimates, behind the one that says what was checked.
    func estimated(_ it: Verdict.Estimated, _ word: Verdict.Word, _ effort: Verdict.Effort) -> [String] {
        let confidence = it.decision == .undecided ? "" : " \(Notation.text(it.confidence))"
        var lines = ["  \(paint(word.rawValue + confidence, word.paint))  \(it.check)"]
        for quantity in it.quantities { lines += described(quantity) }
        if it.decision == .undecided {
            lines.append(
                "    neither is sure with confidence \(Notation.text(it.confidence)): the intervals have to be narrower"
            )
        }
        if let example = it.example {
            lines.append("    at")
            for input in example.inputs {
                for (index, text) in described(input, "fails").enumerated() {
                    lines.append("      " + (index == 0 ? input.leaf.name : "") + "  " + text)
                }
            }
            lines.append("    not shrunk; drawn anew at this input, not with the draws it was found by")
        }
        lines.append("    \(self.effort(effort))")
        return lines
    }

    private func described(_ quantity: Verdict.Quantity) -> [String] {
        let share = quantity.successes.map { "\("\($0)".grouped) of " } ?? ""
        let left = quantity.drawn - quantity.count
        let why = quantity.certain == nil ? "left out by `where`" : "of inputs that are proved to count"
        let drawn = left > 0 ? ", \("\(left)".grouped) \(why)" : ""
        var lines = [
            "    \(quantity.words)",
            "      between \(below(quantity.lower)) and \(above(quantity.upper)); estimate \(short(quantity.estimate)), "
                + "\(share)\(plural(quantity.count, "draw"))\(drawn); \(quantity.method)",
        ]
        if let certain = quantity.certain {
            lines.append(
                "      at least \(below(certain)) of all inputs are proved to count; the others are drawn from")
        }
        if let range = quantity.range {
            lines.append(
                "      its values lie between \(below(range.lowerBound)) and \(above(range.upperBound)), by bounds")
        }
        return lines
    }

    /// Rounded so that the interval as printed holds the one that was computed.
    func below(_ value: Double) -> String { value.rounded(toSignificant: 5, .down) }
    func above(_ value: Double) -> String { value.rounded(toSignificant: 5, .up) }
}
