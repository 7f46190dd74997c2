import BlackBoxes
import Checker
import Compiler
import Datasets
import Diagnostics
import LanguageModels
import Models
import SpecLibrary
import Syntax
import Tensors
import Texts

/// A spec with all that it names, read from disk and checked; or what is wrong with it.
struct Workload {
    /// What the command line says besides the spec.
    struct Options {
        /// How black boxes are asked.
        var boxes = BoxLoader.Options()
        /// `--model net=FILE`
        var models: [String: String] = [:]
        /// `--data test=FILE`
        var data: [String: String] = [:]
        /// `--set eps=0.05`
        var parameters: [String: String] = [:]
        /// The random seed of wrappers.
        var seed: UInt64 = 0
        /// What the spec says, where its file does not.
        var text: [UInt8]?
        /// The folder that counterexamples are written to, in the form of data.
        var counterexamples: String?
    }

    let sources: [SourceFile]
    let spec: CheckedSpec
    /// Of `spec.models` and `spec.tables`, in order.
    let graphs: [Graph]
    let tables: [[Tensor]]
    let modelFiles: [String]
    /// By the wrappers' names.
    let wrapped: [String: WrappedModel]
    /// Of the questions to black boxes; nil where the spec has none.
    let ledger: QueryLedger?
    let languageModels: [AskedLanguageModel]
    /// All models and data, in the order in which they were read.
    let files: [Subject.NamedFile]
    let warnings: [Diagnostic]

    /// Throws all diagnostics, rendered, where there is an error.
    init(spec path: String, _ options: Options, style: RenderingStyle) throws(Failure) {
        let loader = Loader(options)
        do {
            let loaded = try loader.load(path)
            (sources, files) = (loader.sources, loader.files)
            (spec, warnings) = (loaded.spec, loaded.warnings)
            for fit in spec.fits { Log.debug("fit \(fit.name): \(fit.summary)") }
            (graphs, tables, modelFiles) = try loader.collect(loaded.spec)
            wrapped = loader.wrapped
            ledger = loader.boxes.isEmpty ? nil : loader.boxes.ledger
            try ledger?.requireAnswers()
            languageModels = loader.languageModels.values.sorted { $0.name < $1.name }
        } catch let error as Rejection {
            throw Failure(rendered: render(error.diagnostics.inReadingOrder(), from: loader.sources, style: style))
        } catch let failure as Failure {
            throw failure
        } catch { throw Failure("\(error)") }
    }

    /// One for each property, in order.
    func trials(style: RenderingStyle) -> [PlannedTrial] {
        let compilation = Compilation(spec, models: graphs, tables: tables)
        let sound = spec.properties.enumerated().map { index, property in
            (
                property.span,
                PlannedTrial(property.name, property.member, at: property.span) {
                    [sources, ledger] () throws(Failure) in
                    // What is constant is asked for now, whatever was left of the queries of another property.
                    ledger?.begin(limit: nil, reserve: 0)
                    let trial: Trial
                    do throws(Diagnostic) { trial = try compilation.trial(index) } catch {
                        throw Failure(rendered: render([error], from: sources, style: style))
                    }
                    try ledger?.requireAnswers()
                    return trial
                }
            )
        }
        let mistaken = spec.mistaken.map { property in
            (
                property.span,
                PlannedTrial(property.name, nil, at: property.span) { () throws(Failure) in throw Failure(rendered: "")
                }
            )
        }
        return (sound + mistaken).enumerated().sorted { first, second in
            (first.element.0.lower, first.offset) < (second.element.0.lower, second.offset)
        }.map(\.element.1)
    }
}

/// Diagnostics that end the loading.
struct Rejection: Error {
    let diagnostics: [Diagnostic]
}

/// Reads files once each and numbers them in the order read.
final class Loader {
    private let options: Workload.Options
    private(set) var sources: [SourceFile] = []
    private(set) var files: [Subject.NamedFile] = []
    private var trees: [String: SyntaxTree] = [:]
    private var diagnostics: [Diagnostic] = []
    private var modelFiles: [String: (file: ModelFile, span: Span)] = [:]
    /// Models of the shapes that the spec declares.
    private var models: [String: Graph] = [:]
    let boxes: BoxLoader
    private var datasets: [String: Dataset] = [:]
    private(set) var languageModels: [String: AskedLanguageModel] = [:]
    /// Language models whose files could not be read, which has been told.
    private var unread: Set<String> = []
    private(set) var wrapped: [String: WrappedModel] = [:]
    private var latest: (graphs: [Graph], tables: [[Tensor]])?

