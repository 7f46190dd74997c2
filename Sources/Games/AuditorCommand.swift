import Attackers
import Diagnostics
import Glibc

/// An auditor's command, made ready for one model.
struct AuditorCommand {
    /// What stands for something in a command.
    static let places = ["{model}", "{data}", "{budget}", "{seed}", "{here}"]
    /// What an auditor is given of a kind of models.
    static func model(_ kind: PlantedKind) -> String { "model" + kind.fileEnding }
    static func data(_ kind: PlantedKind) -> String { kind.isOfTexts ? "data.csv" : "data.npz" }

    let words: [String]

    /// `here` is the folder of the game's file; `gainsay` is this very program.
    init(
        _ auditor: Game.Auditor, of kind: PlantedKind, budget: Double, seed: UInt64, here: String, gainsay: String
    ) {
        let budget = budget == budget.rounded() ? String(Int(budget)) : String(budget)
        let meaning = [
            "{model}": Self.model(kind), "{data}": Self.data(kind), "{budget}": budget, "{seed}": String(seed),
            "{here}": here,
        ]
        var words = auditor.command.map { word in
            word.replacing(/\{[a-z]+\}/) { place in meaning[String(place.output)] ?? String(place.output) }
        }
        if words[0] == "gainsay" { words[0] = gainsay }
        self.words = words
    }

    /// The file of a program as a shell would find it; nil where there is none that can be run.
    static func find(_ program: String) -> String? {
        func runs(_ path: String) -> Bool { access(path, X_OK) == 0 }
        if program.contains("/") { return runs(program) ? program : nil }
        let folders = (getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin").split(separator: ":")
        return folders.map { $0 + "/" + program }.first(where: runs)
    }
}

extension Game {
    /// Throws where an auditor's program is not on this machine.
    package func findAuditors() throws(Diagnostic) {
        for auditor in auditors where auditor.command[0] != "gainsay" && !auditor.command[0].contains("{") {
            guard AuditorCommand.find(auditor.command[0]) == nil else { continue }
            throw .gameAuditor("there is no program `\(auditor.command[0])` that can be run", at: auditor.span)
        }
    }
}
