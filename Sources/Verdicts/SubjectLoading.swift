import Compiler
import Diagnostics
import Loading
import Terminal
import VNNLIB

extension Subject {
    /// Reads and compiles what is to be checked, by the file's ending.
    package init(_ path: String, _ options: Workload.Options) throws(Failure) {
        if path.hasSuffix(".vnnlib") || path.hasSuffix(".vnnlib.gz") {
            try self.init(query: path, options)
        } else {
            try self.init(spec: path, options)
        }
    }

    private init(spec path: String, _ options: Workload.Options) throws(Failure) {
        let workload = try Workload(spec: path, options, style: .forErrors)
        var digest = Digest()
        for source in workload.sources { digest.add(source.bytes) }
        self.path = path
        sources = workload.sources
        trials = workload.trials(style: .forErrors)
        tables = workload.spec.tables
        columns = workload.tables
        (models, data, parameters) = (options.models, options.data, options.parameters)
        seed = workload.spec.models.contains { $0.wrapper != nil } ? options.seed : nil
        warnings = render(workload.warnings, from: workload.sources, style: .forErrors)
        hasMistakes = !workload.spec.mistaken.isEmpty
        self.digest = digest.text
        files = workload.files
        ledger = workload.ledger
        languageModels = workload.languageModels
        modelNames = workload.spec.models.filter { $0.wrapper == nil }.map(\.name)
        counterexamples = options.counterexamples
    }

    private init(query path: String, _ options: Workload.Options) throws(Failure) {
        guard !options.models.isEmpty else {
            throw Failure("a VNN-LIB property speaks of one model: say `--model net=FILE`")
        }
        guard options.data.isEmpty, options.parameters.isEmpty else {
            throw Failure("a VNN-LIB property has no data and no parameters")
        }
        let loaded = try LoadedQuery(path, .named(options.models), option: "--model")
        do { try loaded.query.requireBoundedInput() } catch { throw Failure(error, in: loaded.source) }
        var digest = Digest()
        digest.add(loaded.source.bytes)
        self.path = path
        sources = [loaded.source]
        trials = loaded.trials.map { PlannedTrial($0.trial) }
        (tables, columns) = ([], [])
        (models, data, parameters, seed) = (options.models, [:], [:], nil)
        (warnings, hasMistakes) = ("", false)
        ledger = nil
        languageModels = []
        modelNames = options.models.keys.sorted()
        self.digest = digest.text
        files = options.models.sorted { $0.key < $1.key }.map { NamedFile(kind: .model, name: $0.key, path: $0.value) }
    }
}
