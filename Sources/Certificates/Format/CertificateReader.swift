import CompactProofs
import Hashing
import Search

/// Reads a certificate. Every word counts: what is not exactly as it would be written is refused, with its line.
struct CertificateReader {
    private let lines: [Substring]
    private var place = 0

    private init(_ lines: [Substring]) { self.lines = lines }

    static func read(_ bytes: [UInt8]) throws(Refusal) -> Certificate {
        guard bytes.count <= Certificate.greatestSize else {
            throw Refusal("it is larger than \(Certificate.greatestSize >> 20) MB")
        }
        guard bytes.last == UInt8(ascii: "\n") else { throw Refusal("it does not end with a whole line") }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw Refusal("it is not UTF-8 text") }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        lines.removeLast()
        guard let last = lines.popLast() else { throw Refusal("it is empty") }
        let front = bytes.dropLast(last.utf8.count + 1)
        var reader = CertificateReader(lines)
        try reader.checkEnd(last, of: front)
        return try reader.certificate()
    }

    private func checkEnd(_ last: Substring, of front: ArraySlice<UInt8>) throws(Refusal) {
        let number = lines.count + 1
        guard last.hasPrefix("end sha256 ") else {
            throw Refusal("the last line is not `end sha256 ...`: the file is not whole", line: number)
        }
        guard last.dropFirst("end sha256 ".count) == SHA256.text(of: front) else {
            throw Refusal("the text above has another SHA-256: it was changed after it was written", line: number)
        }
    }

    private mutating func certificate() throws(Refusal) -> Certificate {
        guard try next() == "gainsay certificate \(Certificate.version)" else {
            throw fault("not a certificate of version \(Certificate.version)")
        }
        let tool = try rest(after: "tool")
        let sourceCount = try count(after: "sources")
        var sources: [Certificate.Source] = []
        for _ in 0..<sourceCount { sources.append(try source()) }
        let sectionCount = try count(after: "properties")
        var sections: [Certificate.Section] = []
        for _ in 0..<sectionCount { sections.append(try section()) }
        guard place == lines.count else {
            place += 1
            throw fault("there is more than was announced")
        }
        return Certificate(tool: String(tool), sources: sources, sections: sections)
    }

    private mutating func source() throws(Refusal) -> Certificate.Source {
        let parts = try next().split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4, let kind = Certificate.Source.Kind(rawValue: String(parts[0])), parts[1] == "sha256"
        else {
            throw fault("expected spec, model, data or set, `sha256`, a hash and a name")
        }
        return Certificate.Source(kind, String(parts[3]), hash: try hash(parts[2]))
    }

    private mutating func section() throws(Refusal) -> Certificate.Section {
        let property = String(try rest(after: "property"))
        let kinds = try self.kinds()
        let boxCount = try count(after: "boxes")
        guard boxCount > 0 else { throw fault("there is no box") }
        var boxes: [Box] = []
        for _ in 0..<boxCount { boxes.append(try box(kinds)) }
        if let line = lines[safe: place], line.hasPrefix("tried ") {
            let tried = Certificate.Proof.tried(try count(after: "tried", limit: .max))
            return Certificate.Section(property: property, problem: "", kinds: kinds, boxes: boxes, proof: tried)
        }
        if let line = lines[safe: place], line.hasPrefix("rates ") {
            let rates = Certificate.Proof.rates(try self.rates())
            return Certificate.Section(property: property, problem: "", kinds: kinds, boxes: boxes, proof: rates)
        }
        let words = try self.words(after: "problem", count: 2)
        guard words[0] == "sha256" else { throw fault("expected `problem sha256`") }
        let problem = try hash(words[1])
        let tree = Certificate.Proof.tree(try self.tree(roots: boxes.count, kinds))
        return Certificate.Section(property: property, problem: problem, kinds: kinds, boxes: boxes, proof: tree)
    }

    private mutating func kinds() throws(Refusal) -> [CoordinateKind] {
        let words = try next().split(separator: " ", omittingEmptySubsequences: false)
        guard words.count >= 2, words[0] == "kinds", let count = Int(words[1]), "\(count)" == words[1],
            count == words.count - 2
        else { throw fault("expected `kinds`, their number, and as many kinds") }
        var kinds: [CoordinateKind] = []
        for word in words.dropFirst(2) {
            guard let kind = CoordinateKind(word: word) else {
                throw fault("`\(word.prefix(20))` is no kind of coordinate")
            }
            kinds.append(kind)
        }
        return kinds
    }

    private mutating func box(_ kinds: [CoordinateKind]) throws(Refusal) -> Box {
        let words = try self.words(after: "box", count: 2 * kinds.count)
        var (lower, upper) = ([Double](), [Double]())
        for index in kinds.indices {
            lower.append(try number(words[2 * index]))
            upper.append(try number(words[2 * index + 1]))
            guard lower[index] <= upper[index] else { throw fault("coordinate \(index) of the box has no value") }
        }
        return Box(lower: lower, upper: upper)
    }

    // MARK: rates

    private mutating func rates() throws(Refusal) -> [CertifiedRate] {
        var rates: [CertifiedRate] = []
        for _ in 0..<(try count(after: "rates")) {
            let words = try self.words(after: "rate", count: 4)
            let vocabulary = try whole(words[1], below: 1 << 16)
            var cells: [CertifiedRate.Cell] = []
            let cellCount = try whole(words[2], below: Certificate.greatestCount)
            for _ in 0..<cellCount { cells.append(try cell(vocabulary)) }
            rates.append(
                CertifiedRate(
                    positions: try whole(words[0], below: 1 << 16), vocabulary: vocabulary, cells: cells,
                    tried: try whole(words[3], below: .max)))
        }
        return rates
    }

    private mutating func cell(_ vocabulary: Int) throws(Refusal) -> CertifiedRate.Cell {
        let words = try self.words(after: "cell", count: 4)
        var tokens: [Int] = []
        for range in words[3] == "-" ? [] : words[3].split(separator: ",", omittingEmptySubsequences: false) {
            let ends = range.split(separator: "-", omittingEmptySubsequences: false)
            guard ends.count <= 2, let first = ends.first, let last = ends.last else { throw fault("expected tokens") }
            let (low, high) = (try whole(first, below: vocabulary), try whole(last, below: vocabulary))
            guard low > tokens.last ?? -1, ends.count == 1 || low < high else { throw fault("tokens are not in order") }
            tokens += low...high
        }
        let name = Cells.Name(
            query: try whole(words[0], below: vocabulary), greatest: try whole(words[1], below: vocabulary),
            others: try whole(words[2], below: 1 << 16))
        return CertifiedRate.Cell(name: name, tokens: tokens)
    }

    // MARK: the tree

    private mutating func tree(roots: Int, _ kinds: [CoordinateKind]) throws(Refusal) -> Certificate.Tree {
        let partCount = try count(after: "parts")
        let wayCount = try count(after: "ways")
        var ways: [[Int]] = []
        for _ in 0..<wayCount { ways.append(try way(partCount)) }
        let stepCount = try count(after: "tree")
        guard stepCount <= lines.count else { throw fault("\(stepCount) steps are more than there are lines") }
        var steps: [Certificate.Step] = []
        steps.reserveCapacity(min(stepCount, lines.count))
        var hints: [Int: ProofTree.Hints] = [:]
        // How deep each half that is still to come lies.
        var waiting = [Int](repeating: 0, count: roots)
        while let depth = waiting.popLast() {
            let own = try self.hints(partCount)
            if !own.isEmpty { hints[steps.count] = own }
            let step = try self.step(kinds, wayCount)
            guard step.branches == 0 || own.isEmpty else { throw fault("slopes and multipliers belong to leaves") }
            guard step.branches == 0 || depth < Certificate.greatestDepth else {
                throw fault("cuts are nested more than \(Certificate.greatestDepth) deep")
            }
            steps.append(step)
            guard steps.count + waiting.count + step.branches <= stepCount else {
                throw fault("the tree has more than the \(stepCount) steps announced")
            }
            waiting += Array(repeating: depth + 1, count: step.branches)
        }
        guard steps.count == stepCount else {
            throw fault("the tree ends after \(steps.count) steps, and \(stepCount) were announced")
        }
        return Certificate.Tree(partCount: partCount, ways: ways, steps: steps, hints: hints)
    }

    private mutating func way(_ partCount: Int) throws(Refusal) -> [Int] {
        let words = try next().split(separator: " ", omittingEmptySubsequences: false)
        guard words.count >= 2, words[0] == "way" else { throw fault("expected `way`") }
        guard words[1] == "relaxation" else { throw fault("`\(words[1].prefix(20))` is no known way to bound") }
        var way: [Int] = []
        for word in words.dropFirst(2) {
            let part = try whole(word, below: partCount)
            guard part > way.last ?? -1 else { throw fault("parts are not in order") }
            way.append(part)
        }
        return way
    }

    private mutating func hints(_ partCount: Int) throws(Refusal) -> ProofTree.Hints {
        var hints = ProofTree.Hints()
        while let line = lines[safe: place] {
            if line.hasPrefix("slope ") {
                let words = try self.words(after: "slope", count: 3)
                hints.slopes.append(.init(try neuron(words[0], words[1]), try number(words[2])))
            } else if line.hasPrefix("multiplier ") {
                let words = try self.words(after: "multiplier", count: 4)
                let multiplier = try number(words[3])
                guard multiplier >= 0 else { throw fault("a multiplier is negative") }
                hints.multipliers.append(
                    .init(part: try whole(words[0], below: partCount), try neuron(words[1], words[2]), multiplier))
            } else {
                break
            }
        }
        return hints
    }

    private mutating func step(_ kinds: [CoordinateKind], _ wayCount: Int) throws(Refusal) -> Certificate.Step {
        let words = try next().split(separator: " ", omittingEmptySubsequences: false)
        switch (words[0], words.count) {
        case ("cut", 4):
            return .cut(
                coordinate: try whole(words[1], below: kinds.count), below: try number(words[2]),
                above: try number(words[3]))
        case ("sign", 3): return .sign(try neuron(words[1], words[2]))
        case ("each", 2):
            let count = try whole(words[1], below: Certificate.greatestCount)
            guard count > 0 else { throw fault("`each` takes at least 1") }
            return .each(count)
        case ("leaf", 2): return .leaf(way: try whole(words[1], below: wayCount))
        default: throw fault("expected `cut`, `sign`, `each` or `leaf`")
        }
    }

    private func neuron(_ value: Substring, _ element: Substring) throws(Refusal) -> ProofTree.Neuron {
        ProofTree.Neuron(
            value: try whole(value, below: 1 << 31), element: try whole(element, below: 1 << 31))
    }

    // MARK: words

    private mutating func next() throws(Refusal) -> Substring {
        guard place < lines.count else { throw Refusal("it ends too early", line: lines.count) }
        place += 1
        return lines[place - 1]
    }

    private mutating func rest(after word: String) throws(Refusal) -> Substring {
        let line = try next()
        guard line.hasPrefix(word + " ") else { throw fault("expected `\(word)`") }
        return line.dropFirst(word.count + 1)
    }

    private mutating func words(after word: String, count: Int) throws(Refusal) -> [Substring] {
        let words = try next().split(separator: " ", omittingEmptySubsequences: false)
        guard words[0] == word else { throw fault("expected `\(word)`") }
        guard words.count == count + 1 else { throw fault("`\(word)` takes \(count) words, not \(words.count - 1)") }
        return Array(words.dropFirst())
    }

    private mutating func count(after word: String, limit: Int = Certificate.greatestCount) throws(Refusal) -> Int {
        try whole(try words(after: word, count: 1)[0], below: limit)
    }

    private func whole(_ word: Substring, below limit: Int) throws(Refusal) -> Int {
        guard let number = Int(word), "\(number)" == word, number >= 0 else {
            throw fault("`\(word.prefix(20))` is not a whole number as it is written here")
        }
        guard number < limit else { throw fault("\(number) is not below \(limit)") }
        return number
    }

    private func number(_ word: Substring) throws(Refusal) -> Double {
        guard let number = Double(word), number.isFinite, "\(number)" == word else {
            throw fault("`\(word.prefix(30))` is not a finite number as it is written here")
        }
        return number
    }

    private func hash(_ word: Substring) throws(Refusal) -> String {
        guard word.utf8.count == 64, word.utf8.allSatisfy({ "0123456789abcdef".utf8.contains($0) }) else {
            throw fault("expected 64 hexadecimal digits")
        }
        return String(word)
    }

    /// About the line that was read last.
    private func fault(_ reason: String) -> Refusal { Refusal(reason, line: place) }
}

extension Array {
    fileprivate subscript(safe index: Int) -> Element? { index < count ? self[index] : nil }
}
