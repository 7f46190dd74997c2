import ArgumentParser
import Glibc
import Reports
import Terminal
import Verdicts

/// `gainsay cases`
struct Cases: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The counterexamples found so far.", subcommands: [List.self, Show.self, Delete.self],
        defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "A line for each, the newest first.")
        @OptionGroup var store: CaseOptions

        func run() throws {
            let records = try CaseStore.existing(store.cases)?.records() ?? []
            for record in records {
                let margin = record.margin.rounded(toSignificant: 5)
                Console.write("\(record.id)  \(record.spec)  \(record.property)  margin \(margin)\n")
            }
            if records.isEmpty { Console.write("no cases\n", to: .error) }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The values of one case, as kept.")
        @Argument(help: "The case, or the beginning of its name.") var id: String
        @OptionGroup var store: CaseOptions

        func run() throws {
            let record = try Cases.open(store).record(id)
            Console.write(String(decoding: try record.json, as: UTF8.self) + "\n")
        }
    }

    struct Delete: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Forget cases.")
        @Argument(help: "The cases, or the beginnings of their names.") var ids: [String] = []
        @Flag(name: .long, help: "Forget all of them.") var all = false
        @OptionGroup var store: CaseOptions

        func validate() throws {
            guard ids.isEmpty == all else { throw ValidationError("say which cases, or --all") }
        }

        func run() throws {
            let store = try Cases.open(store)
            // All are looked up before any is deleted: a misspelt one deletes nothing.
            let records = all ? try store.records() : try ids.map { try store.record($0) }
            for record in records { try store.delete(record) }
            Console.write("deleted \(records.count)\n")
        }
    }

    static func open(_ options: CaseOptions) throws(Failure) -> CaseStore {
        guard let store = try CaseStore.existing(options.cases) else {
            throw Failure("there are no cases in `\(options.cases)`")
        }
        return store
    }
}
