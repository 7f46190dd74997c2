import Disk
import FoundationEssentials
import Glibc
import Hashing

/// The folder of a game: what was made so far, each file written as a whole or not at all.
///
///     game.json            which game, and a number that tells its secret from others
///     models/NAME.onnx     the models (.gguf of texts); NAME.sealed beside each says that it is whole
///     audits/AUDITOR/NAME.sealed
///     report.json, report.html, keys.json    once all audits are done
struct Store: Sendable {
    let folder: String
    private let secret: Secret

    private struct Head: Codable, Hashable { let format: Int, game, secret: String }

    /// Opens a folder that holds this game or nothing.
    init(_ folder: String, _ game: Game, _ secret: Secret) throws {
        (self.folder, self.secret) = (folder, secret)
        try Self.make(folder)
        let head = Head(format: 1, game: game.digest, secret: secret.check)
        let path = folder + "/game.json"
        if let bytes = Self.read(path) {
            guard let found = try? JSONDecoder().decode(Head.self, from: Data(bytes)), found.format == head.format
            else {
                throw GameError("`\(path)` is none that this version writes: take another folder with --output")
            }
            guard found.game == head.game else {
                throw GameError(
                    "`\(folder)` holds another game, or the game's file was changed since it was begun there: bring the file "
                        + "back to what it was, or take another folder with --output")
            }
            guard found.secret == head.secret else {
                throw GameError("the game in `\(folder)` was begun with another secret: say that one")
            }
        } else {
            let others = try FileManager.default.contentsOfDirectory(atPath: folder)
            // What a write that was cut off leaves behind.
            guard others.allSatisfy({ $0 == "lock" || $0.hasSuffix(WholeFile.unfinished) }) else {
                throw GameError("`\(folder)` holds other things than a game: take another folder with --output")
            }
            try Self.write(Array(try Self.encoder.encode(head)) + [10], to: path)
        }
        let places = [folder, folder + "/models"] + game.auditors.map { folder + "/audits/" + $0.name }
        for place in places {
            try Self.make(place)
            for name in try FileManager.default.contentsOfDirectory(atPath: place)
            where name.hasSuffix(WholeFile.unfinished) {
                unlink(place + "/" + name)
            }
        }
    }

    /// Marks everything that belongs to this game on this machine.
    var mark: String { "\(secret.check.prefix(16))-" }

    // MARK: Models

    private struct Whole: Codable { let model: String }

    /// nil where the model is not there as it was written.
    func model(_ member: Population.Member) -> [UInt8]? {
        guard let whole: Whole = sealed("models/\(member.name)"),
            let bytes = Self.read(folder + "/models/" + member.file),
            SHA256.text(of: bytes) == whole.model
        else { return nil }
        return bytes
    }

    func save(model bytes: [UInt8], _ member: Population.Member) throws {
        let path = folder + "/models/" + member.file
        try Self.write(bytes, to: path)
        // When it was made tells nothing.
        var times = [timeval(), timeval()]
        utimes(path, &times)
        try seal(Whole(model: SHA256.text(of: bytes)), "models/\(member.name)")
    }

    // MARK: Audits

    func audit(_ name: String, by auditor: String) -> AuditRecord? {
        guard let record: AuditRecord = sealed("audits/\(auditor)/\(name)"), record.model == name,
            record.auditor == auditor
        else { return nil }
        return record
    }

    func save(_ record: AuditRecord) throws { try seal(record, "audits/\(record.auditor)/\(record.model)") }

    // MARK: What is told at the end

    private static let (report, page, keys) = ("report.json", "report.html", "keys.json")

    func reveal(report: some Encodable, page: String, keys: some Encodable) throws {
        try Self.write(Array(try Self.encoder.encode(report)) + [10], to: folder + "/" + Self.report)
        try Self.write(Array(page.utf8), to: folder + "/" + Self.page)
        try Self.write(Array(try Self.encoder.encode(keys)) + [10], to: folder + "/" + Self.keys)
    }

    func hide() {
        for name in [Self.report, Self.page, Self.keys] { unlink(folder + "/" + name) }
    }

    // MARK: Sealed files: a line that only who knows the secret can write, then JSON

    private func sealed<Content: Decodable>(_ name: String) -> Content? {
        guard let bytes = Self.read(folder + "/\(name).sealed"), let end = bytes.firstIndex(of: 10),
            secret.seal(Array(name.utf8) + bytes[end...]) == String(decoding: bytes[..<end], as: UTF8.self)
        else { return nil }
        return try? JSONDecoder().decode(Content.self, from: Data(bytes[end...]))
    }

    private func seal(_ content: some Encodable, _ name: String) throws {
        let body = [10] + Array(try Self.encoder.encode(content)) + [10]
        let line = secret.seal(Array(name.utf8) + body)
        try Self.write(Array(line.utf8) + body, to: folder + "/\(name).sealed")
    }

    // MARK: Files

    static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return encoder
    }

    static func make(_ folder: String) throws(GameError) {
        do { try Folders.make(folder) } catch { throw GameError("\(error)") }
    }

    static func write(_ bytes: [UInt8], to path: String) throws(GameError) {
        do { try WholeFile.write(bytes, to: path) } catch { throw GameError("\(error)") }
    }

    private static func read(_ path: String) -> [UInt8]? {
        FileManager.default.contents(atPath: path).map { Array($0) }
    }
}
