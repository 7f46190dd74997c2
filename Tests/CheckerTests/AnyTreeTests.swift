import Checker
import Diagnostics
import Foundation
import Testing

/// Whatever tree the parser makes of a damaged spec, the checker comes to an end with it and crashes on none.
@Suite("Any tree") struct AnyTreeTests {
    private static let rounds = 6

    @Test("is checked to an end", arguments: [1, 2, 3, 4])
    func damaged(seed: UInt64) throws {
        var random = Random(seed: seed)
        let texts = try AnyTreeTests.texts()
        let words = texts.flatMap { $0.split { $0 == " " || $0 == "\n" }.map(String.init) }.filter {
            !$0.hasPrefix("@")
        }
        for text in texts {
            for _ in 0..<AnyTreeTests.rounds {
                let sample = Sample(damage(text, words, &random))
                let result = sample.check()
                #expect((result.spec == nil) == result.diagnostics.hasErrors)
                if let spec = result.spec { #expect(Dump(spec).text.count >= spec.properties.count) }
            }
        }
    }

    @Test("gives the same diagnostics every time") func deterministic() throws {
        for text in try AnyTreeTests.texts() {
            let (first, second) = (Sample(text), Sample(text))
            #expect(
                render(first.check().diagnostics, from: first.sources)
                    == render(second.check().diagnostics, from: second.sources))
        }
    }

    /// Through functions, every construct reaches the limit of depth; on a thread's small stack too.
    @Test(
        "is no deeper than the stack",
        arguments: [
            "abs(#)", "[#][0]", "{ a: # }.a", "(if # > 0 then 1 else 0)", "(-#)", "(1 - #)", "{ let y = # y }",
            "({ a: 0 } with { a: # }).a", "(if not (# > 0 and true) then 1 else 0)", "(if 0 < # < 1 then 1 else 0)",
            "(if # in [0, 1] then 1 else 0)", "(if true implies # > 0 then 1 else 0)", "sum(i: Int in [0, 1] : # + i)",
            "net(#)",
        ])
    func deep(template: String) {
        let levels = template.hasPrefix("[") || template.hasPrefix("abs") ? 20 : 8
        let wrapped = (0..<levels).reduce("@") { text, _ in template.replacing("#", with: text) }
        let count = 2 * Bounds.depth / levels
        var text = "model net : (x: Real) -> (y: Real)\n"
        for index in 0..<count {
            let inner = index + 1 < count ? "f\(index + 1)(x)" : "x"
            text += "func f\(index)(x: Real) -> Real = \(wrapped.replacing("@", with: inner))\n"
        }
        let result = Sample(text + "property p { forall x: Real check f0(x) > 0 }").check()
        #expect(result.diagnostics.contains { $0.code == CheckerCode.expressionTooDeep.rawValue })
    }

    @Test("may be as long as the limits allow", arguments: ["let x# = x@ + 1", "let x# = -x@", "let x# = { a: x@ }.a"])
    func long(template: String) {
        for count in [400, 4000] {
            let lets = (1...count).map { index in
                template.replacing("#", with: "\(index)").replacing("@", with: "\(index - 1)")
            }
            let text =
                "property p {\nforall x0: Int in [0, 3]\n" + lets.joined(separator: "\n")
                + "\ncheck indices(9)[mod(x\(count), 9)] > 0 }"
            let result = Sample(text).check()
            #expect(
                result.spec != nil || result.diagnostics.contains { $0.code == CheckerCode.expressionTooDeep.rawValue })
        }
    }

    /// Numbers that are no sensible size, place or bound, wherever one is asked for.
    @Test(
        "may hold any number",
        arguments: [
            "mod(1, 0)", "0 / 0", "1 / 0", "-1 / 0", "1e308 * 1e308", "-1", "9007199254740993", "1e300", "0.5",
            "int(1 / 0)",
            "mod(1, 0) * (1 - i)", "int(1e300) * int(1e300) - int(1e300) * int(1e300) + i",
            "i * int(1e308) * int(1e308) - i",
        ])
    func numbers(number: String) {
        let places = [
            "[1, 2, 3][#] > 0", "sum([1, 2, 3][#..2]) > 0", "sum([1, 2, 3][0..#]) > 0", "sum(zeros([#])) > 0",
            "sum(reshape([1, 2], [#, 1])) > 0", "sum(indices(#)) > 0", "sum([1, 2], axis: #) > 0", "i in [#, 3]",
            "sum(pad([1], [#], [#])) > 0", "sum(transpose([[1]], [#, 0])) > 0", "all(k: Int in [0, #] : k > 0)",
            "all(k: Tokens[#] over 2 : max(k) > 0)", "all(k: Tokens[2] over # : max(k) > 0)", "f(1, #) > 0",
            "sum(b.x) > # and b.n > 0", "clamp(i, #, 2) > 0 and [1, 2, 3][clamp(i, #, 2)] > 0",
        ]
        for place in places {
            let text = """
                type Box(n: Int, low: Real) = { x: Tensor[n] in [low, 1] }
                func f(a: Real, n: Int) = a * sum(ones([n]))
                param e: Real in [0, 1] = #
                property p {
                  forall i: Int in [0, 2]
                  forall b: Box(#, 0)
                  forall c: Real in [#, 1]
                  forall d: Int in [0, #]
                  check \(place)
                }
                """
            let result = Sample(text.replacing("#", with: "(\(number))")).check()
            #expect((result.spec == nil) == result.diagnostics.hasErrors)
        }
    }

    @Test("may have types inside types") func types() {
        let lines = (0..<5000).map { "type T\($0) = { a: T\($0 + 1), b: T\($0 + 1) }" } + ["type T5000 = Real"]
        let result = Sample(lines.joined(separator: "\n") + "\nproperty p { forall t: T0 check true }").check()
        #expect(result.diagnostics.hasErrors)
    }

    private static func texts() throws -> [String] {
        try [Place.goldens, Place.specs].flatMap { folder in
            try Place.names(in: folder).filter { !$0.hasPrefix("spec-too-large") }.map {
                String(try Golden(folder.appending(path: $0 + ".txt")).source)
            }
        }
    }

    /// One to three words or characters dropped, doubled, exchanged or replaced by one from elsewhere.
    private func damage(_ text: String, _ words: [String], _ random: inout Random) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for _ in 0...random.next(2) {
            let candidates = lines.indices.filter { !lines[$0].isEmpty && !lines[$0].hasPrefix("@") }
            guard !candidates.isEmpty else { break }
            let line = candidates[random.next(candidates.count)]
            var pieces = lines[line].split(separator: " ", omittingEmptySubsequences: false).map(String.init)
            let place = random.next(pieces.count)
            switch random.next(5) {
            case 0: pieces.remove(at: place)
            case 1: pieces.insert(pieces[place], at: place)
            case 2: pieces.swapAt(place, random.next(pieces.count))
            case 3: pieces[place] = String(pieces[place].dropLast(random.next(3) + 1))
            default: pieces[place] = words[random.next(words.count)]
            }
            lines[line] = pieces.joined(separator: " ")
        }
        return lines.joined(separator: "\n")
    }
}

/// The same numbers for the same seed (SplitMix64).
struct Random {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// Below `bound`.
    mutating func next(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((z ^ (z >> 31)) % UInt64(max(bound, 1)))
    }
}
