import Compiler
import Foundation
import GRDB

/// The failure database: the counterexamples found so far, in a folder beside what is checked (`.gainsay/`).
///
/// `cases.sqlite` holds the records; a folder per case holds its tensors and pictures.
struct CaseStore {
    static let defaultFolder = ".gainsay"

    let folder: String
    private let database: DatabaseQueue

    /// Opens the store, making it if it is not there.
    init(_ folder: String) throws(Failure) {
        self.folder = folder
        try Files.makeFolder(folder)
        do {
            // Another run may be writing.
            var configuration = Configuration()
            configuration.busyMode = .timeout(5)
            database = try DatabaseQueue(path: folder + "/cases.sqlite", configuration: configuration)
            try database.write { database in
                try database.execute(
                    sql: """
                        CREATE TABLE IF NOT EXISTS cases (
                            id TEXT PRIMARY KEY, spec TEXT NOT NULL, property TEXT NOT NULL, found REAL NOT NULL,
                            margin REAL NOT NULL, record BLOB NOT NULL)
                        """)
            }
        } catch { throw Failure("cannot open the cases in `\(folder)`: \(error)", code: .unfinished) }
    }

    /// Opens the store if it is there.
    static func existing(_ folder: String) throws(Failure) -> CaseStore? {
        FileManager.default.fileExists(atPath: folder + "/cases.sqlite") ? try CaseStore(folder) : nil
    }

    func save(_ record: CaseRecord) throws(Failure) {
        try run { database in
            try database.execute(
                sql:
                    "INSERT OR REPLACE INTO cases (id, spec, property, found, margin, record) VALUES (?, ?, ?, ?, ?, ?)",
                arguments: [
                    record.id, record.spec, record.property, record.found, record.margin,
                    try record.json,
                ])
        }
    }

    /// All of them, or those of one property of one spec, the newest first.
    func records(spec: String? = nil, property: String? = nil) throws(Failure) -> [CaseRecord] {
        try run { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT record FROM cases WHERE (?1 IS NULL OR spec = ?1) AND (?2 IS NULL OR property = ?2)
                    ORDER BY found DESC, id
                    """, arguments: [spec, property])
            return rows.compactMap { row in
                (row["record"] as Data?).flatMap { try? CaseRecord(json: $0) }
            }
        }
    }

    /// The one case whose identifier begins with `prefix`.
    func record(_ prefix: String) throws(Failure) -> CaseRecord {
        let matches = try records().filter { $0.id.hasPrefix(prefix) }
        guard let record = matches.first, !prefix.isEmpty else {
            throw Failure("there is no case `\(prefix)` in `\(folder)`; `gainsay cases` lists them")
        }
        guard matches.count == 1 else {
            throw Failure("`\(prefix)` begins \(matches.map(\.id).joined(separator: ", ")): say more of it")
        }
        return record
    }

    func delete(_ record: CaseRecord) throws(Failure) {
        try run { try $0.execute(sql: "DELETE FROM cases WHERE id = ?", arguments: [record.id]) }
        try? FileManager.default.removeItem(atPath: folder(of: record.id))
    }

    /// Where the tensors and pictures of a case are.
    func folder(of id: String) -> String { folder + "/cases/" + id }

    private func run<Result>(_ body: (Database) throws -> Result) throws(Failure) -> Result {
        do { return try database.write(body) } catch {
            throw Failure("cannot use the cases in `\(folder)`: \(error)", code: .unfinished)
        }
    }
}
