import Foundation
import FoundationXML
import Search
import Testing

@testable import Checker
@testable import Compiler
@testable import Pages
@testable import Reports

/// The page of a run: every verdict, every way in which an input is shown, texts that would break out.
@Suite struct PageTests {
    private func tags(_ run: CheckRun) throws -> (names: [String], text: String, attributes: [(String, String)]) {
        let reader = Reader()
        let parser = XMLParser(data: Data(run.page.html().utf8))
        parser.delegate = reader
        guard parser.parse() else { throw parser.parserError ?? CocoaError(.fileReadCorruptFile) }
        return (reader.names, reader.text, reader.attributes)
    }

    @Test func everyVerdictHasItsPlace() throws {
        let run = SampleRun.all()
        let found = try tags(run)
        let ids = found.attributes.filter { $0.0 == "id" }.map(\.1)
        let links = Set(found.attributes.filter { $0.0 == "href" }.map { String($0.1.dropFirst()) })
        #expect(Set(ids) == links && ids.count == run.entries.count + 1)
        for word in [
            "Contradicted: net(x) < 1 two", "Survived: 1,280 tries", "Proved: by bounds over 64 regions",
            "Refuted: all 10",
        ] {
            #expect(found.text.contains(word), "\(word)")
        }
        #expect(found.text.contains("Not checked: the time of --total was over"))
        #expect(found.text.contains("gone.say could not be read") && found.text.contains("gainsay replay 0123abcd"))
        // The course of the search, and how far the proof got.
        #expect(
            found.text.contains("Not proved: time is up.") && found.text.contains("65 regions bounded, 12 regions left")
        )
        #expect(
            found.attributes.contains {
                $0.0 == "aria-label" && $0.1.hasPrefix("The best margin over the tries, from 3 to 0.25")
            })
        #expect(run.page.html() == SampleRun.all().page.html())
    }

    /// Green is what is shown; red is what fails, and what is too little where more is required.
    @Test func tonesKeepToStandings() throws {
        func tones(_ run: CheckRun) throws -> [String] {
            try tags(run).attributes.filter { $0.0 == "class" && $0.1.hasPrefix("verdict ") }.map {
                String($0.1.dropFirst(8))
            }
        }
        let all = try tones(SampleRun.all())
        #expect(all.count { $0 == "reassuring" } == 3 && all.count { $0 == "alarming" } == 8)
        let required = try tones(SampleRun.all(requirement: .proved))
        #expect(required.count { $0 == "reassuring" } == 2 && required.count { $0 == "alarming" } == 14)
    }

    @Test(arguments: SampleRun.hostileTexts) func textStaysText(_ text: String) throws {
        let (plain, hostile) = try (tags(SampleRun.hostile("plain")), tags(SampleRun.hostile(text)))
        #expect(hostile.names == plain.names && hostile.attributes.map(\.0) == plain.attributes.map(\.0))
    }

    /// Written for who opens them in a browser.
    @Test func samplesAreWritten() throws {
        guard let folder = ProcessInfo.processInfo.environment["GAINSAY_PAGES"] else { return }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for (name, run) in [("verdicts", SampleRun.all()), ("exhibits", SampleRun.exhibits())] {
            try Data(run.page.html().utf8).write(to: URL(fileURLWithPath: folder + "/check-\(name).html"))
        }
    }

    // MARK: - What is looked at

    private func blocks(
        inputs: [Counterexample.Input] = [], lets: [Counterexample.Step], tensors: [Counterexample.Step] = []
    ) throws -> [(String, String)] {
        let row = Counterexample.Input(
            leaf: SampleRun.leaf("row"), kind: .category, values: ["3"], changes: [], isArbitrary: false, interval: nil,
            row: .init(table: "test", number: 3, fields: [], tensors: tensors))
        let example = Counterexample(
            id: "", inputs: [row] + inputs, lets: lets, sides: [], check: "c", margin: -1, worstMargin: -1,
            nearestDistance: nil, minimality: .unshrunk, floor: nil, tries: 1, shrinkTries: 0, strategy: "s",
            replay: "not kept", files: [])
        let run = CheckRun(
            version: "1", seed: 0, specs: [.init(path: "a.say")],
            entries: [SampleRun.entry(SampleRun.verdict("p", .contradicted([example]), effort: .none), "p", line: 1)])
        return try tags(run).attributes.filter { ["alt", "aria-label"].contains($0.0) }
    }

    @Test func picturesAreShownBeforeAndAfter() throws {
        let image = Counterexample.Step(
            name: "image", type: SampleRun.tensor([1, 2, 2], image: true), values: [0, 0.5, 1, 0.25])
        let seen = Counterexample.Step(name: "seen", type: SampleRun.tensor([1, 2, 2]), values: [0, 0.5, 0.9, 0.25])
        let shown = try blocks(inputs: [SampleRun.noise([1, 2, 2], [0, 0, -0.1, 0])], lets: [seen], tensors: [image])
        #expect(
            shown.map(\.1) == [
                "before: image", "after: seen", "changed: 1 of 4 entries, from -0.1 (blue) to 0 (red)",
            ])
        // Where nothing was made of it, the change itself is.
        let alone = try blocks(inputs: [SampleRun.noise([1, 2, 2], [0, 0, -0.1, 0])], lets: [], tensors: [image])
        #expect(alone.map(\.1) == ["image", "noise: from -0.1 (blue) over 0 (white) to 0 (red)"])
    }

    @Test func seriesAreCurvesAndVectorsBars() throws {
        let shown = try blocks(lets: [
            .init(name: "sound", type: SampleRun.tensor([5000]), values: (0..<5000).map { Double($0 % 7) }),
            .init(name: "states", type: SampleRun.tensor([12, 2]), values: (0..<24).map(Double.init)),
            .init(name: "scores", type: SampleRun.tensor([3], labels: ["a", "b", "c"]), values: [1, -2, .infinity]),
            .init(name: "weights", type: SampleRun.tensor([9, 20]), values: (0..<180).map(Double.init)),
            .init(name: "one", type: SampleRun.tensor([1]), values: [1]),
        ])
        #expect(
            shown.map(\.1) == [
                "weights: from 0 (blue) over 0 (white) to 179 (red)", "sound, entry by entry", "states, entry by entry",
                "scores",
            ])
    }

    @Test func textsAreCompared() throws {
        let type = SayType.text(most: 20)
        func text(_ name: String, _ text: String) -> Counterexample.Step {
            .init(name: name, type: type, values: text.unicodeScalars.map { Double($0.value) } + [-1])
        }
        let example = Counterexample(
            id: "", inputs: [],
            lets: [text("r", "the film was good"), text("t", "the flim was good"), text("u", "1234")],
            sides: [], check: "c", margin: -1, worstMargin: -1, nearestDistance: nil, minimality: .unshrunk, floor: nil,
            tries: 1, shrinkTries: 0, strategy: "s", replay: "not kept", files: [])
        let run = CheckRun(
            version: "1", seed: 0, specs: [.init(path: "a.say")],
            entries: [SampleRun.entry(SampleRun.verdict("p", .contradicted([example])), "p", line: 1)])
        let found = try tags(run)
        #expect(
            found.text.contains("From r to t") && !found.text.contains("From t to u") && !found.text.contains("to r"))
        #expect(found.names.contains("del") && found.names.contains("ins"))
    }

    private final class Reader: NSObject, XMLParserDelegate {
        private(set) var names: [String] = []
        private(set) var attributes: [(String, String)] = []
        private(set) var text = ""

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes found: [String: String]
        ) {
            names.append(name)
            attributes += found.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        }

        func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
    }
}
