/// UBJSON (draft 12) as XGBoost writes it, turned into JSON's text.
///
/// Arrays may have a count and a type. Nesting is at most 64 deep; a count says no more elements than there are bytes; what comes out is in
/// proportion to what goes in.
struct UniversalBinaryJSON {
    private static let deepest = 64

    private let bytes: [UInt8]
    private var place = 0
    private var text: [UInt8] = []

    static func text(of bytes: [UInt8]) throws(ModelError) -> [UInt8] {
        var reader = UniversalBinaryJSON(bytes: bytes)
        do throws(ModelError) {
            try reader.value(try reader.marker(), depth: 0)
        } catch {
            throw error.inside("byte \(reader.place)")
        }
        return reader.text
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
        text.reserveCapacity(bytes.count * 2)
    }

    private var left: Int { bytes.count - place }

    // MARK: - Bytes

    private mutating func byte() throws(ModelError) -> UInt8 {
        guard place < bytes.count else { throw ModelError("the file ends too early") }
        defer { place += 1 }
        return bytes[place]
    }

    /// The next letter that says what follows; `N` says nothing.
    private mutating func marker() throws(ModelError) -> Character {
        while true {
            let letter = Character(Unicode.Scalar(try byte()))
            if letter != "N" { return letter }
        }
    }

    private mutating func marker(_ known: Character?) throws(ModelError) -> Character {
        if let known { known } else { try marker() }
    }

    /// Big-endian, as many bytes as the type has.
    private mutating func bits<Bits: FixedWidthInteger & UnsignedInteger>(_: Bits.Type) throws(ModelError) -> Bits {
        guard left >= Bits.bitWidth / 8 else { throw ModelError("the file ends too early") }
        var bits: Bits = 0
        for _ in 0..<Bits.bitWidth / 8 { bits = (bits << 8) | Bits(try byte()) }
        return bits
    }

    private mutating func integer(_ type: Character) throws(ModelError) -> Int64? {
        switch type {
        case "i": Int64(Int8(bitPattern: try byte()))
        case "U": Int64(try byte())
        case "I": Int64(Int16(bitPattern: try bits(UInt16.self)))
        case "l": Int64(Int32(bitPattern: try bits(UInt32.self)))
        case "L": Int64(bitPattern: try bits(UInt64.self))
        default: nil
        }
    }

    /// How many bytes or elements follow: no more than there are bytes.
    private mutating func count(_ type: Character) throws(ModelError) -> Int {
        guard let count = try integer(type) else { throw ModelError("`\(type)` where a length should begin") }
        guard count >= 0, count <= left else { throw ModelError("\(count) elements in \(left) bytes") }
        return Int(count)
    }

    // MARK: - Values

    private mutating func write(_ string: String) { text += string.utf8 }

    private mutating func value(_ type: Character, depth: Int) throws(ModelError) {
        guard depth < Self.deepest else {
            throw ModelError("lists and objects are nested more than \(Self.deepest) deep")
        }
        if let integer = try integer(type) { return write("\(integer)") }
        switch type {
        case "Z": write("null")
        case "T": write("true")
        case "F": write("false")
        case "d": write(Double(Float(bitPattern: try bits(UInt32.self))))
        case "D": write(Double(bitPattern: try bits(UInt64.self)))
        case "C": quote([try byte()])
        case "S": try string(try marker())
        case "[": try array(depth)
        case "{": try object(depth)
        default: throw ModelError("`\(type)` begins no value that is known")
        }
    }

    private mutating func write(_ number: Double) {
        write(number.isNaN ? "NaN" : number.isInfinite ? (number < 0 ? "-Infinity" : "Infinity") : "\(number)")
    }

    private mutating func string(_ type: Character) throws(ModelError) {
        let count = try count(type)
        quote(bytes[place..<place + count])
        place += count
    }

    private mutating func quote(_ bytes: some Sequence<UInt8>) {
        text.append(UInt8(ascii: "\""))
        for byte in bytes {
            if byte < 0x20 {
                let digits = Array("0123456789abcdef".utf8)
                text += "\\u00".utf8
                text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            } else {
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { text.append(UInt8(ascii: "\\")) }
                text.append(byte)
            }
        }
        text.append(UInt8(ascii: "\""))
    }

    private mutating func array(_ depth: Int) throws(ModelError) {
        write("[")
        let form = try form()
        var (index, next) = (0, form.next)
        while form.count.map({ index < $0 }) ?? (next != "]") {
            if index > 0 { write(",") }
            try value(try marker(form.type ?? next), depth: depth + 1)
            index += 1
            next = form.count == nil ? try marker() : nil
        }
        write("]")
    }

    private mutating func object(_ depth: Int) throws(ModelError) {
        write("{")
        let form = try form()
        var (index, next) = (0, form.next)
        while form.count.map({ index < $0 }) ?? (next != "}") {
            if index > 0 { write(",") }
            try string(try marker(next))
            write(":")
            try value(try marker(form.type), depth: depth + 1)
            index += 1
            next = form.count == nil ? try marker() : nil
        }
        write("}")
    }

    /// What stands before the elements: a type of them all, their count, or else the first one's marker.
    private mutating func form() throws(ModelError) -> (type: Character?, count: Int?, next: Character?) {
        var (type, next) = (Character?.none, try marker())
        if next == "$" {
            let named = try marker()
            guard !"ZTFN".contains(named) else {
                throw ModelError("a list of elements of type `\(named)`, which take no bytes")
            }
            (type, next) = (named, try marker())
            guard next == "#" else { throw ModelError("a list has a type and no count") }
        }
        guard next == "#" else { return (nil, nil, next) }
        return (type, try count(try marker()), nil)
    }
}
