import Search

/// A proof written down: what was proved of which files, into which regions the domain was cut, and why each is safe.
package struct Certificate: Sendable {
    package static let version = 1
    /// The largest certificate that is read, and the most steps, boxes, coordinates and sections in it.
    package static let greatestSize = 1 << 30
    static let greatestCount = 1 << 26
    static let greatestDepth = 10_000

    /// A file or parameter that the proof is about.
    package struct Source: Sendable, Hashable {
        package enum Kind: String, Sendable, Hashable, CaseIterable { case spec, model, data, set }

        package let kind: Kind
        package let name: String
        /// The SHA-256 of a file's bytes as they lie on disk, or of a parameter's text.
        package let hash: String

        package init(_ kind: Kind, _ name: String, hash: String) {
            (self.kind, self.name, self.hash) = (kind, name, hash)
        }
    }

    /// One property.
    package struct Section: Sendable {
        package let property: String
        /// The SHA-256 of the circuit and the space; see `Circuit.hash`. Empty where inputs were tried one by one.
        let problem: String
        let kinds: [CoordinateKind]
        let boxes: [Box]
        let proof: Proof
    }

    enum Proof: Sendable {
        /// So many inputs, all that there are, were tried.
        case tried(Int)
        case tree(Tree)
        /// What is known of rates, for which the claim has to hold.
        case rates([CertifiedRate])
    }

    struct Tree: Sendable {
        let partCount: Int
        let ways: [[Int]]
        /// In order: a step, then what follows in its first half, then what follows in its second; or in each tree.
        let steps: [Step]
        let hints: [Int: ProofTree.Hints]
    }

    enum Step: Sendable {
        case cut(coordinate: Int, below: Double, above: Double)
        case sign(ProofTree.Neuron)
        case each(Int)
        case leaf(way: Int)
    }

    package let tool: String
    package let sources: [Source]
    package let sections: [Section]

    init(tool: String, sources: [Source], sections: [Section]) {
        (self.tool, self.sources, self.sections) = (tool, sources, sections)
    }

    /// Reads a certificate; whatever is not exactly as it would be written is refused.
    package init(_ bytes: [UInt8]) throws(Refusal) { self = try CertificateReader.read(bytes) }

    /// Whether the files that the problem was compiled from are those that the proof is about.
    package func check(sources own: [Source]) throws(Refusal) {
        guard own.count == sources.count else {
            throw Refusal("it is about \(sources.count) files and parameters, not \(own.count)")
        }
        for (index, (written, found)) in zip(sources, own).enumerated() {
            // Specs may be renamed; models, data and parameters are known by their names.
            let isSame = written.kind == found.kind && (written.kind == .spec || written.name == found.name)
            guard isSame else {
                throw Refusal(
                    "it is about \(written.kind.rawValue) `\(written.name)`, not `\(found.name)`", line: index + 4)
            }
            guard written.hash == found.hash else {
                throw Refusal(
                    "\(found.kind.rawValue) `\(found.name)` is another than the proof is about", line: index + 4)
            }
        }
    }
}

/// Why a certificate is not accepted, or could not be read, and on which line.
package struct Refusal: Error, Sendable, CustomStringConvertible {
    package let line: Int?
    package let reason: String

    package init(_ reason: String, line: Int? = nil) { (self.reason, self.line) = (reason, line) }

    package var description: String { line.map { "line \($0): \(reason)" } ?? reason }
}
