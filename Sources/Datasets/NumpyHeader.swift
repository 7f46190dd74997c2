/// The header of a .npy file: `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`.
struct NumpyHeader {
    enum Order { case rowMajor, columnMajor }

    private(set) var descriptor = ""
    private(set) var order = Order.rowMajor
    private(set) var shape: [Int] = []

    init(parsing bytes: UnsafeRawBufferPointer) throws(DatasetError) {
        var parser = LiteralParser(bytes: bytes)
        var keys = Set<String>()
        try parser.expect("{")
        while !parser.accept("}") {
            let key = try parser.text()
            try parser.expect(":")
            switch key {
            case "descr": descriptor = try parser.descriptor()
            case "fortran_order": order = try parser.truth() ? .columnMajor : .rowMajor
            case "shape": shape = try parser.tuple()
            default: throw DatasetError("the header has an unknown entry `\(key)`")
            }
            keys.insert(key)
            if !parser.accept(",") {
                try parser.expect("}")
                break
            }
        }
        guard keys.count == 3 else { throw DatasetError("the header lacks descr, fortran_order or shape") }
    }
}

/// Reads the few Python literals a header is made of.
private struct LiteralParser {
    let bytes: UnsafeRawBufferPointer
    private var position = 0

    init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    mutating func accept(_ symbol: Unicode.Scalar) -> Bool {
        while position < bytes.count, bytes[position] <= UInt8(ascii: " ") { position += 1 }
        guard position < bytes.count, bytes[position] == UInt8(ascii: symbol) else { return false }
        position += 1
        return true
    }

    mutating func expect(_ symbol: Unicode.Scalar) throws(DatasetError) {
        guard accept(symbol) else { throw DatasetError("the header is malformed: `\(symbol)` is missing") }
    }

    mutating func text() throws(DatasetError) -> String {
        let quote: Unicode.Scalar = accept("'") ? "'" : "\""
        if quote == "\"" { try expect("\"") }
        let start = position
        while position < bytes.count, bytes[position] != UInt8(ascii: quote) { position += 1 }
        guard position < bytes.count else { throw DatasetError("the header is malformed: a text has no end") }
        defer { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// A list here describes records.
    mutating func descriptor() throws(DatasetError) -> String {
        if accept("[") { throw DatasetError("records are not supported; save each field as an array") }
        return try text()
    }

    mutating func truth() throws(DatasetError) -> Bool {
        let word = word { $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "z") }
        guard word == "True" || word == "False" else { throw DatasetError("fortran_order is neither True nor False") }
        return word == "True"
    }

    mutating func tuple() throws(DatasetError) -> [Int] {
        try expect("(")
        var numbers: [Int] = []
        while !accept(")") {
            let digits = word { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
            guard let number = Int(digits) else { throw DatasetError("shape is not a tuple of whole numbers") }
            numbers.append(number)
            if !accept(",") {
                try expect(")")
                break
            }
        }
        return numbers
    }

    private mutating func word(_ belongs: (UInt8) -> Bool) -> String {
        while position < bytes.count, bytes[position] <= UInt8(ascii: " ") { position += 1 }
        let start = position
        while position < bytes.count, belongs(bytes[position]) { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }
}
