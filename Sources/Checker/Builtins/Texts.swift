import Diagnostics
import Texts

/// Functions of texts.
let textBuiltins: [String: Builtin] = [
    "text": Builtin("value") { checker, call in
        if case .tensor(let tensor) = call.terms[0].type, tensor.element == .int, tensor.dimensions.count == 1 {
            return checker.made(.fromCodePoints, call.terms, most: tensor.count, at: call.span)
        }
        return checker.asText(call.terms[0], at: call.span)
    },
    "lower": Builtin("text") { $0.sameLength(.lower, $1) },
    "upper": Builtin("text") { $0.sameLength(.upper, $1) },
    "reversed": Builtin("text") { $0.sameLength(.reversed, $1) },
    "take": Builtin("text", "count") { $0.cut(.take, $1) },
    "drop": Builtin("text", "count") { $0.cut(.drop, $1) },
    "words": Builtin("text") { checker, call in
        checker.areTexts(call, 1) ? Value(.text(.wordCount, call.terms, .int, at: call.span)) : .unknown(at: call.span)
    },
    "word": Builtin("text", "place") { $0.cut(.word, $1) },
    "piece": Builtin("text", "separator", "place") { checker, call in
        guard checker.areTexts(call, 2), checker.isWhole(call, 2) else { return .unknown(at: call.span) }
        return checker.made(.part, call.terms, most: call.most(0), at: call.span)
    },
    "replace": Builtin("text", "what", "with") { $0.replace($1) },
    "substitute": Builtin("text", "from", "to") { checker, call in
        guard checker.areTexts(call, 3) else { return .unknown(at: call.span) }
        return checker.made(.substitute, call.terms, most: call.most(0), at: call.span)
    },
    "edit_distance": Builtin("a", "b") { checker, call in
        checker.areTexts(call, 2) ? Value(.text(.distance, call.terms, .int, at: call.span)) : .unknown(at: call.span)
    },
    "matches": Builtin("text", "pattern") { checker, call in
        guard checker.areTexts(call, 1), let pattern = checker.pattern(call.terms[1], .whole, call.role) else {
            return .unknown(at: call.span)
        }
        return Value(.text(.match(pattern), [call.terms[0]], .bool, at: call.span))
    },
    "bytes": Builtin("text", "count", "padding?") { $0.numbers($1) { .bytes(padding: $0) } },
    "code_points": Builtin("text", "count", "padding?") { $0.numbers($1) { .codePoints(padding: $0) } },
    "base64": Builtin("text") { checker, call in
        guard checker.areTexts(call, 1) else { return .unknown(at: call.span) }
        // A code point has at most four bytes, and three bytes become four letters.
        return checker.made(.base64, call.terms, most: (call.most(0) * 4 + 2) / 3 * 4, at: call.span)
    },
    "from_base64": Builtin("text") { $0.sameLength(.fromBase64, $1) },
]

extension BuiltinCall {
    /// How many code points an argument has at most.
    fileprivate func most(_ index: Int) -> Int { terms[index].type.mostCodePoints ?? 0 }
}

extension Checker {
    /// Whether the first arguments are texts; reports the first that is none.
    fileprivate func areTexts(_ call: BuiltinCall, _ count: Int) -> Bool {
        for term in call.terms.prefix(count) where !term.type.isText {
            report(.notAText(term, call.role))
            return false
        }
        return true
    }

    fileprivate func isWhole(_ call: BuiltinCall, _ index: Int) -> Bool {
        guard call.terms[index].type != .int else { return true }
        report(.notAnInteger(call.terms[index], "a place or a number of letters", call.terms[index].type.withArticle))
        return false
    }

    fileprivate func sameLength(_ function: TextFunction, _ call: BuiltinCall) -> Value {
        areTexts(call, 1) ? made(function, call.terms, most: call.most(0), at: call.span) : .unknown(at: call.span)
    }

    /// A part of a text: of so many letters, or without them, or a word.
    fileprivate func cut(_ function: TextFunction, _ call: BuiltinCall) -> Value {
        guard areTexts(call, 1), isWhole(call, 1) else { return .unknown(at: call.span) }
        var most = call.most(0)
        let range = integerRange(call.terms[1])
        if function == .take, let range { most = min(most, Int(max(range.upperBound, 0))) }
        if function == .drop, let range { most -= min(most, Int(max(range.lowerBound, 0))) }
        return made(function, call.terms, most: most, at: call.span)
    }

    fileprivate func replace(_ call: BuiltinCall) -> Value {
        guard call.terms[0].type.isText, call.terms[2].type.isText else {
            return fail(.notAText(call.terms[call.terms[0].type.isText ? 2 : 0], call.role))
        }
        let (room, other) = (call.most(0), call.most(2))
        if case .pattern = call.terms[1].type {
            guard let pattern = pattern(call.terms[1], .part, call.role) else { return .unknown(at: call.span) }
            // Each letter may be a match, and each place between letters an empty one.
            let empty =
                (try? TextGenerator(matching: pattern.pattern, length: 0...0, draws: 400)) != nil || pattern.isBlind
            let most = empty ? room + (room + 1) * other : room * max(1, other)
            return made(.replacePattern(pattern), [call.terms[0], call.terms[2]], most: most, at: call.span)
        }
        guard call.terms[1].type.isText else { return fail(.notAText(call.terms[1], call.role)) }
        let part = call.terms[1].constants.map { max(CodePoints.read($0).count, 1) } ?? 1
        return made(.replace, call.terms, most: room + room / part * max(other - part, 0), at: call.span)
    }

    /// So many numbers of a text, and what stands behind its end.
    fileprivate func numbers(_ call: BuiltinCall, _ function: (Double) -> TextFunction) -> Value {
        guard areTexts(call, 1) else { return .unknown(at: call.span) }
        guard let count = call.terms[1].constant.flatMap(Int.init(exactly:)), count > 0, count <= Bounds.spread else {
            reportNotConstant(call.terms[1], "how many numbers a text becomes")
            return .unknown(at: call.span)
        }
        let padding = call.options["padding"]?.term
        guard padding.map({ $0.constant != nil && $0.type == .int }) ?? true else {
            if let padding { reportNotConstant(padding, "what stands behind the end of a text") }
            return .unknown(at: call.span)
        }
        let type = SayType.tensor(.init(.int, [.init(count)]))
        return Value(.text(function(padding?.constant ?? 0), [call.terms[0]], type, at: call.span))
    }
}
