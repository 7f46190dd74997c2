/// A deterministic source of chance (SplitMix64).
struct Chance: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// Makes random sentences of Grammar/say.ebnf, knowing nothing but that file and a few sample lexemes.
struct Sentences {
    let grammar: GrammarFile
    var chance: Chance
    /// The fewest levels below a rule.
    private let heights: [String: Int]
    private(set) var used: Set<String> = []

    private enum Piece {
        case token(String)
        case sameLine
        case newLine
    }

    init(of grammar: GrammarFile, seed: UInt64) {
        self.grammar = grammar
        chance = Chance(seed: seed)
        heights = Sentences.heights(of: grammar)
    }

    mutating func sentence(of rule: String, depth: Int) -> String {
        var pieces: [Piece] = []
        expand(.rule(rule), depth, &pieces)
        return layOut(pieces)
    }

    private mutating func layOut(_ pieces: [Piece]) -> String {
        var text = ""
        var gap: Piece?
        for piece in pieces {
            guard case .token(let token) = piece else {
                gap = piece
                continue
            }
            switch gap {
            case .sameLine: text += [" ", "  ", "\t"].randomElement(using: &chance)!
            case .newLine: text += ["\n", " // c\n", "\r\n\n"].randomElement(using: &chance)!
            default: text += [" ", " ", " ", " ", " ", "\n", "// x / \" y\n"].randomElement(using: &chance)!
            }
            gap = nil
            text += token
        }
        return text
    }

    private mutating func expand(_ form: Form, _ depth: Int, _ pieces: inout [Piece]) {
        let depth = pieces.count < 150 ? depth : 0
        switch form {
        case .terminal(let text): pieces.append(.token(text))
        case .special("same line"): pieces.append(.sameLine)
        case .special("new line"): pieces.append(.newLine)
        case .special: break
        case .rule(let name): expandRule(name, depth, &pieces)
        case .exception(let form, _): expand(form, depth, &pieces)
        case .sequence(let forms): for form in forms { expand(form, depth, &pieces) }
        case .choice(let forms):
            let shallow = forms.filter { Sentences.height(of: $0, heights) < depth }
            let lowest = forms.min { Sentences.height(of: $0, heights) < Sentences.height(of: $1, heights) }
            if let form = shallow.randomElement(using: &chance) ?? lowest { expand(form, depth, &pieces) }
        case .option(let form):
            if Sentences.height(of: form, heights) < depth, Bool.random(using: &chance) { expand(form, depth, &pieces) }
        case .repetition(let form):
            while Sentences.height(of: form, heights) < depth, Int.random(in: 0..<5, using: &chance) < 2 {
                expand(form, depth, &pieces)
            }
        }
    }

    private mutating func expandRule(_ name: String, _ depth: Int, _ pieces: inout [Piece]) {
        used.insert(name)
        if let samples = Sentences.lexemes[name] {
            return pieces.append(.token(samples.randomElement(using: &chance)!))
        }
        expand(grammar.rules[name]!, depth - 1, &pieces)
    }

    private static let lexemes: [String: [String]] = [
        "name": [
            "x", "net", "label", "over", "at", "image", "lines", "confidence", "language", "_a1", "Real", "Tensor",
        ],
        "number": ["0", "1", "2.5", "1e-3", "60_760", "3.25E+2"],
        "string": ["\"\"", "\"a.onnx\"", "\"\\\"\\u{3b5} // no comment\""],
        "regex": ["/a/", "/[a-z]{2}\\/\"/", "/\\\\/"],
    ]

    private static func heights(of grammar: GrammarFile) -> [String: Int] {
        var heights = Dictionary(uniqueKeysWithValues: lexemes.keys.map { ($0, 0) })
        for _ in grammar.names {
            for name in grammar.names where lexemes[name] == nil {
                heights[name] = height(of: grammar.rules[name]!, heights) + 1
            }
        }
        return heights
    }

    private static func height(of form: Form, _ heights: [String: Int]) -> Int {
        switch form {
        case .terminal, .special: 0
        case .rule(let name): heights[name] ?? 1000
        case .sequence(let forms): min(1000, forms.map { height(of: $0, heights) }.max() ?? 0)
        case .choice(let forms): min(1000, forms.map { height(of: $0, heights) }.min() ?? 0)
        case .option, .repetition: 0
        case .exception(let form, _): height(of: form, heights)
        }
    }
}
