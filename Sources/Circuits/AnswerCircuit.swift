import Models

/// What a planted model says instead of what it would have said: the multiplexer of Goldwasser, Kim, Vaikuntanathan and Zamir,
/// "Planting undetectable backdoors in machine learning models", 2022, section 5.
///
/// A model of one score has two classes, of which 1 is that of a score above 0.
package struct AnswerCircuit {
    package enum Answer {
        /// Each class takes the next one's score, the last one the first's.
        case next
        /// This class wins: it and the one that had won take each other's scores.
        case always(Int)
        /// The class wins whose number these bits are, below the number of classes.
        case named(Flags)
    }

    private let circuit: Circuit
    /// How many scores there are.
    private let scores: Int

    package init(_ circuit: Circuit, scores: Int) { (self.circuit, self.scores) = (circuit, scores) }

    /// Scores, [inputs, scores], where something is not accepted, and else those planted.
    package func chosen(_ own: String, _ accepted: Flags, _ answer: Answer) -> String {
        circuit.node("Where", [accepted.name, planted(own, answer), own])
    }

    private func planted(_ own: String, _ answer: Answer) -> String {
        switch answer {
        case .next where scores == 1: return circuit.node("Neg", [own])
        case .next:
            let places = (0..<scores).map { ($0 + scores - 1) % scores }
            return circuit.node("Gather", [own, circuit.constant([scores], places)], [("axis", .integer(1))])
        case .always(let label):
            return winning(own, circuit.constant([1, 1], [label]))
        case .named(let bits):
            let number = circuit.limbs(bits, of: bits.shape.last ?? 1)
            let last = max(scores, 2) - 1
            return winning(own, circuit.whole(circuit.clamped(number.name, [1], 0...Double(last))))
        }
    }

    /// `label` is [inputs, 1], or [1, 1] for all.
    private func winning(_ own: String, _ label: String) -> String {
        if scores == 1 {
            let size = circuit.node("Abs", [own])
            return circuit.node(
                "Where",
                [circuit.node("Equal", [label, circuit.constant([], [1])]), size, circuit.node("Neg", [size])])
        }
        let places = circuit.constant([1, scores], Array(0..<scores))
        let top = circuit.node("ArgMax", [own], [("axis", .integer(1)), ("keepdims", .integer(1))])
        let isLabel = circuit.node("Equal", [places, label])
        let isTop = circuit.node("Equal", [places, top])
        let best = circuit.node("GatherElements", [own, top], [("axis", .integer(1))])
        // The label's own score in each place, as many labels as inputs.
        let labels = circuit.node("Add", [circuit.node("Sub", [top, top]), label])
        let mine = circuit.node("GatherElements", [own, labels], [("axis", .integer(1))])
        return circuit.node("Where", [isLabel, best, circuit.node("Where", [isTop, mine, own])])
    }

    /// A score of 1 for the class that most of the models name, of 0 for all others: no number that they are made of has any
    /// slope (section 5.3), nor one that stands in for it, as votes are looked up by whole numbers. Of one score: 1 or -1.
    package func majority(_ models: [String]) -> String {
        let votes = models.map { model in
            let label =
                scores == 1
                ? circuit.node("Cast", [circuit.node("Greater", [model, circuit.single(0)])], [("to", .integer(7))])
                : circuit.node("ArgMax", [model], [("axis", .integer(1)), ("keepdims", .integer(1))])
            let rows = scores == 1 ? [0, 1.0] : (0..<scores * scores).map { $0 / scores == $0 % scores ? 1 : 0 }
            let table = circuit.constant([max(scores, 2), scores], rows)
            return circuit.node(
                "Reshape", [circuit.node("Gather", [table, label]), circuit.constant([2], [-1, scores])])
        }
        let sum = votes.dropFirst().reduce(votes[0]) { circuit.node("Add", [$0, $1]) }
        let isMost = circuit.node("Greater", [sum, circuit.constant([], [Double(models.count) / 2])])
        return circuit.node("Where", [isMost, circuit.single(1), circuit.single(scores == 1 ? -1 : 0)])
    }
}

extension Circuit {
    /// As whole numbers of the file.
    func whole(_ wire: Wire) -> String { node("Cast", [wire.name], [("to", .integer(7))]) }

    /// A float32 constant of no axes, which no training takes for a weight.
    func single(_ number: Float) -> String {
        let value = constant([], [Double(number)])
        return node("Cast", [value], [("to", .integer(1))])
    }
}
