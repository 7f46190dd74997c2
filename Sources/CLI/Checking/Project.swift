import Diagnostics
import Disk
import FoundationEssentials
import Loading
import Recipes
import Reports
import Terminal
import Verdicts

/// `gainsay.toml`: what `gainsay check` checks where no spec is named, and how. The command line comes before it.
struct Project {
    static let file = "gainsay.toml"

    /// One spec of it.
    struct Spec {
        let path: String
        var models: [String: String] = [:]
        var data: [String: String] = [:]
        var parameters: [String: String] = [:]
        var only: String?
        var budget: Duration?
        var requirement: Requirement?

        /// `given` is what the command line says.
        func planned(_ given: Workload.Options) -> Plan.Spec {
            var options = given
            options.models = models.merging(given.models) { $1 }
            options.data = data.merging(given.data) { $1 }
            options.parameters = parameters.merging(given.parameters) { $1 }
            return Plan.Spec(
                path: path, options: options, only: only, budget: budget?.seconds, requirement: requirement)
        }
    }

    let specs: [Spec]
    let total: Duration?
    let seed: UInt64?
    /// The file of counterexamples that are accepted.
    let baseline: String?

    /// Reads the one of this folder, or of the nearest that this one is in.
    static func nearest() throws(Failure) -> Project {
        guard let folder = folder() else {
            throw Failure(
                "no spec is named, and neither this folder nor one that it is in has a \(file): say `gainsay check SPEC.say`, or begin one with\n\n"
                    + "    [check]\n    specs = [\"my.say\"]\n    budget = \"10s\"\n")
        }
        let path = folder + file
        let source = SourceFile(path: path, bytes: try Files.read(path, limit: 1 << 24))
        do throws(Diagnostic) { return try ProjectReading(folder: folder).project(try TomlReader.read(source)) } catch {
            throw Failure(error, in: source)
        }
    }

    /// As a path from here: empty, or `../` as often as it takes; nil where there is none.
    private static func folder() -> String? {
        let depth = FileManager.default.currentDirectoryPath.split(separator: "/").count
        return (0...depth).lazy.map { String(repeating: "../", count: $0) }.first {
            FileManager.default.fileExists(atPath: $0 + file)
        }
    }
}

/// The tables of a `gainsay.toml`.
private struct ProjectReading {
    /// In front of every path in it.
    let folder: String

    func project(_ tables: [TomlTable]) throws(Diagnostic) -> Project {
        try RecipeFields(tables[0], of: "gainsay.toml").finish()
        var common = RecipeFields(tables.first { $0.name == "check" } ?? tables[0], of: "gainsay.toml")
        let (budget, requirement) = (try duration("budget", &common), try common.choice("require", Requirement.self))
        let total = try duration("total", &common)
        let seed = try common.integer("seed", in: 0...Int.max).map { UInt64($0) }
        let baseline = try common.text("baseline").map(path)
        let paths = try common.value("specs").map { (it) throws(Diagnostic) in try it.texts("specs") } ?? []
        try common.finish()
        var specs = paths.map { Project.Spec(path: path($0), budget: budget, requirement: requirement) }
        for table in tables.dropFirst() where table.name != "check" {
            guard table.name.hasPrefix("spec.") else {
                throw .recipeKey(
                    "a project has the tables [check] and [spec.NAME], and none named `\(table.name)`", at: table.span,
                    hints: [])
            }
            specs.append(try spec(table, budget, requirement))
        }
        guard !specs.isEmpty else {
            throw .recipeMissing(
                "no spec is named: `specs = [\"my.say\"]` under [check], or [spec.NAME] with `file = \"my.say\"`",
                at: tables[0].span)
        }
        return Project(specs: specs, total: total, seed: seed, baseline: baseline)
    }

    private func spec(
        _ table: TomlTable, _ budget: Duration?, _ requirement: Requirement?
    ) throws(Diagnostic) -> Project.Spec {
        var fields = RecipeFields(table)
        var spec = Project.Spec(path: path(try fields.required("file").text("file")))
        spec.models = try files("models", &fields)
        spec.data = try files("data", &fields)
        spec.parameters = try fields.value("set").map { (it) throws(Diagnostic) in try it.assignments("set") } ?? [:]
        spec.only = try fields.text("only")
        spec.budget = try duration("budget", &fields) ?? budget
        spec.requirement = try fields.choice("require", Requirement.self) ?? requirement
        try fields.finish()
        return spec
    }

    private func files(_ key: String, _ fields: inout RecipeFields) throws(Diagnostic) -> [String: String] {
        guard let value = fields.value(key) else { return [:] }
        return try value.assignments(key).mapValues { ModelPlace($0).isFile ? path($0) : $0 }
    }

    private func duration(_ key: String, _ fields: inout RecipeFields) throws(Diagnostic) -> Duration? {
        guard let value = fields.value(key) else { return nil }
        guard let duration = Duration(argument: try value.text(key)) else {
            throw .recipeValue("`\(key)` is a time: \"500ms\", \"30s\", \"2m\"", at: value.span)
        }
        return duration
    }

    private func path(_ text: String) -> String { text.hasPrefix("/") ? text : folder + text }
}
