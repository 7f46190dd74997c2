import CPCRE2

/// A PCRE2 regular expression over UTF-8 text, compiled once and shared between threads.
///
/// Matching is bounded: a pattern that would take too long says so instead of hanging.
package final class RegularExpression: @unchecked Sendable {
    /// Why a pattern cannot be used.
    package struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
        package let message: String
        /// The byte of the pattern that it is about.
        package let offset: Int

        package var description: String { "\(message) (at byte \(offset))" }
    }

    /// Three answers: what runs into a limit is undecided, never a "no".
    package enum Answer: Sendable, Hashable { case matches, differs, undecided }

    /// Steps that one match may take, unless fewer are allowed.
    package static let mostSteps: UInt32 = 1_000_000
    private static let depthLimit: UInt32 = 10_000
    /// Longer patterns are refused.
    private static let longestPattern = 1 << 16

    private let code: OpaquePointer
    private let steps: UInt32

    /// What a match has to cover: any part of the text, or all of it.
    package enum Extent: Sendable, Hashable { case part, whole }

    /// Compiles a pattern.
    package init(
        _ pattern: String, matching extent: Extent = .part, steps: UInt32 = RegularExpression.mostSteps
    ) throws(Failure) {
        self.steps = steps
        guard pattern.utf8.count <= Self.longestPattern else {
            throw Failure(message: "the pattern is longer than \(Self.longestPattern) bytes", offset: 0)
        }
        var (error, offset): (Int32, Int) = (0, 0)
        let bytes = Array(pattern.utf8)
        guard
            let code = pcre2_compile_8(bytes, bytes.count, Self.options(extent), &error, &offset, nil)
        else { throw Failure(message: Self.message(error), offset: offset) }
        self.code = code
        // Without JIT matching is slower and the same.
        _ = pcre2_jit_compile_8(code, UInt32(PCRE2_JIT_COMPLETE))
    }

    deinit { pcre2_code_free_8(code) }

    private static func options(_ extent: Extent) -> UInt32 {
        let always = UInt32(PCRE2_UTF) | UInt32(PCRE2_NEVER_BACKSLASH_C)
        return extent == .part ? always : always | UInt32(PCRE2_ANCHORED) | UInt32(PCRE2_ENDANCHORED)
    }

    /// Whether this PCRE2 reads `{,3}` as a quantifier: from 10.43 on.
    package static let takesOpenQuantifiers =
        (try? RegularExpression("a{,1}", matching: .whole)).map { $0.search("a") == .matches } ?? false

    /// Whether the pattern matches: somewhere in the text, or all of it, as it was compiled.
    package func search(_ text: String) -> Answer { search(Array(text.utf8)) }

    /// The same of a text in UTF-8, which has to be valid.
    package func search(_ bytes: [UInt8]) -> Answer {
        guard let data = pcre2_match_data_create_8(1, nil), let context = pcre2_match_context_create_8(nil) else {
            return .undecided
        }
        defer {
            pcre2_match_data_free_8(data)
            pcre2_match_context_free_8(context)
        }
        pcre2_set_match_limit_8(context, steps)
        pcre2_set_depth_limit_8(context, Self.depthLimit)
        // Checking the text again would cost a pass per match.
        let result = pcre2_match_8(code, bytes, bytes.count, 0, UInt32(PCRE2_NO_UTF_CHECK), data, context)
        if result >= 0 { return .matches }
        return result == PCRE2_ERROR_NOMATCH ? .differs : .undecided
    }

    /// Whether bytes are known to be UTF-8.
    package enum Encoding: Sendable { case valid, unknown }

    /// Where the pattern matches, from left to right, none inside of another and none empty; nil where that is undecided.
    package func ranges(in bytes: [UInt8], _ encoding: Encoding = .unknown) -> [Range<Int>]? {
        matches(in: bytes, encoding, .passedOver)
    }

    /// The same with empty matches, but none where another match ends.
    package func allRanges(in bytes: [UInt8], _ encoding: Encoding = .unknown) -> [Range<Int>]? {
        matches(in: bytes, encoding, .kept)
    }

    private enum EmptyMatches { case kept, passedOver }

    private func matches(in bytes: [UInt8], _ encoding: Encoding, _ empty: EmptyMatches) -> [Range<Int>]? {
        guard let data = pcre2_match_data_create_8(1, nil), let context = pcre2_match_context_create_8(nil) else {
            return nil
        }
        defer {
            pcre2_match_data_free_8(data)
            pcre2_match_context_free_8(context)
        }
        pcre2_set_match_limit_8(context, steps)
        pcre2_set_depth_limit_8(context, Self.depthLimit)
        let flags = encoding == .valid ? UInt32(PCRE2_NO_UTF_CHECK) : 0
        var (ranges, start) = ([Range<Int>](), 0)
        while start <= bytes.count {
            let result = pcre2_match_8(code, bytes, bytes.count, start, flags, data, context)
            if result == PCRE2_ERROR_NOMATCH { return ranges }
            guard result >= 0, let ends = pcre2_get_ovector_pointer_8(data) else { return nil }
            let match = (ends[0], ends[1])
            guard match.0 < match.1, match.0 >= start else {
                if empty == .kept, match.0 == match.1, match.0 >= start, ranges.last?.upperBound != match.0 {
                    ranges.append(match.0..<match.1)
                }
                start = Self.next(after: max(start, match.1), in: bytes)
                continue
            }
            ranges.append(match.0..<match.1)
            start = match.1
        }
        return ranges
    }

    /// Where the next letter begins.
    private static func next(after place: Int, in bytes: [UInt8]) -> Int {
        var next = place + 1
        while next < bytes.count, bytes[next] & 0xC0 == 0x80 { next += 1 }
        return next
    }

    private static func message(_ error: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = pcre2_get_error_message_8(error, &buffer, buffer.count)
        return String(decoding: buffer.prefix(max(0, Int(count))), as: UTF8.self)
    }
}
