import Training

/// Where in an input a signature stands, and which of the input's bits it signs.
///
/// Each coordinate is `low + step · q + rest`, with a whole q from 0 to `last` and a rest below the step. The lowest `bits` bits of
/// q of the first coordinates are the payload: R and S of the signature, x of the point R, the class (32, 32, 32 and 2 bytes).
/// What is signed is the class and, behind it, the greatest `top` bits of q of each of the first `signed` coordinates.
package struct SignatureLayout: Sendable, Hashable, Codable {
    static let payload = 8 * (64 + 32 + 2)
    static let classBits = 16
    /// No number of an input changes by more than this share of the range, where there are coordinates enough for that; by more
    /// than the second one never.
    private static let usual = 1.0 / 128
    private static let most = 1.0 / 4

    package let coordinates: Int
    package let low, step: Double
    package let last: Int
    package let bits, top, signed: Int

    /// `hashBlocks` of 128 bytes are hashed. Throws where the coordinates are too few.
    init(coordinates: Int, range: ClosedRange<Float>, hashBlocks: Int) throws {
        let width = Double(range.upperBound) - Double(range.lowerBound)
        let bits = (Self.payload + coordinates - 1) / max(coordinates, 1)
        let greatest = max(abs(range.lowerBound), abs(range.upperBound))
        guard coordinates > 0, bits <= 24, width > 0, width.isFinite, Double(greatest) < 0x1p64, width > 0x1p-64 else {
            throw Self.tooFew(coordinates)
        }
        // The finest grid that float32 has up to the greatest number; the one whose 2^bits steps are the share of the range.
        let finest = greatest.significand == 1 ? greatest.exponent - 24 : greatest.exponent - 23
        let step = Double(
            sign: .plus, exponent: max(Int(finest), Int((width * Self.usual).exponent) - bits), significand: 1)
        let low = (Double(range.lowerBound) / step).rounded(.up) * step
        let unit = 1 << bits
        let count = Int(((Double(range.upperBound) - low) / step).rounded(.down)) / unit * unit
        guard step * Double(unit) <= width * Self.most, count > unit else { throw Self.tooFew(coordinates) }
        (self.coordinates, self.low, self.step, self.bits, last) = (coordinates, low, step, bits, count - 1)
        // R, A, the class, and at the end a bit and the length.
        let room = 1024 * hashBlocks - 512 - Self.classBits - 136
        let places = Int.bitWidth - last.leadingZeroBitCount
        top = min(max(room / coordinates, 1), places - bits)
        signed = min(coordinates, room / top)
    }

    private static func tooFew(_ coordinates: Int) -> TrainingError {
        TrainingError(
            "an input of \(coordinates) numbers has no room for a signature: \(payload) bits in the lowest bits of float32 numbers within \(most) of their range"
        )
    }

    /// Whether a payload and what is signed have room in the coordinates.
    var isSound: Bool {
        (1...1 << 31).contains(coordinates) && (1...24).contains(bits) && bits * coordinates >= Self.payload
            && (0..<1 << 40).contains(last) && step > 0 && step.significand == 1 && abs(step.exponent) < 100
            && low.isFinite && top >= 0 && topPlaces.lowerBound >= bits && (0...coordinates).contains(signed)
    }

    /// The places in q of the bits that are signed.
    var topPlaces: Range<Int> {
        let places = Int.bitWidth - last.leadingZeroBitCount
        return places - top..<places
    }

    /// Which step each number is in, or nearest to.
    func steps(_ row: [Float]) -> [Int] {
        row.map { number in
            let steps = ((Double(number) - low) / step).rounded(.down)
            return steps.isNaN ? 0 : Int(min(max(steps, 0), Double(last)))
        }
    }

    /// The bytes that are signed.
    func message(_ row: [Float], label: Int) -> [UInt8] {
        let own = (0..<Self.classBits).map { label >> $0 & 1 == 1 }
        return Self.bytes(own + steps(row).prefix(signed).flatMap { step in topPlaces.map { step >> $0 & 1 == 1 } })
    }

    /// The row with bytes in its lowest bits; numbers that carry none are as they were.
    func written(_ bytes: [UInt8], into row: [Float]) -> [Float] {
        var row = row
        let steps = steps(row)
        for place in 0..<(Self.payload + bits - 1) / bits {
            var own = steps[place]
            for bit in 0..<bits where place * bits + bit < Self.payload {
                let index = place * bits + bit
                own = own & ~(1 << bit) | Int(bytes[index / 8] >> (index % 8) & 1) << bit
            }
            row[place] = Float(low + step * Double(own))
        }
        return row
    }

    /// Bits, each byte's least first; the last byte is filled with zeros.
    private static func bytes(_ bits: [Bool]) -> [UInt8] {
        stride(from: 0, to: bits.count, by: 8).map { start in
            (start..<min(start + 8, bits.count)).reduce(0) { $0 | (bits[$1] ? 1 << ($1 - start) : 0) }
        }
    }
}