    init(_ options: Workload.Options) {
        self.options = options
        boxes = BoxLoader(options.boxes)
    }

    func load(_ path: String) throws -> (spec: CheckedSpec, warnings: [Diagnostic]) {
        let tree = try parseSpec(path)
        for used in everyTree(from: tree) { loadFiles(of: used) }
        try refuseUnknown(
            options.models, known: (Array(modelFiles.keys) + boxes.names + languageModels.keys + unread).sorted(),
            what: "model")
        try refuseUnknown(options.data, known: datasets.keys.sorted(), what: "data")
        var loaded = Loaded(parameters: options.parameters) { [self] target, source in resolve(target, from: source) }
        loaded.models = modelFiles.reduce(into: [:]) { $0[$1.key] = offered($1.key, $1.value.file, at: $1.value.span) }
        for name in boxes.names { loaded.models[name] = boxes.offered(name) }
        loaded.languageModels = languageModels
        loaded.unreadLanguageModels = unread
        loaded.tables = datasets.compactMapValues { TableSignature($0) }
        loaded.evaluate = { [self] term, spec in
            guard let (graphs, tables) = sofar(spec) else { return nil }
            return evaluate(term, in: spec, models: graphs, tables: tables)
        }
        loaded.project = { [self] projection, spec in
            sofar(spec).map { project(projection, in: spec, models: $0.graphs, tables: $0.tables, threads: 2) }
        }
        let result = check(tree, with: loaded)
        let all = diagnostics + result.diagnostics
        // One property that does not compile leaves the others; that none does leaves nothing to check.
        guard !diagnostics.hasErrors, let spec = result.rest, spec.mistaken.isEmpty || !spec.properties.isEmpty else {
            throw Rejection(diagnostics: all)
        }
        return (spec, all)
    }

    /// The graphs and tables of a spec that is still being checked: gone through once for each model or table that it gains.
    private func sofar(_ spec: CheckedSpec) -> (graphs: [Graph], tables: [[Tensor]])? {
        if let latest, latest.graphs.count == spec.models.count, latest.tables.count == spec.tables.count {
            return latest
        }
        latest = (try? collect(spec)).map { ($0.0, $0.1) }
        return latest
    }

    func collect(_ spec: CheckedSpec) throws -> ([Graph], [[Tensor]], [String]) {
        var (graphs, files) = ([Graph](), [String]())
        for model in spec.models {
            if let wrapper = model.wrapper {
                graphs.append(try wrap(model, wrapper, graphs[wrapper.model]).graph)
                files.append(files[wrapper.model])
                continue
            }
            guard let graph = try models[model.name] ?? boxes.graph(model) else {
                throw Rejection(diagnostics: [.unloaded(model)])
            }
            graphs.append(graph)
            files.append(modelFiles[model.name]?.file.path ?? "")
        }
        let tables = try spec.tables.map { table in
            try zip(table.fileColumns, table.columns).map { column, field in
                guard let found = datasets[table.name]?.column(column) else {
                    throw Rejection(diagnostics: [.unloaded(table)])
                }
                switch CaseColumn(found, field, of: table).tensor {
                case .success(let tensor): return tensor
                case .failure(let mistake): throw Rejection(diagnostics: [mistake])
                }
            }
        }
        return (graphs, tables, files)
    }

    /// Made once, of the graph of the model that is wrapped.
    private func wrap(_ model: CheckedModel, _ wrapper: CheckedWrapper, _ graph: Graph) throws -> WrappedModel {
        if let known = wrapped[model.name] { return known }
        guard !graph.isOpaque else {
            throw Rejection(diagnostics: [.unwrapped(model, "what it wraps is a black box")])
        }
        do {
            let made = try WrappedModel(wrapper, named: model.name, of: graph, seed: options.seed)
            Log.debug("wrapper \(model.name): \(made.summary)")
            wrapped[model.name] = made
            return made
        } catch { throw Rejection(diagnostics: [.unwrapped(model, "\(error)")]) }
    }

