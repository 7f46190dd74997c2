import BlackBoxes
import Checker
import Compiler
import Datasets
import Diagnostics
import Disk
import LanguageModels
import Models
import SpecLibrary
import Syntax
import Tensors
import Terminal
import Texts

/// A spec with all that it names, read from disk and checked; or what is wrong with it.
package struct Workload {
    /// What the command line says besides the spec.
    package struct Options {
        /// How black boxes are asked.
        package var boxes = BoxLoader.Options()
        /// `--model net=FILE`
        package var models: [String: String] = [:]
        /// Functions of the program that checks, by the models that they stand in for.
        package var functions: [String: FunctionServer.Answers] = [:]
        /// `--data test=FILE`
        package var data: [String: String] = [:]
        /// `--set eps=0.05`
        package var parameters: [String: String] = [:]
        /// The random seed of wrappers.
        package var seed: UInt64 = 0
        /// What the spec says, where its file does not.
        package var text: [UInt8]?
        /// Texts that are read instead of the files of these paths: what an editor has open.
        package var open: [String: [UInt8]] = [:]
        /// The folder that counterexamples are written to, in the form of data.
        package var counterexamples: String?

        package init(
            boxes: BoxLoader.Options = BoxLoader.Options(), models: [String: String] = [:],
            data: [String: String] = [:],
            parameters: [String: String] = [:], seed: UInt64 = 0, text: [UInt8]? = nil, counterexamples: String? = nil
        ) {
            self.boxes = boxes
            self.models = models
            self.data = data
            self.parameters = parameters
            self.seed = seed
            self.text = text
            self.counterexamples = counterexamples
        }
    }

    package let sources: [SourceFile]
    package let spec: CheckedSpec
    /// Of `spec.models` and `spec.tables`, in order.
    package let graphs: [Graph]
    package let tables: [[Tensor]]
    package let modelFiles: [String]
    /// By the wrappers' names.
    package let wrapped: [String: WrappedModel]
    /// Of the questions to black boxes; nil where the spec has none.
    package let ledger: QueryLedger?
    package let languageModels: [AskedLanguageModel]
    /// All models and data, in the order in which they were read.
    package let files: [NamedFile]
    package let warnings: [Diagnostic]

    /// Throws all diagnostics, rendered, where there is an error.
    package init(spec path: String, _ options: Options, style: RenderingStyle) throws(Failure) {
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
    package func trials(style: RenderingStyle) -> [PlannedTrial] {
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
package struct Rejection: Error {
    package let diagnostics: [Diagnostic]
}

/// Reads files once each and numbers them in the order read.
package final class Loader {
    private let options: Workload.Options
    package private(set) var sources: [SourceFile] = []
    package private(set) var files: [NamedFile] = []
    private var trees: [String: SyntaxTree] = [:]
    private var diagnostics: [Diagnostic] = []
    private let kept: LoadedFiles
    private var modelFiles: [String: (file: ModelFile, span: Span)] = [:]
    /// Models of the shapes that the spec declares.
    private var models: [String: Graph] = [:]
    package let boxes: BoxLoader
    private var readTables: [String: LoadedFiles.Table] = [:]
    package private(set) var languageModels: [String: AskedLanguageModel] = [:]
    /// Language models whose files could not be read, which has been told.
    private var unread: Set<String> = []
    private var signatures: [String: Signature] = [:]
    package private(set) var wrapped: [String: WrappedModel] = [:]
    private var latest: (graphs: [Graph], tables: [[Tensor]])?

    package init(_ options: Workload.Options, keeping kept: LoadedFiles = LoadedFiles()) {
        self.options = options
        self.kept = kept
        boxes = BoxLoader(options.boxes)
    }

    package func load(_ path: String) throws -> (spec: CheckedSpec, warnings: [Diagnostic]) {
        let tree = try parseSpec(path)
        for used in everyTree(from: tree) { loadFiles(of: used, .withBoxes) }
        try refuseUnknown(
            options.models.merging(options.functions.mapValues { _ in "" }) { first, _ in first },
            known: (Array(modelFiles.keys) + boxes.names + languageModels.keys + unread).sorted(),
            what: "model")
        try refuseUnknown(options.data, known: readTables.keys.sorted(), what: "data")
        var loaded = loaded()
        for name in boxes.names { loaded.models[name] = boxes.offered(name) }
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

    /// What is wrong with a spec, and what its expressions are, for an editor: nothing is run, fitted or wrapped, no language model is
    /// asked, and models behind commands and addresses are what the spec declares. Throws where the spec cannot be read at all.
    package func examine(_ path: String) throws(Failure) -> Examination {
        let tree = try parseSpec(path)
        let all = everyTree(from: tree)
        for used in all { loadFiles(of: used, .withoutBoxes) }
        var (loaded, types) = (loaded(), [Span: SayType]())
        loaded.observe = { types[$0] = $1 }
        loaded.evaluate = { [self] term, spec in
            guard languageModels.isEmpty, !spec.models.contains(where: { $0.wrapper != nil }),
                let (graphs, tables) = sofar(spec)
            else { return nil }
            let values = evaluate(term, in: spec, models: graphs, tables: tables)
            // What asks a box that was not started is not known.
            return boxes.ledger.account.failure == nil ? values : nil
        }
        let result = check(tree, with: loaded)
        // A declaration with a mistake still has a file to be told of.
        for (name, model) in modelFiles where signatures[name] == nil {
            signatures[name] = try? kept.model(model.file, OfferedModel.Declared()).signature
        }
        let imports = all.map { tree in
            (
                tree.source.id,
                requirements(of: tree).uses.compactMap { resolve($0.target, from: tree.source)?.source.id }
            )
        }
        return Examination(
            trees: all, imports: Dictionary(imports, uniquingKeysWith: { first, _ in first }), sources: sources,
            types: types, signatures: signatures, parameters: result.rest?.parameters ?? [],
            diagnostics: (diagnostics + result.diagnostics).inReadingOrder())
    }

    /// What was read so far.
    private func loaded() -> Loaded {
        var loaded = Loaded(parameters: options.parameters) { [self] target, source in resolve(target, from: source) }
        loaded.models = modelFiles.reduce(into: [:]) { $0[$1.key] = offered($1.key, $1.value.file, at: $1.value.span) }
        loaded.languageModels = languageModels
        loaded.unreadLanguageModels = unread
        loaded.tables = readTables.compactMapValues(\.signature)
        return loaded
    }

    /// The graphs and tables of a spec that is still being checked: gone through once for each model or table that it gains.
    private func sofar(_ spec: CheckedSpec) -> (graphs: [Graph], tables: [[Tensor]])? {
        if let latest, latest.graphs.count == spec.models.count, latest.tables.count == spec.tables.count {
            return latest
        }
        latest = (try? collect(spec)).map { ($0.0, $0.1) }
        return latest
    }

    package func collect(_ spec: CheckedSpec) throws -> ([Graph], [[Tensor]], [String]) {
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
                guard let found = readTables[table.name]?.dataset.column(column) else {
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
    package func outline(_ path: String) throws -> (tree: SyntaxTree, models: [CheckedModel], mistakes: [Diagnostic]) {
        let tree = try parseSpec(path)
        guard !diagnostics.hasErrors else { throw Rejection(diagnostics: diagnostics) }
        let loaded = Loaded(parameters: options.parameters) { [self] target, source in resolve(target, from: source) }
        let result = check(tree, with: loaded)
        return (tree, result.models, result.diagnostics.filter { $0.severity == .error })
    }

    private func parseSpec(_ path: String) throws(Failure) -> SyntaxTree {
        if let text = options.text { return parseFile(path, text) }
        return parseFile(path, try text(of: path))
    }

    private func text(of path: String) throws(Failure) -> [UInt8] {
        if let open = options.open[Path.plain(path)] { return open }
        return try Files.read(path, limit: Files.specLimit)
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
            guard let bytes = try? text(of: path) else { return nil }
            return parseFile(path, bytes)
        }
    }

    private enum Reach { case withBoxes, withoutBoxes }

    private struct Unasked: Error {}

    private func loadFiles(of tree: SyntaxTree, _ reach: Reach) {
        let needed = requirements(of: tree)
        for model in needed.models {
            guard let place = modelPlace(model, tree) else { continue }
            guard case .file(let path) = place else {
                // In place of one that is not to be started stands one that has no answers.
                let asked = reach == .withBoxes ? place : .function { _ in throw Unasked() }
                do throws(Diagnostic) { models[model.name] = try boxes.graph(model.name, asked, at: model.span) } catch
                {
                    diagnostics.append(error)
                }
                continue
            }
            files.append(.init(kind: .model, name: model.name, path: path))
            do { modelFiles[model.name] = (try kept.model(path), model.span) } catch {
                diagnostics.append(.unreadable(path, "\(error.message)", at: model.span))
            }
        }
        for model in needed.languageModels {
            guard let path = place(model, options.models, tree, option: "--model") else { continue }
            files.append(.init(kind: .model, name: model.name, path: path))
            do { languageModels[model.name] = try kept.languageModel(model.name, path) } catch {
                unread.insert(model.name)
                diagnostics.append(.unreadable(path, "\(error.message)", at: model.span))
            }
        }
        for data in needed.data {
            guard let path = place(data, options.data, tree, option: "--data") else { continue }
            files.append(.init(kind: .data, name: data.name, path: path))
            do { readTables[data.name] = try kept.table(path, data) } catch {
                diagnostics.append(.unreadable(path, "\(error.message)", at: data.span))
            }
        }
    }

    /// Imports the model once the checker has read its shapes from the spec.
    private func offered(_ name: String, _ file: ModelFile, at span: Span) -> OfferedModel {
        OfferedModel(file.open) { [self] declared in
            do throws(Failure) {
                let model = try kept.model(file, declared)
                models[name] = model.graph
                signatures[name] = model.signature
                return .success(model.signature)
            } catch {
                let diagnostic = Diagnostic.unreadable(file.path, "\(error.message)", at: span)
                return .failure(file.open.isOpen ? diagnostic.with(declared.shapes, of: file.open) : diagnostic)
            }
        }
    }

    private func modelPlace(_ model: Requirements.File, _ tree: SyntaxTree) -> ModelPlace? {
        if let function = options.functions[model.name] { return .function(function) }
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
