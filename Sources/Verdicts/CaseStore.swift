import Compiler
import Databases
import Disk
import FoundationEssentials
import Glibc
import Loading
import Terminal

/// The failure database: the counterexamples found so far, in a folder beside what is checked (`.gainsay/`).
///
/// `cases.sqlite` holds the records; a folder per case holds its tensors and pictures.
package struct CaseStore {
    package static let defaultFolder = ".gainsay"

    package let folder: String
    private let database: Database

    /// Opens the store, making it if it is not there.
    package init(_ folder: String) throws(Failure) {
        self.folder = folder
        try Files.makeFolder(folder)
        do {
            database = try Database(folder + "/cases.sqlite")
            try database.write { (database) throws(DatabaseError) in
                try database.run(
                    """
                    CREATE TABLE IF NOT EXISTS cases (
                        id TEXT PRIMARY KEY, spec TEXT NOT NULL, property TEXT NOT NULL, found REAL NOT NULL,
                        margin REAL NOT NULL, record BLOB NOT NULL)
                    """)
                try database.run(
                    """
                    CREATE TABLE IF NOT EXISTS proved_rows (
                        claim TEXT NOT NULL, row INTEGER NOT NULL, PRIMARY KEY (claim, row)) WITHOUT ROWID
                    """)
            }
        } catch { throw Failure("cannot open the cases in `\(folder)`: \(error)", code: .unfinished) }
    }

    /// Opens the store if it is there.
    package static func existing(_ folder: String) throws(Failure) -> CaseStore? {
        FileManager.default.fileExists(atPath: folder + "/cases.sqlite") ? try CaseStore(folder) : nil
    }

    package func save(_ record: CaseRecord) throws(Failure) {
        let json: [UInt8]
        do { json = Array(try record.json) } catch { throw failure(error) }
        try run(
            "INSERT OR REPLACE INTO cases (id, spec, property, found, margin, record) VALUES (?, ?, ?, ?, ?, ?)",
            [
                .text(record.id), .text(record.spec), .text(record.property), .real(record.found),
                .real(record.margin), .blob(json),
            ])
    }

    /// All of them, or those of one property of one spec, the newest first.
    package func records(spec: String? = nil, property: String? = nil) throws(Failure) -> [CaseRecord] {
        let rows = try run(
            """
            SELECT record FROM cases WHERE (?1 IS NULL OR spec = ?1) AND (?2 IS NULL OR property = ?2)
            ORDER BY found DESC, id
            """, [.optional(spec), .optional(property)])
        return rows.compactMap { row in
            guard case .blob(let json) = row[0] else { return nil }
            return try? CaseRecord(json: Data(json))
        }
    }

    /// The one case whose identifier begins with `prefix`.
    package func record(_ prefix: String) throws(Failure) -> CaseRecord {
        let matches = try records().filter { $0.id.hasPrefix(prefix) }
        guard let record = matches.first, !prefix.isEmpty else {
            throw Failure("there is no case `\(prefix)` in `\(folder)`; `gainsay cases` lists them")
        }
        guard matches.count == 1 else {
            throw Failure("`\(prefix)` begins \(matches.map(\.id).joined(separator: ", ")): say more of it")
        }
        return record
    }

    package func delete(_ record: CaseRecord) throws(Failure) {
        try run("DELETE FROM cases WHERE id = ?", [.text(record.id)])
        try? FileManager.default.removeItem(atPath: folder(of: record.id))
    }

    /// That a row of data was proved to meet a claim, which is known by a digest of all that it depends on.
    package func keep(provedRow row: Int, of claim: String) throws(Failure) {
        try run("INSERT OR IGNORE INTO proved_rows (claim, row) VALUES (?, ?)", [.text(claim), .integer(Int64(row))])
    }

    /// The rows that were proved to meet a claim.
    package func provedRows(of claim: String) throws(Failure) -> Set<Int> {
        Set(
            try run("SELECT row FROM proved_rows WHERE claim = ?", [.text(claim)]).compactMap { row in
                if case .integer(let number) = row[0] { Int(number) } else { nil }
            })
    }

    /// Where the tensors and pictures of a case are.
    package func folder(of id: String) -> String { folder + "/cases/" + id }

    @discardableResult
    private func run(_ sql: String, _ values: [DatabaseValue]) throws(Failure) -> [[DatabaseValue]] {
        do {
            return try database.write { (database) throws(DatabaseError) in try database.run(sql, values) }
        } catch { throw failure(error) }
    }

    private func failure(_ error: any Error) -> Failure {
        Failure("cannot use the cases in `\(folder)`: \(error)", code: .unfinished)
    }
}