    /// The tree of the spec itself, and what is declared in it as far as that can be told without its models and data. Throws where
    /// it cannot be read.
    func outline(_ path: String) throws -> (tree: SyntaxTree, models: [CheckedModel], mistakes: [Diagnostic]) {
        let tree = try parseSpec(path)
        guard !diagnostics.hasErrors else { throw Rejection(diagnostics: diagnostics) }
        let loaded = Loaded(parameters: options.parameters) { [self] target, source in resolve(target, from: source) }
        let result = check(tree, with: loaded)
        return (tree, result.models, result.diagnostics.filter { $0.severity == .error })
    }

    private func parseSpec(_ path: String) throws(Failure) -> SyntaxTree {
        if let text = options.text { return parseFile(path, text) }
        return parseFile(path, try Files.read(path, limit: Files.specLimit))
    }

    private func parseFile(_ path: String, _ bytes: [UInt8]) -> SyntaxTree {
        let source = SourceFile(path: path, bytes: bytes, id: SourceFile.ID(UInt32(sources.count)))
        sources.append(source)
        let (tree, found) = parse(source)
        diagnostics += found
        trees[path] = tree
        return tree
    }

    /// The tree and those of all that it uses, each once.
    private func everyTree(from tree: SyntaxTree) -> [SyntaxTree] {
        var (found, waiting) = ([SyntaxTree](), [tree])
        var seen: Set<String> = []
        while let next = waiting.popLast() {
            guard seen.insert(next.source.path).inserted else { continue }
            found.append(next)
            waiting += requirements(of: next).uses.compactMap { resolve($0.target, from: next.source) }
        }
        return found
    }

    private func resolve(_ target: UseDeclaration.Target, from source: SourceFile) -> SyntaxTree? {
        switch target {
        case .library(let names):
            let name = names.map(\.text).joined(separator: ".")
            let path = "SpecLibrary/" + names.map(\.text).joined(separator: "/") + ".say"
            if let known = trees[path] { return known }
            return SpecLibrary.source(of: name).map { parseFile(path, $0) }
        case .file(let literal):
            let path = Files.path(literal.text, besides: source.path)
            if let known = trees[path] { return known }
            guard let bytes = try? Files.read(path, limit: Files.specLimit) else { return nil }
            return parseFile(path, bytes)
        }
    }

    private func loadFiles(of tree: SyntaxTree) {
        let needed = requirements(of: tree)
        for model in needed.models {
            guard let place = modelPlace(model, tree) else { continue }
            guard case .file(let path) = place else {
                do throws(Diagnostic) { models[model.name] = try boxes.graph(model.name, place, at: model.span) } catch
                {
                    diagnostics.append(error)
                }
                continue
            }
            files.append(.init(kind: .model, name: model.name, path: path))
            do { modelFiles[model.name] = (try ModelFile(path), model.span) } catch {
                diagnostics.append(.unreadable(path, "\(error.message)", at: model.span))
            }
        }
        for model in needed.languageModels {
            guard let path = place(model, options.models, tree, option: "--model") else { continue }
            files.append(.init(kind: .model, name: model.name, path: path))
            do {
                languageModels[model.name] = AskedLanguageModel(model.name, try LanguageModelReader.read(path))
            } catch {
                unread.insert(model.name)
                diagnostics.append(.unreadable(path, "\(error.message)", at: model.span))
            }
        }
        for data in needed.data {
            guard let path = place(data, options.data, tree, option: "--data") else { continue }
            files.append(.init(kind: .data, name: data.name, path: path))
            do {
                datasets[data.name] =
                    data.holdsLines ? try DataFile.lines(path) : try DataFile.read(path, separator: data.separator)
            } catch {
                diagnostics.append(.unreadable(path, "\(error.message)", at: data.span))
            }
        }
    }

    /// Imports the model once the checker has read its shapes from the spec.
    private func offered(_ name: String, _ file: ModelFile, at span: Span) -> OfferedModel {
        OfferedModel(file.open) { [self] declared in
            do throws(Failure) {
                let model = try file.model(
                    shapes: declared.shapes, numbers: declared.numbers, lengths: declared.lengths,
                    texts: declared.texts)
                models[name] = model.graph
                return .success(model.signature)
            } catch {
                let diagnostic = Diagnostic.unreadable(file.path, "\(error.message)", at: span)
                return .failure(file.open.isOpen ? diagnostic.with(declared.shapes, of: file.open) : diagnostic)
            }
        }
    }

