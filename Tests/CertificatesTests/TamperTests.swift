import Hashing
import Mutations
import Search
import Tensors
import Testing

@testable import Certificates

/// Certificates that were changed, or made up.
@Suite struct TamperTests {
    private let problem: Problem
    private let bytes: [UInt8]
    private var text: String { String(decoding: bytes, as: UTF8.self) }

    init() throws {
        problem = try Problem.gap(.relu, seed: Self.seed, limit: 0.01)
        bytes = try problem.certificate(try #require(try problem.tree()))
    }

    /// A network whose bounds need several cuts.
    private static let seed: UInt64 = 1

    /// The text with its last line made to fit.
    private func sealed(_ text: String) -> [UInt8] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        if lines.last?.hasPrefix("end ") == true { lines.removeLast() }
        let front = Array((lines.joined(separator: "\n") + "\n").utf8)
        return front + Array("end sha256 \(SHA256.text(of: front))\n".utf8)
    }

    private func edited(_ change: (inout [String]) throws -> Void) rethrows -> CertificateCheck.Verdict {
        var lines = text.split(separator: "\n").map(String.init)
        try change(&lines)
        return (try? problem.verdict(sealed(lines.joined(separator: "\n") + "\n"))) ?? .unfinished("threw")
    }

    @Test func theTreeIsWorthCheckingAndAccepted() throws {
        #expect(bytes.count < 20_000 && text.contains("cut ") && text.contains("leaf "))
        #expect(sealed(text) == bytes)
        #expect(try problem.verdict(bytes).isAccepted)
    }

    @Test func everyByteCounts() throws {
        for place in bytes.indices {
            for change: UInt8 in [1, 0x20, 0x80] {
                var mutant = bytes
                mutant[place] ^= change
                #expect(throws: Refusal.self) { try Certificate(mutant) }
            }
        }
        for count in 0..<min(bytes.count, 300) {
            #expect(throws: Refusal.self) { try Certificate(Array(bytes.dropLast(count + 1))) }
        }
        #expect(throws: Refusal.self) { try Certificate(bytes + [10]) }
        #expect(throws: Refusal.self) { try Certificate(bytes + bytes) }
    }

    /// With the last line made to fit, what is accepted must still be a proof: the same boxes, wholly covered.
    @Test func mutantsNeverPassForWhatTheyAreNot() throws {
        var mutations = Mutations(seed: 31)
        let front = Array(text.utf8)
        for _ in 0..<Mutations.count(ordinary: 300) {
            let mutant = sealed(String(decoding: mutations.mutant(of: front), as: UTF8.self))
            guard case .accepted = try problem.verdict(mutant) else { continue }
            let certificate = try Certificate(mutant)
            #expect(certificate.sections[0].boxes == problem.space.boxes)
            guard case .tree(let tree) = certificate.sections[0].proof else { continue }
            try Cover(tree, problem.circuit(), problem.space).check()
        }
    }

    @Test func missingAndSurplusLeaves() throws {
        let missing = edited { $0.remove(at: $0.lastIndex { $0.hasPrefix("leaf ") }!) }
        #expect(missing.isRefused && missing.reason.contains("line"), "\(missing)")
        let surplus = edited { $0.insert("leaf 0", at: $0.count - 1) }
        #expect(surplus.reason.contains("line"), "\(surplus)")
        let fewer = edited { lines in
            let place = lines.firstIndex { $0.hasPrefix("tree ") }!
            lines[place] = "tree 1"
        }
        #expect(fewer.reason.contains("announced"), "\(fewer)")
    }

    @Test func gapsAndOverlaps() throws {
        for (change, word) in [(1.0, "gap"), (-1.0, "overlap")] {
            let verdict = edited { lines in
                let place = lines.firstIndex { $0.hasPrefix("cut ") }!
                var words = lines[place].split(separator: " ").map(String.init)
                let above = Double(words[3])!
                words[3] = "\(change > 0 ? above.nextUp : Double(words[2])!)"
                lines[place] = words.joined(separator: " ")
            }
            #expect(verdict.reason.contains(word), "\(verdict)")
        }
        let outside = edited { lines in
            let place = lines.firstIndex { $0.hasPrefix("cut ") }!
            let words = lines[place].split(separator: " ").map(String.init)
            lines[place] = "cut \(words[1]) 4.0 \(words[1] == "0" ? Double(Float(4).nextUp) : 4.0.nextUp)"
        }
        #expect(outside.reason.contains("outside"), "\(outside)")
    }

