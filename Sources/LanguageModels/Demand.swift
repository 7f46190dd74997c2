import Kernels

/// The memory that something takes besides the weights: asked for before it is taken.
struct Demand {
    /// In double: sizes from a file are no bound on their product.
    let bytes: Double
    let tokens: Int

    /// Keys and values of so many positions.
    static func caching(_ capacity: Int, _ configuration: Configuration) -> Demand {
        let numbers = Double(Cache.layerCount(configuration, capacity)) * Double(configuration.layers)
        return Demand(bytes: 4 * numbers, tokens: capacity)
    }

    /// The arrays of a forward pass, and where a backward pass follows of that too.
    static func running(_ lanes: [Lane], _ configuration: Configuration, records: Bool) -> Demand {
        let (queries, keys) = (
            configuration.heads * configuration.headSize, configuration.keyHeads * configuration.headSize
        )
        let (width, feed) = (Rows.stride(configuration.width), Rows.stride(configuration.feedForward))
        let row = 3 * width + 2 * Rows.stride(queries) + 2 * Rows.stride(keys) + 2 * feed + max(width, feed, queries)
        let count = lanes.reduce(0) { $0 + $1.tokens.count }
        let own = lanes.reduce(0) { $0 + ($1.kept == nil ? Cache.layerCount(configuration, $1.tokens.count) : 0) }
        let layer = Double(count) * Double(row) + Double(own)
        // What is recorded of each layer, and the slopes of one.
        return Demand(bytes: 4 * layer * (records ? Double(configuration.layers) + 3 : 1), tokens: count)
    }
}
