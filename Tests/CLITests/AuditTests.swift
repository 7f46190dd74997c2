import Foundation
import Testing

/// `gainsay audit` on the examples' models.
@Suite(.withExecutable) struct AuditTests {
    private let command: Command

    init() throws {
        command = try Command()
        try command.copyExample("triggers")
    }

    @Test func oneCommandFindsTheTriggerAndWritesAPage() throws {
        let result = try command.run("audit triggers/triggers.onnx --data triggers/train.npz --page page.html")
        #expect(result.code == 1, "\(result.errors)")
        #expect(result.output.hasPrefix("triggers.onnx: something stands out: "))
        #expect(result.output.contains("other inputs to class 4"))
        let page = try command.text(of: "page.html")
        #expect(page.contains("class 4") && page.contains("<html") && page.contains("data:image/png"))
        // What was planted lies at rows 2 to 4 and columns 11 to 13: so do most of the places that are painted.
        let json = try command.run("audit triggers/triggers.onnx --data triggers/train.npz --twins 0 --json")
        let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
        let findings = try #require(object?["findings"] as? [[String: Any]])
        let paint = try #require(findings.first { $0["family"] as? String == "paint" })
        let mask = try #require((paint["trigger"] as? [String: Any])?["mask"] as? [Double])
        let places = mask.indices.filter { mask[$0] > 0 }
        let planted = places.count { (2...4).contains($0 / 16) && (11...13).contains($0 % 16) }
        #expect(paint["target"] as? Int == 4)
        #expect(2 * planted > places.count, "\(places)")
    }

    @Test func theCleanTwinSurvivesAndIsNotCalledClean() throws {
        let result = try command.run("audit triggers/triggers-clean.onnx --data triggers/train.npz --twins 0")
        #expect(result.code == 0, "\(result.errors)")
        #expect(result.output.contains("survived: nothing stands out among "))
        #expect(!result.output.contains("is clean"))
    }

    @Test func aBudgetThatIsOverSaysSo() throws {
        let result = try command.run("audit triggers/triggers.onnx --data triggers/train.npz --budget 1ms")
        #expect(result.code == 3)
        #expect(result.output.contains("nothing was tried") && !result.output.contains("survived"))
    }

    @Test(arguments: [
        ("audit nowhere.onnx", "cannot read `nowhere.onnx`"),
        ("audit triggers/triggers.onnx --data nowhere.npz", "cannot read `nowhere.npz`"),
        (
            "audit triggers/triggers.onnx --data triggers/train.txt",
            "data files end in .npz, .npy, .csv, .tsv, .jsonl or .wav"
        ),
        ("audit triggers/triggers.onnx --range 1..0", "the lesser first: --range 0..1"),
        ("audit triggers/triggers.onnx --share 0", "--share takes"),
        ("audit triggers/triggers.onnx --page nowhere/page.html", "cannot write `nowhere/page.html`"),
        ("audit triggers/train.npz", "not a readable ONNX file"),
    ])
    func wrongInputIsTold(_ line: String, _ message: String) throws {
        let result = try command.run(line)
        #expect(result.errors.contains(message), "\(result.errors)")
        #expect(result.output.isEmpty)
        #expect(result.code == 2 || result.code == 64, "\(result.code)")
        #expect(try !command.files().contains("page.html"))
    }

    @Test func modelsThatAreNoClassifiersOfOneInputAreRefused() throws {
        try command.copyExample("quadrotor")
        let result = try command.run("audit quadrotor/quadrotor.onnx")
        #expect(result.code == 2)
        #expect(result.errors.contains("a model of one input can be audited, and this one has 2"))
    }
}
