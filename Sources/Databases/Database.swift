import CSQLite
import Synchronization

/// What SQLite says of what could not be done.
package struct DatabaseError: Error, CustomStringConvertible {
    package let description: String
}

/// A cell of a row, or what stands for a `?` of a statement.
package enum DatabaseValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])

    package static func optional(_ text: String?) -> DatabaseValue { text.map { .text($0) } ?? .null }
}

/// An SQLite file. One thread uses it at a time; others, of other processes too, are waited for up to five seconds.
///
///     let database = try Database("cases.sqlite")
///     try database.write { try $0.run("DELETE FROM cases WHERE id = ?", [.text(id)]) }
package final class Database: Sendable {
    private static let patience: Int32 = 5000

    private let connection: Mutex<Connection>

    /// Opens the file, making it if it is not there.
    package init(_ path: String) throws(DatabaseError) {
        let connection = try Connection(path, patience: Self.patience)
        self.connection = Mutex(connection)
    }

    /// Reads what is there at one time.
    package func read<Result: Sendable>(
        _ body: (Connection) throws(DatabaseError) -> Result
    ) throws(DatabaseError) -> Result {
        try transaction("BEGIN", body)
    }

    /// All that `body` writes, or nothing of it where it throws.
    package func write<Result: Sendable>(
        _ body: (Connection) throws(DatabaseError) -> Result
    ) throws(DatabaseError) -> Result {
        try transaction("BEGIN IMMEDIATE", body)
    }

    private func transaction<Result: Sendable>(
        _ begin: String, _ body: (Connection) throws(DatabaseError) -> Result
    ) throws(DatabaseError) -> Result {
        try connection.withLock { (connection) throws(DatabaseError) -> Result in
            try connection.run(begin)
            do throws(DatabaseError) {
                let result = try body(connection)
                try connection.run("COMMIT")
                return result
            } catch {
                // Where even this fails SQLite has rolled back on its own.
                try? connection.run("ROLLBACK")
                throw error
            }
        }
    }
}
