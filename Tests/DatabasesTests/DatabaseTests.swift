import Databases
import Foundation
import Testing

@Suite("Databases") struct DatabaseTests {
    private let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).sqlite").path

    private func made() throws -> Database {
        let database = try Database(path)
        try database.write { (it) throws(DatabaseError) in
            try it.run("CREATE TABLE IF NOT EXISTS cells (number INTEGER PRIMARY KEY, cell)")
        }
        return database
    }

    private static let values: [DatabaseValue] = [
        .null, .integer(.min), .real(0.1), .text(""), .text("a\u{301} \u{1F600}'"), .blob([]), .blob([0, 255, 0]),
    ]

    @Test func valuesComeBackAsTheyWere() throws {
        let database = try made()
        try database.write { (it) throws(DatabaseError) in
            for value in Self.values { try it.run("INSERT INTO cells (cell) VALUES (?)", [value]) }
        }
        let rows = try made().read { (it) throws(DatabaseError) in try it.run("SELECT cell FROM cells ORDER BY number")
        }
        #expect(rows == Self.values.map { [$0] })
    }

    @Test func whatFailsLeavesNothingBehind() throws {
        let database = try made()
        #expect(throws: DatabaseError.self) {
            try database.write { (it) throws(DatabaseError) in
                try it.run("INSERT INTO cells (cell) VALUES (1)")
                try it.run("INSERT INTO nowhere VALUES (1)")
            }
        }
        let rows = try database.read { (it) throws(DatabaseError) in try it.run("SELECT * FROM cells") }
        #expect(rows.isEmpty)
    }

    @Test func severalThreadsAndConnectionsWaitForOneAnother() throws {
        let (first, second) = (try made(), try made())
        DispatchQueue.concurrentPerform(iterations: 40) { number in
            try? (number % 2 == 0 ? first : second).write { (it) throws(DatabaseError) in
                try it.run("INSERT INTO cells (cell) VALUES (?)", [.integer(Int64(number))])
            }
        }
        let rows = try first.read { (it) throws(DatabaseError) in try it.run("SELECT COUNT(*) FROM cells") }
        #expect(rows == [[.integer(40)]])
    }

    @Test func whatIsNoDatabaseSaysSo() throws {
        try Data("not a database, but long enough to be looked at".utf8).write(to: URL(fileURLWithPath: path))
        #expect(throws: DatabaseError.self) { _ = try made() }
        #expect(throws: DatabaseError.self) { _ = try Database("/nowhere/at/all.sqlite") }
    }
}
