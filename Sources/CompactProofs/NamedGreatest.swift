import Tensors

/// The claim that a model names the greatest of its tokens, `argmax(net(x)) == max(x)`, or that it does not.
package struct NamedGreatest: Sendable {
    /// Whether the claim is `!=`.
    package let isDenied: Bool
    /// The most words of 64 bits that the sets of all cells may have: 64 MiB.
    private static let mostWords = 1 << 23

    /// What the model is made of.
    package let tables: AttentionTables

    /// Reads the truth of a claim about `input`, which holds whole numbers from 0 to `vocabulary - 1`. Throws `Unread` where it
    /// is another claim, or the model another one than a head of attention.
    package init(_ graph: Graph, truth: Graph.Value, input: Graph.Value, vocabulary: Int) throws {
        guard let (logits, named, polarity) = graph.argmaxClaim(truth), graph.isGreatest(named, of: input) else {
            throw Unread("the claim is not that the greatest score is that of the greatest token")
        }
        isDenied = polarity == .negative
        let positions = graph.shape(of: input).count
        guard positions > 1, vocabulary > 1, Cells.isCountable(positions: positions, vocabulary: vocabulary) else {
            throw Unread("there are too few sequences, or too many to count")
        }
        guard Cells.words(positions: positions, vocabulary: vocabulary) <= Self.mostWords else {
            throw Unread("cells of \(vocabulary) tokens at \(positions) positions do not fit into memory")
        }
        tables = try AttentionTables(graph, logits: logits, input: input, vocabulary: vocabulary)
    }
}

extension Graph {
    fileprivate func operation(_ value: Value) -> (any Operator)? {
        if case .operation(let operation) = nodes[value.index].source { operation } else { nil }
    }

    /// The scores and the class of `argmax(scores) == class`, seen through what does not change it.
    fileprivate func argmaxClaim(_ truth: Value) -> (Value, Value, ArgIs.Polarity)? {
        var value = truth
        while true {
            switch operation(value) {
            case is Truth, is Cast: value = nodes[value.index].inputs[0]
            case let it as Rearrange where it.map == .identity: value = nodes[value.index].inputs[0]
            case let it as ArgIs where it.extremum == .max:
                return (nodes[value.index].inputs[0], nodes[value.index].inputs[1], it.polarity)
            default: return nil
            }
        }
    }

    /// Whether a value is the greatest element of the input, unchanged.
    fileprivate func isGreatest(_ value: Value, of input: Value) -> Bool {
        var (value, isReduced) = (value, false)
        while value != input {
            switch operation(value) {
            case let it as Reduce where it.kind == .maximum && !isReduced && shape(of: value).count == 1:
                isReduced = true
            case is Cast: break
            case let it as Rearrange where it.map == .identity: break
            default: return false
            }
            value = nodes[value.index].inputs[0]
        }
        return isReduced
    }
}