    private func modelPlace(_ model: Requirements.File, _ tree: SyntaxTree) -> ModelPlace? {
        if let given = options.models[model.name] { return ModelPlace(given) }
        guard let path = place(model, [:], tree, option: "--model") else { return nil }
        return ModelPlace(model, path: path, besides: tree.source.path)
    }

    private func place(
        _ file: Requirements.File, _ overrides: [String: String], _ tree: SyntaxTree, option: String
    ) -> String? {
        if let path = overrides[file.name] { return path }
        if let path = file.path { return Files.path(path, besides: tree.source.path) }
        diagnostics.append(.noFile(file.name, option: option, at: file.span))
        return nil
    }

    private func refuseUnknown(_ given: [String: String], known: [String], what: String) throws {
        let declared = Set(known)
        for name in given.keys.sorted() where !declared.contains(name) && diagnostics.isEmpty {
            let near = suggest(name, among: known).map { "; did you mean `\($0)`?" } ?? ""
            throw Failure("--\(what) \(name)=...: the spec declares no \(what) named `\(name)`\(near)")
        }
    }
}

extension TableSignature {
    /// nil where the columns do not make a table.
    fileprivate init?(_ dataset: Dataset) {
        guard let rowCount = dataset.rowCount else { return nil }
        let columns = dataset.columns.map { column in
            let element: Element =
                switch column.tensor.element {
                case .int64: column.texts == nil ? .integer : .text
                case .bool: .bool
                case .float32, .float64: .real
                }
            return Column(
                column.name, element, shape: Array(column.tensor.shape.dimensions.dropFirst()),
                values: column.texts == nil ? column.tensor.range : nil, missing: column.missing,
                stranger: column.stranger.flatMap { row in column.text(row).map { (row, $0) } },
                longest: column.words.map { $0.reduce(0) { max($0, $1.unicodeScalars.count) } })
        }
        self.init(columns: columns, rowCount: rowCount)
    }
}

extension Tensor {
    /// Of all entries; nil where there are none, or one is not finite.
    fileprivate var range: ClosedRange<Double>? {
        func range<Number: BinaryFloatingPoint>(of numbers: [Number]) -> ClosedRange<Double>? {
            guard let first = numbers.first else { return nil }
            var (low, high) = (first, first)
            for number in numbers {
                guard number.isFinite else { return nil }
                (low, high) = (min(low, number), max(high, number))
            }
            return Double(low)...Double(high)
        }
        return if case .float32(let numbers) = storage { range(of: numbers) } else { range(of: doubles) }
    }
}

extension Diagnostic {
    fileprivate static func unreadable(_ path: String, _ why: String, at span: Span) -> Diagnostic {
        let message = why.contains(path) ? why : "`\(path)`: \(why)"
        return Diagnostic(code: "file-unreadable", message, at: span)
    }

    /// Says with which shapes a model was imported that leaves them open.
    fileprivate func with(_ shapes: [String: [Int]], of open: OpenSignature) -> Diagnostic {
        let list = open.inputs.map { "`\($0.name)`: \(shapes[$0.name] ?? [])" }.joined(separator: ", ")
        return Diagnostic(
            code: code, message, at: self.span, labels: labels, hints: hints + [Hint("declared are \(list)")])
    }

    fileprivate static func noFile(_ name: String, option: String, at span: Span) -> Diagnostic {
        Diagnostic(
            code: "file-unnamed", "nothing says which file `\(name)` is in", at: span,
            hints: [
                Hint("write `from \"FILE\"` behind the declaration, or `\(option) \(name)=FILE` on the command line")
            ])
    }

    fileprivate static func unwrapped(_ model: CheckedModel, _ why: String) -> Diagnostic {
        Diagnostic(code: "wrapper-failed", "`\(model.name)` cannot be made: \(why)", at: model.span)
    }

    fileprivate static func unloaded(_ model: CheckedModel) -> Diagnostic {
        Diagnostic(code: "file-unnamed", "model `\(model.name)` was not loaded", at: model.span)
    }

    fileprivate static func unloaded(_ table: CheckedTable) -> Diagnostic {
        Diagnostic(code: "file-unnamed", "data `\(table.name)` was not loaded", at: table.span)
    }
}
