/// How much memory decoding one file may take, so that a small file cannot ask for a large amount.
///
/// Two bytes are enough to declare an empty node, which takes a hundred when decoded. Whoever decodes a message
/// charges its size here first; real models stay far below the allowance.
final class DecodingBudget {
    private var left: Int
    private let depthLimit: Int
    private var depth = 0

    /// Allows twelve times the file, which its lists of small numbers take, and 16 MB beside it; and messages nested 64 deep.
    init(fileSize: Int, depthLimit: Int = 64) {
        left = fileSize.multipliedReportingOverflow(by: 12).partialValue &+ 16 << 20
        self.depthLimit = depthLimit
    }

    /// Charges one element of a growing array of `type`; half as much again for the room arrays leave when they grow.
    func charge<Element>(_ type: Element.Type, count: Int = 1) throws(ModelError) {
        let size = MemoryLayout<Element>.stride
        let (bytes, overflow) = (size + size / 2).multipliedReportingOverflow(by: count)
        guard !overflow, bytes <= left else {
            throw ModelError("the file declares far more parts than its size can hold", hint: "the file is damaged")
        }
        left -= bytes
    }

    /// Runs `body` one level of nesting further in.
    func nested<Result>(_ body: () throws(ModelError) -> Result) throws(ModelError) -> Result {
        guard depth < depthLimit else { throw ModelError("graphs nested more than \(depthLimit) deep") }
        depth += 1
        defer { depth -= 1 }
        return try body()
    }
}
