import Checker
import Diagnostics
import Loading
import Syntax
import Terminal

/// What a spec declares, told without its models and data.
struct Outline: Encodable {
    struct Property: Encodable {
        let name: String
        let title: String?
        /// From 1.
        let line, column, lastLine: Int
        /// Whether it is one for each of some values.
        let isFamily: Bool
    }

    struct Parameter: Encodable {
        let name, type, value: String
        let line: Int
    }

    struct File: Encodable {
        let name: String
        /// As written; nil where nothing is.
        let from: String?
        let isCommand: Bool
        let line: Int
        /// nil of data, of language models, and where they follow from what was not read.
        var inputs, outputs: [OutlinePort]?
    }

    private let format = 1
    let spec: String
    let properties: [Property]
    let parameters: [Parameter]
    let models, languageModels, data: [File]
    /// What is wrong as far as it was read, rendered; some of it may be for want of a model or of data.
    let mistakes: String?

    init(_ path: String, _ options: Workload.Options) throws(Failure) {
        let loader = Loader(options)
        let (tree, models, mistakes): (SyntaxTree, [CheckedModel], [Diagnostic])
        do { (tree, models, mistakes) = try loader.outline(path) } catch let error as Rejection {
            throw Failure(rendered: render(error.diagnostics.inReadingOrder(), from: loader.sources, style: .forErrors))
        } catch let failure as Failure { throw failure } catch { throw Failure("\(error)") }
        spec = path
        properties = tree.declarations.compactMap { Property($0, in: tree.source) }
        parameters = tree.declarations.compactMap { Parameter($0, in: tree.source) }
        let needed = requirements(of: tree)
        func files(_ files: [Requirements.File]) -> [File] { files.map { File($0, in: tree.source) } }
        self.models = files(needed.models).map { file in
            var file = file
            let model = models.first { $0.name == file.name }
            (file.inputs, file.outputs) = (model?.inputs.map(OutlinePort.init), model?.outputs.map(OutlinePort.init))
            return file
        }
        languageModels = files(needed.languageModels)
        data = files(needed.data.filter { !$0.holdsLines })
        self.mistakes = mistakes.isEmpty ? nil : render(mistakes, from: loader.sources)
    }
}

extension Outline.Property {
    fileprivate init?(_ declaration: Declaration, in source: SourceFile) {
        guard case .property(let it) = declaration, !it.name.isMissing else { return nil }
        let isEach = it.clauses.contains { if case .each = $0 { true } else { false } }
        let start = source.position(at: it.span.lower)
        self.init(
            name: it.name.text, title: it.title?.text, line: start.line, column: start.column,
            lastLine: source.position(at: max(it.span.lower, it.span.upper - 1)).line,
            isFamily: !it.parameters.isEmpty || isEach)
    }
}

extension Outline.Parameter {
    fileprivate init?(_ declaration: Declaration, in source: SourceFile) {
        guard case .param(let it) = declaration else { return nil }
        self.init(
            name: it.name.text, type: source.text(it.type.span), value: source.text(it.value.span),
            line: source.position(at: it.span.lower).line)
    }
}

extension Outline.File {
    fileprivate init(_ file: Requirements.File, in source: SourceFile) {
        self.init(
            name: file.name, from: file.path, isCommand: file.origin == .command,
            line: source.position(at: file.span.lower).line, inputs: nil, outputs: nil)
    }
}
