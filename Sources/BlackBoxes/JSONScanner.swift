/// Reads JSON from bytes, member by member, and keeps no tree: what is not asked for is passed over.
///
/// Nesting is bounded, and memory by the size of the bytes. Numbers have at most 400 characters. Beyond JSON, `NaN`,
/// `Infinity` and `-Infinity` are numbers, with quotes and without.
struct JSONScanner {
    private static let deepest = 32
    private static let longestNumber = 400

    let bytes: [UInt8]
    private var place = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func error(_ what: String) -> BoxError { .rubbish("\(what) at byte \(place)", in: bytes) }

    private mutating func skipBlanks() {
        while place < bytes.count, Self.isBlank(bytes[place]) { place += 1 }
    }

    /// The next byte that is no blank.
    mutating func peek() -> UInt8? {
        skipBlanks()
        return place < bytes.count ? bytes[place] : nil
    }

    mutating func accept(_ character: Character) -> Bool {
        guard peek() == character.asciiValue else { return false }
        place += 1
        return true
    }

    mutating func expect(_ character: Character) throws(BoxError) {
        guard accept(character) else { throw error("`\(character)` is missing") }
    }

    /// Nothing but blanks may be left.
    mutating func expectEnd() throws(BoxError) {
        guard peek() == nil else { throw error("something stands behind its end") }
    }

    private mutating func accept(word: String) -> Bool {
        skipBlanks()
        guard bytes[place...].starts(with: word.utf8) else { return false }
        place += word.utf8.count
        return true
    }

    /// Calls `member` at the value of each member, which it has to take.
    mutating func object(_ member: (String, inout JSONScanner) throws(BoxError) -> Void) throws(BoxError) {
        try expect("{")
        guard !accept("}") else { return }
        repeat {
            let name = try string()
            try expect(":")
            try member(name, &self)
        } while accept(",")
        try expect("}")
    }

    /// Calls `element` at each element, which it has to take.
    mutating func array(_ element: (inout JSONScanner) throws(BoxError) -> Void) throws(BoxError) {
        try expect("[")
        guard !accept("]") else { return }
        repeat { try element(&self) } while accept(",")
        try expect("]")
    }

    mutating func skip(depth: Int = 0) throws(BoxError) {
        guard depth < Self.deepest else { throw error("it nests too deep") }
        switch peek() {
        case UInt8(ascii: "{"):
            try object { (_, scanner) throws(BoxError) in try scanner.skip(depth: depth + 1) }
        case UInt8(ascii: "["): try array { (scanner) throws(BoxError) in try scanner.skip(depth: depth + 1) }
        case UInt8(ascii: "\""): _ = try string()
        default: if !accept(word: "null"), try !takeTruth() { _ = try number() }
        }
    }

    private mutating func takeTruth() throws(BoxError) -> Bool { accept(word: "true") || accept(word: "false") }

    mutating func string() throws(BoxError) -> String {
        try expect("\"")
        var units: [UInt8] = []
        while place < bytes.count {
            let byte = bytes[place]
            place += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: units, as: UTF8.self)
            case UInt8(ascii: "\\"): units += try escape()
            case 0..<0x20: throw error("a string has a control character")
            default: units.append(byte)
            }
        }
        throw error("a string does not end")
    }

    private mutating func escape() throws(BoxError) -> [UInt8] {
        guard place < bytes.count else { throw error("a string does not end") }
        let byte = bytes[place]
        place += 1
        switch byte {
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "u"):
            let first = try unit()
            guard UTF16.isLeadSurrogate(first) else { return Self.utf8([first]) }
            guard place + 1 < bytes.count, bytes[place] == UInt8(ascii: "\\"), bytes[place + 1] == UInt8(ascii: "u")
            else { return Self.utf8([first]) }
            place += 2
            return Self.utf8([first, try unit()])
        default: throw error("`\\` is followed by what JSON does not know")
        }
    }

    private static func utf8(_ units: [UInt16]) -> [UInt8] { Array(String(decoding: units, as: UTF16.self).utf8) }

    private mutating func unit() throws(BoxError) -> UInt16 {
        guard place + 4 <= bytes.count,
            let unit = UInt16(String(decoding: bytes[place..<place + 4], as: UTF8.self), radix: 16)
        else { throw error("`\\u` has no four digits") }
        place += 4
        return unit
    }

    /// A number, or a truth value as 1 or 0.
    mutating func number() throws(BoxError) -> Double {
        if accept(word: "true") { return 1 }
        if accept(word: "false") { return 0 }
        let isQuoted = accept("\"")
        let value: Double
        if accept(word: "NaN") {
            value = .nan
        } else if accept(word: "Infinity") {
            value = .infinity
        } else if accept(word: "-Infinity") {
            value = -.infinity
        } else if !isQuoted {
            return try plainNumber()
        } else {
            throw error("a number is missing")
        }
        if isQuoted { try expect("\"") }
        return value
    }

    private mutating func plainNumber() throws(BoxError) -> Double {
        let start = place
        while place < bytes.count, Self.isInNumber(bytes[place]) { place += 1 }
        guard place > start, place - start <= Self.longestNumber, Self.begins(bytes[start]),
            let value = Double(String(decoding: bytes[start..<place], as: UTF8.self))
        else {
            place = start
            throw error("a number is missing")
        }
        return value
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }

    private static func begins(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "-") || isDigit(byte) }
    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    private static func isInNumber(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"): true
        default: isDigit(byte)
        }
    }

    /// A whole number that an `Int` holds.
    mutating func wholeNumber() throws(BoxError) -> Int {
        guard let whole = Int(exactly: try number()) else { throw error("a number is not whole") }
        return whole
    }
}
