import Attackers
import FoundationEssentials
import Glibc

/// Runs one auditor on one model, in a folder that holds nothing else.
struct Audit {
    let game: Game
    let auditor: Game.Auditor
    let member: Population.Member
    let secret: Secret
    /// The folder of the game's file, and this very program.
    let here, gainsay: String
    let mark: String

    /// nil where we were asked to stop before it ended.
    func record(of model: [UInt8], goOn: () -> Bool) throws -> AuditRecord? {
        let folder = try Self.freshFolder(mark)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let family = game.families[member.family]
        try Store.write(model, to: folder + "/" + AuditorCommand.model(family.kind))
        try Store.write(try told(family), to: folder + "/" + AuditorCommand.data(family.kind))
        let command = AuditorCommand(
            auditor, of: family.kind, budget: game.budget, seed: secret.seed(.auditing, member.number), here: here,
            gainsay: gainsay)
        let child = Child(
            words: command.words, folder: folder, mark: mark + member.name + "-" + auditor.name,
            seconds: game.patience)
        let result = try child.run(goOn: goOn)
        if result.ending == .stopped { return nil }
        let answer = result.ending.mayAnswer ? Answer.read(result.output) : nil
        return AuditRecord(
            model: member.name, auditor: auditor.name, seconds: result.seconds, answer: answer,
            silence: answer == nil ? silence(result) : nil, errors: String(decoding: result.errors, as: UTF8.self))
    }

    /// Clean rows, or what a language model is not to do.
    private func told(_ family: Game.Family) throws -> [UInt8] {
        if let told = member.planting.told { return told }
        return try CleanRows(
            family.kind, side: family.side, features: family.features, count: game.rows,
            seed: secret.seed(.data, member.number)
        ).npz()
    }

    private func silence(_ result: Child.Result) -> String {
        switch result.ending {
        case .exited(let code) where !result.ending.mayAnswer: "it ended with exit code \(code)"
        case .exited: result.output.isEmpty ? "it printed nothing" : "what it printed is no answer"
        case .killed(let signal): "it was ended by signal \(signal)"
        case .outOfTime: "it took longer than \(Int(game.patience)) s"
        case .tooMuch: "it printed too much"
        case .stopped: "it was stopped"
        }
    }

    private static func freshFolder(_ mark: String) throws -> String {
        var path = Array((parent + "/" + prefix(mark) + "XXXXXX").utf8CString)
        guard mkdtemp(&path) != nil else {
            throw GameError("cannot make a folder below `\(parent)`: \(String(cString: strerror(errno)))")
        }
        return String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Folders of an earlier run that was killed.
    static func removeLeftFolders(_ mark: String) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
        where name.hasPrefix(prefix(mark)) {
            try? FileManager.default.removeItem(atPath: parent + "/" + name)
        }
    }

    private static func prefix(_ mark: String) -> String { "gainsay-\(mark)" }

    private static var parent: String {
        getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    }
}

extension Child.Ending {
    /// 0, nothing found, and 1, something found, are how an audit ends.
    fileprivate var mayAnswer: Bool { self == .exited(0) || self == .exited(1) }
}
