import Hashing
import Search

/// Writes a certificate, section by section; the format is told in the module's README.
package struct CertificateWriter: Sendable {
    private var text: [UInt8] = []
    private var sections: [[UInt8]] = []
    private let tool: String
    private let sources: [Certificate.Source]

    package init(tool: String, sources: [Certificate.Source]) { (self.tool, self.sources) = (tool, sources) }

    package var isEmpty: Bool { sections.isEmpty }

    /// A property that was proved by cutting its domain into regions. The tree must be complete.
    package mutating func add(_ property: String, _ circuit: Circuit, _ space: Space, _ tree: ProofTree) {
        text = []
        head(property, space)
        line("problem sha256 \(circuit.hash(space))")
        line("parts \(circuit.partCount)")
        line("ways \(tree.ways.count)")
        for way in tree.ways { line((["way", "relaxation"] + way.map(String.init)).joined(separator: " ")) }
        line("tree \(tree.count)")
        var waiting = Array((0..<tree.rootCount).reversed())
        while let node = waiting.popLast() {
            switch tree.nodes[node] {
            case .open: line("open")
            case .leaf(let way): leaf(way, tree.hints[node])
            case .cut(let coordinate, let below, let above, let first):
                line("cut \(coordinate) \(below) \(above)")
                waiting += [Int(first) + 1, Int(first)]
            case .sign(let value, let element, let first):
                line("sign \(value) \(element)")
                waiting += [Int(first) + 1, Int(first)]
            case .each(let count, let first):
                line("each \(count)")
                waiting += (Int(first)..<Int(first + count)).reversed()
            }
        }
        sections.append(text)
    }

    /// A property all of whose inputs, so many, were tried.
    package mutating func add(_ property: String, _ space: Space, tried count: Int) {
        text = []
        head(property, space)
        line("tried \(count)")
        sections.append(text)
    }

    /// A property of rates over finitely many inputs.
    package mutating func add(_ property: String, _ space: Space, rates: [CertifiedRate]) {
        text = []
        head(property, space)
        line("rates \(rates.count)")
        for rate in rates {
            line("rate \(rate.positions) \(rate.vocabulary) \(rate.cells.count) \(rate.tried)")
            for cell in rate.cells {
                let name = cell.name
                line("cell \(name.query) \(name.greatest) \(name.others) \(cell.tokens.asRanges)")
            }
        }
        sections.append(text)
    }

    /// The whole file.
    package func bytes() -> [UInt8] {
        var whole = CertificateWriter(tool: tool, sources: [])
        whole.line("gainsay certificate \(Certificate.version)")
        whole.line("tool \(tool)")
        whole.line("sources \(sources.count)")
        for source in sources { whole.line("\(source.kind.rawValue) sha256 \(source.hash) \(source.name)") }
        whole.line("properties \(sections.count)")
        for section in sections { whole.text += section }
        whole.line("end sha256 \(SHA256.text(of: whole.text))")
        return whole.text
    }

    private mutating func head(_ property: String, _ space: Space) {
        line("property \(property)")
        line((["kinds", "\(space.dimension)"] + space.kinds.map(\.word)).joined(separator: " "))
        line("boxes \(space.boxes.count)")
        for box in space.boxes {
            let ends = zip(box.lower, box.upper).flatMap { ["\($0)", "\($1)"] }
            line((["box"] + ends).joined(separator: " "))
        }
    }

    private mutating func leaf(_ way: Int32, _ hints: ProofTree.Hints?) {
        for slope in hints?.slopes ?? [] {
            line("slope \(slope.neuron.value) \(slope.neuron.element) \(slope.slope)")
        }
        for entry in hints?.multipliers ?? [] {
            line("multiplier \(entry.part) \(entry.neuron.value) \(entry.neuron.element) \(entry.multiplier)")
        }
        line("leaf \(way)")
    }

    private mutating func line(_ words: String) {
        text += words.utf8
        text.append(UInt8(ascii: "\n"))
    }
}

extension CoordinateKind {
    var word: String {
        switch self {
        case .real64: "real64"
        case .real32: "real32"
        case .integer: "integer"
        case .category: "category"
        }
    }

    init?(word: Substring) {
        guard let kind = [CoordinateKind.real64, .real32, .integer, .category].first(where: { $0.word == word }) else {
            return nil
        }
        self = kind
    }
}

extension [Int] {
    /// `0-7,9`; `-` for none.
    fileprivate var asRanges: String {
        var ranges: [(Int, Int)] = []
        for number in self {
            if let last = ranges.last, last.1 + 1 == number {
                ranges[ranges.count - 1].1 = number
            } else {
                ranges.append((number, number))
            }
        }
        return isEmpty ? "-" : ranges.map { $0 == $1 ? "\($0)" : "\($0)-\($1)" }.joined(separator: ",")
    }
}
