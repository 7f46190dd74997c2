import Foundation
import Testing

/// `gainsay check --html, --junit, --sarif, --markdown, --github`: what is written, where, and when it is refused.
@Suite(.withExecutable) struct ReportFileTests {
    private let command: Command
    private static let all = "--html run.html --junit run.xml --sarif run.sarif --markdown run.md"

    init() throws {
        command = try Command()
        try command.write(
            """
            property proof { forall n: Int in [0, 9] check n >= 0 }
            property wide { forall x: Tensor[20] in [-1, 1] check sum(x * x) < 100 }
            property small "less than a half" { forall x: Real in [0, 1] check x < 0.5 }

            """, to: "spec.say")
    }

    @Test func allAreWrittenAtOnce() throws {
        let plain = try command.run("check spec.say --no-cases --tries 500 --threads 1")
        let result = try command.run("check spec.say --no-cases --tries 500 --threads 1 \(Self.all)")
        #expect(result.code == 1 && result.errors.isEmpty && result.output.timeless == plain.output.timeless)
        #expect(try command.files() == ["run.html", "run.md", "run.sarif", "run.xml", "spec.say"])
        #expect(try command.text(of: "run.xml").contains("<failure type=\"contradicted\" message=\"x &lt; 0.5\">"))
        #expect(try command.text(of: "run.sarif").contains("\"startLine\" : 3"))
        #expect(
            try command.text(of: "run.md").contains("| <code>small</code><br>less than a half | **contradicted** |"))
        let page = try command.text(of: "run.html")
        #expect(page.contains("Less than a half.") && page.contains("href=\"#property-3\""))
    }

    @Test func whatCannotBeWrittenIsToldFirst() throws {
        for (option, why) in [
            ("--junit nowhere/run.xml", "there is no folder `nowhere`"), ("--html .", "it is a folder"),
            ("--sarif run --markdown run", "`run` is to hold two reports"),
        ] {
            let result = try command.run("check spec.say --no-cases --tries 500 \(option)")
            #expect(result.code == 2 && result.output.isEmpty && result.errors.contains(why), "\(result)")
        }
        #expect(try command.files() == ["spec.say"])
    }

    @Test func commandsComeBehindTheReport() throws {
        let result = try command.run("check spec.say --no-cases --tries 500 --github")
        let lines = result.output.split(separator: "\n")
        let commands = lines.filter { $0.hasPrefix("::") }
        #expect(result.code == 1 && lines.suffix(2).allSatisfy { $0.hasPrefix("::") } && commands.count == 2)
        #expect(commands[0].hasPrefix("::notice file=spec.say,line=2,endLine=2,col=1,endColumn="))
        #expect(commands[1].contains("title=small%3A contradicted::x < 0.5%0A"))
        #expect(try command.run("check spec.say --json --github").code == 2)
    }

    /// A text of the data that would be a command.
    @Test func dataGivesNoCommands() throws {
        try command.write("text\n\"::error::x\n##[error]y\"\n", to: "rows.csv")
        try command.write(
            """
            data rows : { text: Text } from "rows.csv"
            property p { forall row in rows check row.text == "" }

            """, to: "rows.say")
        let result = try command.run("check rows.say --no-cases --tries 50 --github")
        let open = try #require(result.output.firstMatch(of: /::stop-commands::([0-9a-f]{64})/))
        let parts = result.output.components(separatedBy: "::\(open.1)::\n")
        #expect(result.code == 1 && parts.count == 2 && parts[0].contains("##[error]"))
        #expect(
            parts[1].split(separator: "\n").filter { $0.contains("error") }.allSatisfy { $0.hasPrefix("::error file=") }
        )
    }

    @Test func severalSpecsAreSeveralSuites() throws {
        try command.write("property p { check q }\n", to: "wrong.say")
        let result = try command.run("check spec.say wrong.say missing.say --no-cases --tries 500 \(Self.all)")
        let junit = try command.text(of: "run.xml")
        #expect(result.code == 1 && junit.components(separatedBy: "<testsuite ").count == 4)
        #expect(junit.components(separatedBy: "message=\"it could not be read\"").count == 3)
        #expect(try command.text(of: "run.html").contains("missing.say could not be read"))
        #expect(try command.text(of: "run.md").contains("<code>missing&#46;say</code> could not be read"))
    }

    @Test func aProofMayBeRequired() throws {
        _ = try command.run("check spec.say --no-cases --tries 500 --require proved \(Self.all)")
        #expect(try command.text(of: "run.xml").contains("failures=\"2\""))
        #expect(try command.text(of: "run.html").contains("though a proof is required"))
    }
}
