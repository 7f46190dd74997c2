import BlackBoxes
import Databases
import Glibc
import Tensors
import Terminal

/// What an address has answered, kept from run to run in `answers.sqlite` beside the cases: numbers, and nothing else.
package struct AnswerStore: AnswerArchive {
    private let database: Database
    private let address: String
    /// Of inputs and outputs: other types are other questions.
    private let types: String
    private let isAskingAnew: Bool

    /// Opens the store in a folder, making it if it is not there.
    package init(_ folder: String, of address: String, _ signature: Signature, isAskingAnew: Bool) throws(Failure) {
        self.address = address
        self.isAskingAnew = isAskingAnew
        types = [signature.inputs, signature.outputs].map { ports in
            ports.map { "\($0.name) \($0.type)" }.joined(separator: ", ")
        }.joined(separator: " -> ")
        try Files.makeFolder(folder)
        do {
            database = try Database(folder + "/answers.sqlite")
            try database.write { (database) throws(DatabaseError) in
                try database.run(
                    """
                    CREATE TABLE IF NOT EXISTS answers (
                        address TEXT NOT NULL, types TEXT NOT NULL, question BLOB NOT NULL, answer BLOB NOT NULL,
                        PRIMARY KEY (address, types, question)) WITHOUT ROWID
                    """)
            }
        } catch { throw Failure("cannot open the answers in `\(folder)`: \(error)", code: .unfinished) }
    }

    /// What cannot be read is not known.
    package func answers(to questions: [[Double]]) -> [[Double]?] {
        let nothing = [[Double]?](repeating: nil, count: questions.count)
        guard !isAskingAnew else { return nothing }
        let found = try? database.read { (database) throws(DatabaseError) in
            var answers: [[Double]?] = []
            for question in questions {
                let rows = try database.run(
                    "SELECT answer FROM answers WHERE address = ? AND types = ? AND question = ?",
                    [.text(address), .text(types), .blob(Self.bytes(question))])
                answers.append(rows.first.flatMap { Self.numbers($0[0]) })
            }
            return answers
        }
        return found ?? nothing
    }

    /// That they cannot be kept is no reason not to go on.
    package func keep(_ answers: [[Double]], to questions: [[Double]]) {
        try? database.write { (database) throws(DatabaseError) in
            for (question, answer) in zip(questions, answers) {
                try database.run(
                    "INSERT OR REPLACE INTO answers (address, types, question, answer) VALUES (?, ?, ?, ?)",
                    [.text(address), .text(types), .blob(Self.bytes(question)), .blob(Self.bytes(answer))])
            }
        }
    }

    private static func bytes(_ numbers: [Double]) -> [UInt8] {
        numbers.flatMap { number in withUnsafeBytes(of: number.bitPattern.littleEndian) { Array($0) } }
    }

    private static func numbers(_ answer: DatabaseValue) -> [Double]? {
        guard case .blob(let bytes) = answer, bytes.count % 8 == 0 else { return nil }
        return stride(from: 0, to: bytes.count, by: 8).map { start in
            Double(bitPattern: (0..<8).reduce(0) { $0 | UInt64(bytes[start + $1]) << (8 * UInt64($1)) })
        }
    }
}
