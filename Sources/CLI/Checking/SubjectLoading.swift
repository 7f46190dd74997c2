import Compiler
import Diagnostics
import Models
import VNNLIB

extension Subject {
    /// Reads and compiles what is to be checked, by the file's ending.
    init(_ path: String, _ options: Workload.Options) throws(Failure) {
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
        trials = try workload.trials(style: .forErrors)
        tables = workload.spec.tables
        columns = workload.tables
        (models, data, parameters) = (options.models, options.data, options.parameters)
        warnings = render(workload.warnings, from: workload.sources, style: .forErrors)
        self.digest = digest.text
        files = workload.files
    }

    private init(query path: String, _ options: Workload.Options) throws(Failure) {
        guard options.models.count == 1, let (name, file) = options.models.first else {
            throw Failure("a VNN-LIB property speaks of one model: say `--model net=FILE`")
        }
        guard options.data.isEmpty, options.parameters.isEmpty else {
            throw Failure("a VNN-LIB property has no data and no parameters")
        }
        let source = SourceFile(path: path, bytes: try Files.read(path))
        let query: Query
        do { query = try Query(parsing: source) } catch {
            throw Failure(rendered: render([error], from: [source], style: .forErrors))
        }
        let model: Model
        do { model = try ModelFile.read(file) } catch {
            throw Failure(error.message.contains(file) ? error.message : "\(file): \(error.message)")
        }
        var digest = Digest()
        digest.add(source.bytes)
        self.path = path
        sources = [source]
        do { trials = try compile(query, model: model.graph, name: Self.name(path)) } catch {
            throw Failure("\(path): \(error)")
        }
        (tables, columns) = ([], [])
        (models, data, parameters) = (options.models, [:], [:])
        warnings = ""
        self.digest = digest.text
        files = [NamedFile(kind: .model, name: name, path: file)]
    }

    /// The file's name without its folder and endings.
    private static func name(_ path: String) -> String {
        let file = path.split(separator: "/").last.map(String.init) ?? path
        return file.dropping(endings: [".gz", ".vnnlib"])
    }
}

extension String {
    /// Without the endings, taken off in order where they are there.
    fileprivate func dropping(endings: [String]) -> String {
        endings.reduce(self) { $0.hasSuffix($1) ? String($0.dropLast($1.count)) : $0 }
    }
}
