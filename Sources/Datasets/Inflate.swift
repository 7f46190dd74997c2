import CZlib

/// What compressed bytes are wrapped in.
enum DeflateWrapping: Int32 {
    /// Nothing, as in .zip and .npz.
    case none = -15
    /// A gzip header and checksum; a zlib one is recognised too.
    case gzip = 47
}

/// Decompresses `bytes`, to at most `limit` bytes; throws if there is more, or if the stream is damaged or cut off.
///
/// The result grows as it is filled, from `expected` on, so that a false promise costs no memory. Several gzip members
/// one after the other are one stream.
func inflate(
    _ bytes: UnsafeRawBufferPointer, _ wrapping: DeflateWrapping, expected: Int, limit: Int
) throws(DatasetError) -> [UInt8] {
    var stream = z_stream()
    guard inflateInit2_(&stream, wrapping.rawValue, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
        throw DatasetError("zlib could not be started")
    }
    defer { inflateEnd(&stream) }
    var output = Output(capacity: min(max(expected, 64), limit, max(4096, bytes.count)), limit: limit)
    var input = bytes
    while true {
        let step = output.fill(&stream, &input)
        switch step {
        case Z_STREAM_END where input.isEmpty || wrapping == .none: return output.bytes
        case Z_STREAM_END: guard inflateReset(&stream) == Z_OK else { throw .damaged }
        case Z_OK where output.isFull: try output.grow()
        case Z_BUF_ERROR where output.isFull: try output.grow()
        case Z_OK where !input.isEmpty: continue
        default: throw .damaged
        }
    }
}

/// The bytes made so far, and room for more.
private struct Output {
    private(set) var bytes: [UInt8] = []
    private var capacity: Int
    private let limit: Int

    init(capacity: Int, limit: Int) {
        self.capacity = capacity
        self.limit = limit
        bytes.reserveCapacity(capacity)
    }

    var isFull: Bool { bytes.count == capacity }

    mutating func grow() throws(DatasetError) {
        guard capacity < limit else { throw DatasetError("decompresses to more than \(limit) bytes") }
        capacity = min(limit, capacity * 2)
    }

    /// One call of inflate into a chunk on the stack's side, appended to what there is.
    mutating func fill(_ stream: inout z_stream, _ input: inout UnsafeRawBufferPointer) -> Int32 {
        // zlib counts in 32 bits.
        let available = min(input.count, 1 << 30)
        let room = min(capacity - bytes.count, 1 << 16)
        var status = Z_OK
        var consumed = 0
        let chunk = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
            stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
            stream.avail_in = UInt32(available)
            stream.next_out = buffer.baseAddress
            stream.avail_out = UInt32(room)
            status = inflate(&stream, Z_NO_FLUSH)
            consumed = available - Int(stream.avail_in)
            count = room - Int(stream.avail_out)
        }
        bytes += chunk
        input = UnsafeRawBufferPointer(rebasing: input.dropFirst(consumed))
        return status
    }

    private func inflate(_ stream: inout z_stream, _ flush: Int32) -> Int32 { CZlib.inflate(&stream, flush) }
}

extension DatasetError {
    fileprivate static let damaged = DatasetError("the compressed data are damaged or cut off")
}
