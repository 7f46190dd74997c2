import ArgumentParser
import Diagnostics
import Glibc
import Terminal
import Verdicts

/// `gainsay watch`
struct Watch: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check again what a change touches: specs, the models and data that they name, single properties.",
        discussion: """
            Takes what `check` takes. Where only properties of a spec are edited, those are checked again; where anything else of it \
            changes, or a file that it names, all of that spec. What is underway is ended, and tells what it found. Ctrl-C ends.
            """)

    @OptionGroup var check: Check

    private static let pause: UInt32 = 200_000

    func run() throws {
        let options = try check.sources.workload(seed: 0)
        let project = try check.specs.isEmpty ? Project.nearest() : nil
        let planned =
            project?.specs.map { $0.planned(options) } ?? check.specs.map { Plan.Spec(path: $0, options: options) }
        func look() -> [WatchedSpec] {
            planned.map { WatchedSpec($0.path, models: $0.options.models, data: $0.options.data) }
        }
        Interrupt.listen()
        var (specs, child, code) = (look(), Optional(try ChildCheck(arguments)), Exit.Code.nothingContradicted)
        while !Interrupt.isRequested {
            usleep(Self.pause)
            if let ended = child?.code {
                code = Exit.Code(rawValue: ended) ?? .unfinished
                child = nil
                Console.write("watching \(Self.count(specs.count)); Ctrl-C ends\n", to: .error)
            }
            let changed = specs.map(\.changed)
            guard changed.contains(where: { !$0.isEmpty }) else { continue }
            // An editor may write a file in several steps.
            usleep(Self.pause / 2)
            child?.stop()
            let now = look()
            let arguments = again(specs, now, changed)
            specs = now
            tell(changed.flatMap(\.self))
            child = try arguments.map { (it) throws(Failure) in try ChildCheck(it) }
        }
        while let running = child, running.code == nil { usleep(Self.pause / 10) }
        Exit.with(code)
    }

    /// What the user said behind `watch`.
    private var arguments: [String] { Array(CommandLine.arguments.drop { $0 != "watch" }.dropFirst()) }

    /// How what is touched is checked again; nil where nothing is, a remark of a spec say.
    private func again(_ before: [WatchedSpec], _ now: [WatchedSpec], _ changed: [[String]]) -> [String]? {
        let places = now.indices.filter { !changed[$0].isEmpty }
        let touched = places.map { now[$0].touched(since: before[$0], changed[$0]) }
        guard !touched.allSatisfy({ $0?.isEmpty == true }) else { return nil }
        var arguments = self.arguments
        for place in places { arguments += ["--touched", now[place].path] }
        if check.only == nil, touched.allSatisfy({ $0 != nil }) {
            let names = touched.flatMap { $0 ?? [] }
            // A member of a family is named by the family and its arguments.
            arguments += ["--only", "^(" + names.joined(separator: "|") + ")($|\\W)"]
        }
        return arguments
    }

    private func tell(_ files: [String]) {
        var names: [String] = []
        for file in files where !names.contains(file) { names.append(file) }
        Console.write("\nchanged: \(names.joined(separator: ", "))\n\n", to: .error)
    }

    private static func count(_ specs: Int) -> String { specs == 1 ? "1 spec" : "\(specs) specs" }
}
