/// The texts of tokens, by their ids, and ids by texts. Of equal texts the first has the id.
package struct TokenTable: Sendable {
    private var bytes: [UInt8] = []
    private var starts: [Int32] = [0]
    /// Open addressing: ids, -1 where there is none.
    private var slots: [Int32]
    private let mask: Int

    /// The largest vocabulary.
    package static let limit = 1 << 22

    package init(capacity: Int) {
        var size = 16
        while size < 2 * capacity { size *= 2 }
        slots = Array(repeating: -1, count: size)
        mask = size - 1
        starts.reserveCapacity(capacity + 1)
    }

    package init(_ texts: [[UInt8]]) {
        self.init(capacity: texts.count)
        for text in texts { text.withUnsafeBytes { append($0) } }
    }

    package var count: Int { starts.count - 1 }

    /// Adds the next token, up to the capacity.
    package mutating func append(_ text: UnsafeRawBufferPointer) {
        let id = Int32(count)
        var slot = Self.hash(text) & mask
        var isNew = true
        while slots[slot] >= 0 {
            if equals(slots[slot], text) {
                isNew = false
                break
            }
            slot = (slot + 1) & mask
        }
        if isNew { slots[slot] = id }
        bytes.append(contentsOf: text)
        starts.append(Int32(bytes.count))
    }

    package func id(of text: UnsafeRawBufferPointer) -> Int32? {
        var slot = Self.hash(text) & mask
        while slots[slot] >= 0 {
            if equals(slots[slot], text) { return slots[slot] }
            slot = (slot + 1) & mask
        }
        return nil
    }

    package func id(of text: some Sequence<UInt8>) -> Int32? { Array(text).withUnsafeBytes { id(of: $0) } }

    package subscript(id: Int32) -> ArraySlice<UInt8> { bytes[range(id)] }

    private func range(_ id: Int32) -> Range<Int> { Int(starts[Int(id)])..<Int(starts[Int(id) + 1]) }

    private func equals(_ id: Int32, _ text: UnsafeRawBufferPointer) -> Bool {
        let range = range(id)
        guard range.count == text.count else { return false }
        return bytes.withUnsafeBytes { own in
            for index in 0..<text.count where own[range.lowerBound + index] != text[index] { return false }
            return true
        }
    }

    /// FNV-1a, its upper half folded in.
    private static func hash(_ text: UnsafeRawBufferPointer) -> Int {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        return Int(truncatingIfNeeded: (hash ^ hash >> 29) & 0x3fff_ffff_ffff_ffff)
    }
}