    @Test func otherBoxesKindsAndProblems() throws {
        let narrow = edited { lines in
            let place = lines.firstIndex { $0.hasPrefix("box ") }!
            lines[place] = "box -0.5 0.5 0.0 0.5"
        }
        #expect(narrow.reason.contains("box 0"))
        #expect(
            edited { lines in lines[lines.firstIndex { $0.hasPrefix("kinds ") }!] = "kinds 2 real64 real64" }
                .reason.contains("kinds"))
        let dropped = edited { lines in
            lines.remove(at: lines.firstIndex { $0.hasPrefix("box ") }!)
            lines[lines.firstIndex { $0.hasPrefix("boxes ") }!] = "boxes 0"
        }
        #expect(dropped.isRefused)
        let other = edited { lines in
            let place = lines.firstIndex { $0.hasPrefix("problem ") }!
            lines[place] = "problem sha256 " + String(repeating: "0", count: 64)
        }
        #expect(other.reason.contains("another problem"))
        let fewer = edited { lines in lines[lines.firstIndex { $0.hasPrefix("way ") }!] = "way relaxation" }
        #expect(fewer.reason.contains("does not follow"), "\(fewer)")
        #expect(edited { lines in lines[lines.firstIndex { $0.hasPrefix("leaf ") }!] = "each 0" }.isRefused)
    }

    @Test(arguments: ["nan", "inf", "-inf", "1e999", "0x1p-2", "+0.25", "0.250", " 0.25", "", "1"])
    func numbersThatAreNotWrittenSo(_ number: String) {
        let verdict = edited { lines in
            let place = lines.firstIndex { $0.hasPrefix("cut ") }!
            var words = lines[place].split(separator: " ").map(String.init)
            words[2] = number
            lines[place] = words.joined(separator: " ")
        }
        #expect(verdict.isRefused)
        #expect(verdict.reason.contains("line"), "\(verdict)")
    }

    @Test(arguments: [
        ("tree ", "tree 99999999999999999999"), ("tree ", "tree -1"), ("tree ", "tree 67108864"),
        ("boxes ", "boxes 60000000"), ("ways ", "ways 60000000"), ("parts ", "parts 60000000"),
        ("properties ", "properties 50000000"), ("kinds ", "kinds 9999999"), ("cut ", "cut 2 0.0 5e-324"),
        ("leaf ", "leaf 1"), ("leaf ", "sign 0 0"), ("gainsay ", "gainsay certificate 2"), ("way ", "way trust 0"),
    ])
    func countsAndNumbersAreBounded(_ start: String, _ line: String) {
        let verdict = edited { lines in lines[lines.firstIndex { $0.hasPrefix(start) }!] = line }
        #expect(verdict.isRefused)
    }

    @Test func deepNestingIsBounded() {
        let verdict = edited { lines in
            let place = lines.firstIndex { $0.hasPrefix("tree ") }!
            let depth = Certificate.greatestDepth + 10
            lines[place...] =
                ["tree \(2 * depth + 1)"] + Array(repeating: "sign 0 0", count: depth)
                + Array(repeating: "leaf 0", count: depth + 1)
        }
        #expect(verdict.reason.contains("nested"), "\(verdict)")
    }

    /// A property that is violated, and trees made up for it.
    @Test func whatIsFalseIsRefused() throws {
        let lie = try Problem.gap(.relu, seed: Self.seed, limit: -0.05)
        #expect(try lie.tree() == nil)
        let shallow = ProofTree.even(lie.space, depth: 0)
        #expect(try lie.verdict(lie.certificate(shallow)).reason.contains("do not show the claim"))
        let deep = ProofTree.even(lie.space, depth: 6)
        #expect(try lie.verdict(lie.certificate(deep)).reason.contains("leaf at step"))
    }

    /// Violated at one sampled point, and there by nothing: the answer reaches what it has to stay below.
    @Test(arguments: [
        Unary.Kind.relu, .leakyRelu(slope: 0.125), .sigmoid, .hyperbolicTangent, .clip(lower: 0, upper: 1), .square,
    ])
    func whatIsFalseByNothingIsRefused(_ kind: Unary.Kind) throws {
        for seed in 1...4 {
            let lie = try Problem.gap(kind, seed: UInt64(seed), limit: 0)
            let verdict = try lie.verdict(lie.certificate(ProofTree.even(lie.space, depth: 2)))
            #expect(verdict.reason.contains("do not show the claim"), "\(verdict)")
        }
    }

    @Test func aLeafMayBeCutFurther() throws {
        let verdict = try problem.verdict(problem.certificate(ProofTree.even(problem.space, depth: 0)))
        guard case .accepted(let account) = verdict else { return #expect(Bool(false), "\(verdict)") }
        #expect(account.leaves == 1 && account.extraCuts > 0)
    }

    @Test func inputsAreTriedAgain() throws {
        let problem = try Problem(kinds: [.integer, .category], boxes: [Box(lower: [-1, 0], upper: [2, 4])]) {
            graph, x in
            try graph.element(0, of: x)
        }
        var writer = CertificateWriter(tool: "test", sources: [])
        writer.add("p", problem.space, tried: 20)
        let section = try Certificate(writer.bytes()).sections[0]
        var seen: Set<[Double]> = []
        let verdict = CertificateCheck(section, problem.space).verdict(trying: { seen.insert($0).inserted })
        #expect(verdict.isAccepted && seen.count == 20)
        #expect(
            CertificateCheck(section, problem.space).verdict(trying: { $0 != [2, 4] }).reason.contains("[2.0, 4.0]"))
        #expect(CertificateCheck(section, problem.space).verdict(try problem.circuit()).isRefused)
        var short = CertificateWriter(tool: "test", sources: [])
        short.add("p", problem.space, tried: 19)
        let other = try Certificate(short.bytes()).sections[0]
        #expect(CertificateCheck(other, problem.space).verdict(trying: { _ in true }).reason.contains("there are 20"))
    }
}

extension ProofTree {
    /// Halved again and again, coordinate after coordinate.
    static func even(_ space: Space, depth: Int) -> ProofTree {
        var tree = ProofTree(boxes: 1)
        func grow(_ node: Int, _ box: Box, _ left: Int) {
            let coordinate = left % space.dimension
            guard left > 0, let cut = space.kinds[coordinate].middle(of: box.lower[coordinate], box.upper[coordinate])
            else { return tree.settle(node, parts: [0]) }
            let (first, second) = tree.cut(node, coordinate: coordinate, below: cut.below, above: cut.above)
            var (low, high) = (box, box)
            low.upper[coordinate] = cut.below
            high.lower[coordinate] = cut.above
            grow(first, low, left - 1)
            grow(second, high, left - 1)
        }
        grow(0, space.boxes[0], depth)
        return tree
    }
}
