import Formatting
import Glibc
import Tensors
import Texts

/// What is sent to a server, and how what comes back is read: README.md in this folder is the protocol.
enum Message {
    /// The version of the protocol.
    static let version = 1
    /// Bytes of one number, at most.
    static let numberBytes = 28
    /// Elements of all tensors of a question or an answer, at most.
    static let mostElements = 1 << 22
    private static let mostPorts = 1024
    /// Texts that one tensor may be.
    private static let mostTexts = 1024
    private static let textType = "text"

    // MARK: - Sent

    static func hello(_ id: Int) -> [UInt8] { Array("{\"id\":\(id),\"hello\":{\"protocol\":\(version)}}".utf8) }

    /// One line, without its end: for each input the tensors of all rows, and what else is given.
    static func request(
        _ id: Int, _ questions: [[Double]], _ ports: [Signature.Port], spare: String = ""
    ) -> [UInt8] {
        var text: [UInt8] = Array("{\"id\":\(id),\"inputs\":{".utf8)
        var start = 0
        for (index, port) in ports.enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            text += quoted(port.name)
            text += ":[".utf8
            for (row, question) in questions.enumerated() {
                if row > 0 { text.append(UInt8(ascii: ",")) }
                if port.isText {
                    text += quoted(CodePoints.text(CodePoints.read(question[start..<start + port.type.shape.count])))
                    continue
                }
                var place = start
                write(question, &place, port.type.shape.dimensions[...], port, to: &text)
            }
            text += "]".utf8
            start += port.type.shape.count
        }
        text += "}\(spare)}".utf8
        return text
    }

    private static func write(
        _ numbers: [Double], _ place: inout Int, _ dimensions: ArraySlice<Int>, _ port: Signature.Port,
        to text: inout [UInt8]
    ) {
        guard let size = dimensions.first else {
            if let texts = port.texts {
                text += quoted(texts[Int(numbers[place])])
            } else {
                text += self.text(numbers[place], port.type.element).utf8
            }
            place += 1
            return
        }
        text.append(UInt8(ascii: "["))
        for index in 0..<size {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            write(numbers, &place, dimensions.dropFirst(), port, to: &text)
        }
        text.append(UInt8(ascii: "]"))
    }

    /// The shortest text that reads as the same float64, which a float32 is too.
    private static func text(_ number: Double, _ element: ElementType) -> String {
        switch element {
        case .bool: return number != 0 ? "true" : "false"
        case .int64: return Int(exactly: number).map { "\($0)" } ?? "\(number)"
        case .float32, .float64: break
        }
        if number.isNaN { return "\"NaN\"" }
        return number.isFinite ? "\(number)" : number > 0 ? "\"Infinity\"" : "\"-Infinity\""
    }

    static func quoted(_ text: String) -> [UInt8] {
        var quoted: [UInt8] = [UInt8(ascii: "\"")]
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): quoted += [UInt8(ascii: "\\"), byte]
            case 0..<0x20: quoted += String(format: "\\u%04x", Int(byte)).utf8
            default: quoted.append(byte)
            }
        }
        return quoted + [UInt8(ascii: "\"")]
    }

    // MARK: - Read

    /// What a server says of itself.
    struct Greeting: Hashable {
        var signature: Signature
        /// Rows that it takes at once; nil where it does not say.
        var batch: Int?
    }

    static func greeting(_ line: [UInt8], id: Int) throws(BoxError) -> Greeting {
        var (inputs, outputs, batch, spoken): ([Signature.Port]?, [Signature.Port]?, Int?, Int?)
        try read(line, id: id) { (name, scanner) throws(BoxError) in
            switch name {
            case "protocol": spoken = try scanner.wholeNumber()
            case "inputs": inputs = try ports(&scanner)
            case "outputs": outputs = try ports(&scanner, areOutputs: true)
            case "batch": batch = try scanner.wholeNumber()
            default: try scanner.skip()
            }
        }
        guard let spoken else { throw .rubbish("it has no `protocol`", in: line) }
        guard spoken == version else {
            throw BoxError(.unfit, "it speaks version \(spoken) of the protocol, not version \(version)")
        }
        guard let inputs, let outputs, !inputs.isEmpty, !outputs.isEmpty else {
            throw .rubbish("it does not say its `inputs` and `outputs`", in: line)
        }
        guard batch.map({ $0 >= 1 }) ?? true else { throw .rubbish("its `batch` is below 1", in: line) }
        return Greeting(signature: Signature(inputs: inputs, outputs: outputs), batch: batch)
    }

    private static func ports(
        _ scanner: inout JSONScanner, areOutputs: Bool = false
    ) throws(BoxError) -> [Signature.Port] {
        var ports: [Signature.Port] = []
        var elements = 0
        try scanner.array { (scanner) throws(BoxError) in
            let port = try port(&scanner)
            guard !areOutputs || port.texts?.isEmpty != true else {
                throw scanner.error("`\(port.name)` is text, and has no `texts` that say what it may be")
            }
            elements += port.type.shape.count
            guard ports.count < mostPorts, elements <= mostElements else {
                throw scanner.error("it has more than \(mostPorts) tensors or \(mostElements) elements")
            }
            guard !ports.contains(where: { $0.name == port.name }) else {
                throw scanner.error("two tensors are named `\(port.name)`")
            }
            ports.append(port)
        }
        return ports
    }

    private static func port(_ scanner: inout JSONScanner) throws(BoxError) -> Signature.Port {
        var (name, element, sizes): (String?, ElementType?, [Int]?)
        var (isText, texts, longest) = (false, [String](), Int?.none)
        try scanner.object { (key, scanner) throws(BoxError) in
            switch key {
            case "name": name = try scanner.string()
            case "type":
                let word = try scanner.string()
                isText = word == textType
                element = isText ? .int64 : ElementType(rawValue: word)
                guard element != nil else {
                    throw scanner.error("`\(word)` is no type: float32, float64, int64, bool, \(textType)")
                }
            case "texts":
                try scanner.array { (scanner) throws(BoxError) in
                    let text = try scanner.string()
                    guard texts.count < mostTexts, !texts.contains(text) else {
                        throw scanner.error("a text stands there twice, or there are more than \(mostTexts)")
                    }
                    texts.append(text)
                }
            case "longest": longest = try scanner.wholeNumber()
            case "shape":
                var found: [Int] = []
                try scanner.array { (scanner) throws(BoxError) in
                    let size = try scanner.wholeNumber()
                    guard size >= 0, size <= mostElements, found.count < 16 else { throw scanner.error("no shape") }
                    found.append(size)
                }
                sizes = found
            default: try scanner.skip()
            }
        }
        guard let name, let element, var sizes else { throw scanner.error("a tensor has `name`, `type` and `shape`") }
        if let longest {
            guard isText, texts.isEmpty, sizes.isEmpty, (1...mostElements).contains(longest) else {
                throw scanner.error("`longest` is of one \(textType) that may be any: `\"shape\":[]`, and no `texts`")
            }
            sizes = [longest]
        }
        guard let shape = try? Shape(sizes), shape.count <= mostElements else { throw scanner.error("no shape") }
        if longest != nil { return Signature.Port(name, TensorType(element, shape), isText: true) }
        return Signature.Port(name, TensorType(element, shape), texts: isText ? texts : nil)
    }

    /// The numbers of all outputs for each row.
    static func answers(
        _ line: [UInt8], id: Int?, rows: Int, _ signature: Signature
    ) throws(BoxError) -> [[Double]] {
        var found: [String: [Double]] = [:]
        try read(line, id: id) { (name, scanner) throws(BoxError) in
            guard name == "outputs" else { return try scanner.skip() }
            try scanner.object { (name, scanner) throws(BoxError) in
                guard let port = signature.output(named: name) else { return try scanner.skip() }
                guard found[name] == nil else { throw scanner.error("`\(name)` stands there twice") }
                found[name] = try tensor(&scanner, port, rows: rows)
            }
        }
        var answers = [[Double]](repeating: [], count: rows)
        for port in signature.outputs {
            guard let numbers = found[port.name] else { throw .rubbish("it has no output `\(port.name)`", in: line) }
            let count = port.type.shape.count
            for row in 0..<rows { answers[row] += numbers[row * count..<(row + 1) * count] }
        }
        return answers
    }

    private static func tensor(
        _ scanner: inout JSONScanner, _ port: Signature.Port, rows: Int
    ) throws(BoxError) -> [Double] {
        var numbers: [Double] = []
        if port.isText {
            var count = 0
            try scanner.array { (scanner) throws(BoxError) in
                let (text, room) = (CodePoints.of(try scanner.string()), port.type.shape.count)
                guard text.count <= room else {
                    throw scanner.error("`\(port.name)` is a text of \(text.count) code points, more than \(room)")
                }
                numbers += CodePoints.numbers(text, count: room)
                count += 1
            }
            guard count == rows else { throw scanner.error("`\(port.name)` has \(count) texts, not \(rows)") }
            return numbers
        }
        try fill(&numbers, &scanner, [rows] + port.type.shape.dimensions[...], port)
        return numbers
    }

    private static func fill(
        _ numbers: inout [Double], _ scanner: inout JSONScanner, _ dimensions: ArraySlice<Int>, _ port: Signature.Port
    ) throws(BoxError) {
        guard let size = dimensions.first else {
            if let texts = port.texts {
                let text = try scanner.string()
                numbers.append(try place(of: text, texts, port, scanner))
            } else {
                numbers.append(try value(scanner.number(), port, scanner))
            }
            return
        }
        var count = 0
        var taken = numbers
        numbers = []
        try scanner.array { (scanner) throws(BoxError) in
            guard count < size else { throw scanner.error("`\(port.name)` has more than \(size) entries here") }
            try fill(&taken, &scanner, dimensions.dropFirst(), port)
            count += 1
        }
        guard count == size else { throw scanner.error("`\(port.name)` has \(count) entries here, not \(size)") }
        numbers = taken
    }

    private static func place(
        of text: String, _ texts: [String], _ port: Signature.Port, _ scanner: JSONScanner
    ) throws(BoxError) -> Double {
        guard let index = texts.firstIndex(where: { $0.utf8.elementsEqual(text.utf8) }) else {
            throw scanner.error("`\(port.name)` is \"\(text.prefix(100))\", which it cannot be")
        }
        return Double(index)
    }

    private static func value(
        _ number: Double, _ port: Signature.Port, _ scanner: JSONScanner
    ) throws(BoxError) -> Double {
        switch port.type.element {
        case .float64: return number
        case .float32: return Double(Float(number))
        case .int64:
            guard number == number.rounded(), number.magnitude <= 0x1p53 else {
                throw scanner.error("`\(port.name)` has a number that is not whole")
            }
            return number
        case .bool:
            guard number == 0 || number == 1 else { throw scanner.error("`\(port.name)` has no truth value") }
            return number
        }
    }

    /// Goes through the members of an answer; `id` nil asks for none. An `error` in it is thrown.
    private static func read(
        _ line: [UInt8], id: Int?, _ member: (String, inout JSONScanner) throws(BoxError) -> Void
    ) throws(BoxError) {
        var scanner = JSONScanner(line)
        var (found, refusal): (Int?, String?)
        try scanner.object { (name, scanner) throws(BoxError) in
            switch name {
            case "id":
                if scanner.peek() == UInt8(ascii: "n") { try scanner.skip() } else { found = try scanner.wholeNumber() }
            case "error": refusal = try scanner.string()
            default: try member(name, &scanner)
            }
        }
        try scanner.expectEnd()
        if let id, found != id {
            throw .rubbish("its `id` is \(found.map { "\($0)" } ?? "missing"), not \(id)", in: line)
        }
        if let refusal { throw BoxError(.refused, "it says: \(refusal.prefix(2000))") }
    }
}
