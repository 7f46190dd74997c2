/// A sequence to be run: what came before, and tokens that follow it.
struct Lane: Sendable {
    /// Tokens that were run before, and are shared with other lanes.
    var prefix: Cache?
    var tokens: [Int32]
    /// Where keys and values of `tokens` are kept, behind those that are there already; nil where nothing follows.
    var kept: Cache?
    /// Which of `tokens` something is asked of.
    var wanted: Range<Int>

    /// Positions before `tokens`.
    var before: Int { (prefix?.count ?? 0) + (kept?.count ?? 0) }
}
