import Foundation
import Search
import Testing
import Texts

@testable import Compiler

/// Planted faults over texts: each is found and shrunk to the plainest text there is that fails.
///
/// `GAINSAY_SEEDS=100 GAINSAY_TABLE=1 swift test --filter TextFault` is the whole table; Tests/Conformance/text_faults.py has the
/// same faults for Hypothesis.
@Suite struct TextFaultTests {
    struct Fault: Sendable, CustomTestStringConvertible {
        let type: String
        let check: String
        let least: String
        var testDescription: String { "\(type): \(check)" }

        init(_ type: String, _ check: String, _ least: String) {
            (self.type, self.check, self.least) = (type, check, least)
        }
    }

    static let faults: [Fault] = [
        Fault("Text[0..40]", "length(t) < 5", "aaaaa"),
        Fault("Text[0..40]", "not (t contains \"b\")", "b"),
        Fault("Text[0..40]", "not (t contains /[A-Z]/)", "A"),
        Fault("Text[0..40]", "not (t contains /[0-9]/)", "0"),
        Fault("Text[0..40]", "not (t contains \" \")", " "),
        Fault("Text[0..40]", "words(t) < 3", "a a a"),
        Fault("Text[0..40]", "not (t contains \"key\")", "key"),
        Fault("Text[0..40]", "lower(t) == t", "A"),
        Fault("Text[0..40]", "upper(t) == t", "a"),
        Fault("Text[0..40]", "reversed(t) == t", "ab"),
        Fault("Text[0..40]", "replace(t, \"ab\", \"\") == t", "ab"),
        Fault("Text[0..40]", "not (t contains /a.*b.*c/)", "abc"),
        Fault("Text[0..40]", "not (t contains /\\d\\d/)", "00"),
        Fault("Text[0..40]", "not matches(t, /.*[^ -~].*/)", "\u{80}"),
        Fault("Text[0..30] over \"abc\"", "not (t contains \"cab\")", "cab"),
        Fault("Text[0..30] over \"abc\"", "edit_distance(t, \"b\") < 3", "aaa"),
        Fault("Text[2..30] over \"01\"", "take(t, 1) == take(reversed(t), 1)", "01"),
        Fault("Text matching /[a-z]+( [a-z]+)*/", "words(t) < 4", "a a a a"),
        Fault("Text matching /[a-z]+( [a-z]+)*/", "length(word(t, 1)) < 3", "a aaa"),
        Fault("Text matching /[a-z]+( [a-z]+)*/", "not (t contains \"e f\")", "e f"),
        Fault("Text matching /(What|Who|Where) is [a-z]{2,12}\\?/", "not (t contains \"z\")", "Who is az?"),
        Fault("Text matching /(What|Who|Where) is [a-z]{2,12}\\?/", "not (t contains /^Where/)", "Where is aa?"),
        Fault("Text matching /(What|Who|Where) is [a-z]{2,12}\\?/", "length(t) < 16", "What is aaaaaaa?"),
        Fault("Text matching /\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])/", "not (t contains /-31$/)", "0000-01-31"),
        Fault("Text matching /\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])/", "not (t contains /-12-/)", "0000-12-01"),
        Fault("Text matching /[a-z]+@[a-z]+\\.(com|org|net)/", "not (t contains \".net\")", "a@a.net"),
        Fault("Text matching /[a-z]+@[a-z]+\\.(com|org|net)/", "length(piece(t, \"@\", 0)) < 4", "aaaa@a.com"),
        Fault("Text matching /(ab|cd)*/", "not (t contains \"bc\")", "abcd"),
        Fault("Text matching /(\\w)\\1[a-c]*/", "not (t contains \"bb\")", "bb"),
        Fault("Text matching /\\((?:[xy]|(?R))*\\)/", "not (t contains \"))\")", "(())"),
        Fault("Text matching /\\p{Greek}+/", "length(t) < 3", "\u{342}\u{342}\u{342}"),
        Fault(
            "Text matching /[a-z]{2}-[a-z]{2}/",
            "not (piece(t, \"-\", 0) == piece(t, \"-\", 1) and t contains \"d\")", "ad-ad"),
    ]

    static let seeds = ProcessInfo.processInfo.environment["GAINSAY_SEEDS"].flatMap { UInt64($0) } ?? 2
    static let prints = ProcessInfo.processInfo.environment["GAINSAY_TABLE"] != nil

    @Test(arguments: faults) func shrinkToThePlainestText(_ fault: Fault) throws {
        let spec = "property p {\n  forall t: \(fault.type)\n  check \(fault.check)\n}\n"
        let trial = try Bench().trials(spec)[0]
        let leaf = trial.leaves[0]
        var (right, evaluations, others): (Int, [Int], Set<String>) = (0, [], [])
        for seed in 0..<Self.seeds {
            var portfolio = Portfolio()
            portfolio.seed = seed
            portfolio.budget = Budget(tries: 200_000)
            portfolio.draw(texts: trial.space.texts, of: trial.space.dimension)
            guard case .found(let findings, _) = portfolio.search(trial.objective),
                let shrunk = SpaceShrinker(trial.objective).shrink(findings[0].point)
            else {
                others.insert("not found")
                continue
            }
            let text = leaf.text(at: shrunk.point) ?? ""
            if text == fault.least { right += 1 } else { others.insert(Notation.quoted(text)) }
            evaluations.append(shrunk.evaluations)
        }
        #expect(right == Int(Self.seeds), "\(others)")
        guard Self.prints, !evaluations.isEmpty else { return }
        evaluations.sort()
        let median = evaluations[evaluations.count / 2]
        print("| \(fault.type) | \(fault.check) | \(Notation.quoted(fault.least)) | \(right) | \(median) |")
    }
}
