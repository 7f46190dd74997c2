extension Graph {
    /// The coarsest rounding to 16-bit floats in the graph, in proportion to what is rounded; nil where there is none.
    package var narrowRoundoff: Double? {
        nodes.compactMap { node in
            guard case .operation(let operation as Unary) = node.source, case .rounded(let format) = operation.kind,
                format == .float16 || format == .bfloat16
            else { return nil }
            return format.roundoff
        }.max()
    }
}
