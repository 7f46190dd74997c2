import Checker
import Diagnostics
import Syntax

/// Goes through the trees of a spec and notes what each name stands for, as the checker would find it: locals first, then
/// the cases and declarations of the file, then those of the files it uses.
struct NameResolver {
    /// The names of one file.
    private struct FileNames {
        var declarations: [String: Int] = [:]
        var functions: [String: [Int: Int]] = [:]
        var cases: [String: [Int]] = [:]
        var imports: [SourceFile.ID] = []
    }

    typealias Locals = [String: Int]

    private(set) var symbols: [Symbol] = []
    private(set) var occurrences: [Occurrence] = []
    /// The members of a symbol, or of a record that has no name, by name.
    private(set) var members: [Int: [String: Int]] = [:]
    private let trees: [SyntaxTree]
    private var files: [SourceFile.ID: FileNames] = [:]
    let types: [Span: SayType]
    /// The tree that is gone through.
    private(set) var tree: SyntaxTree

    init(_ trees: [SyntaxTree], imports: [SourceFile.ID: [SourceFile.ID]], types: [Span: SayType]) {
        self.trees = trees
        self.types = types
        tree = trees[0]
        for tree in trees {
            self.tree = tree
            files[tree.source.id] = FileNames(imports: imports[tree.source.id] ?? [])
            for declaration in tree.declarations { declare(declaration) }
        }
    }

    mutating func resolve() {
        for tree in trees {
            self.tree = tree
            for declaration in tree.declarations { walk(declaration) }
        }
    }

    // MARK: Declaring

    mutating func add(
        _ name: Name, _ kind: Symbol.Kind, in span: Span, _ documentation: String? = nil, owner: Int? = nil,
        remark: String? = nil, scope: Span? = nil
    ) -> Int {
        let symbol = symbols.count
        symbols.append(
            Symbol(
                name: name, kind: kind, span: span, documentation: documentation, owner: owner, remark: remark,
                scope: scope))
        if !name.isMissing { occurrences.append(Occurrence(span: name.span, symbol: symbol, isDeclaration: true)) }
        if let owner { members[owner, default: [:]][name.text] = symbol }
        return symbol
    }

    private mutating func declare(_ declaration: Declaration) {
        guard let name = declaration.name, !name.isMissing else { return }
        let symbol = add(name, declaration.kind, in: declaration.span, declaration.documentation)
        let file = tree.source.id
        if case .function(let it) = declaration {
            if files[file]?.functions[name.text]?[it.parameters.count] == nil {
                files[file]?.functions[name.text, default: [:]][it.parameters.count] = symbol
            }
        }
        if case .property = declaration {
        } else if files[file]?.declarations[name.text] == nil {
            files[file]?.declarations[name.text] = symbol
        }
        switch declaration {
        case .enumeration(let it):
            for name in it.cases where !name.isMissing {
                let added = add(name, .enumCase, in: name.span, owner: symbol)
                files[file]?.cases[name.text, default: []].append(added)
            }
        case .type(let it): declare(fieldsOf: it.type, owner: symbol)
        case .data(let it): declare(fieldsOf: it.type, owner: symbol)
        case .model(let it):
            for field in it.inputs + it.outputs + it.activations { declare(field, owner: symbol) }
        default: break
        }
    }

    private mutating func declare(fieldsOf type: TypeExpression, owner: Int) {
        guard case .record(let fields) = type.base else { return }
        for field in fields { declare(field, owner: owner) }
    }

    private mutating func declare(_ field: Field, owner: Int) {
        _ = add(field.name, .field, in: field.span, owner: owner, remark: field.remark)
    }

    /// A local that can be read from behind its name, or from `start` on, to the end of `whole`.
    mutating func declare(
        _ name: Name, _ kind: Symbol.Kind, in span: Span, from start: Int? = nil, until whole: Span,
        _ locals: inout Locals
    ) {
        guard !name.isMissing else { return }
        let start = min(start ?? name.span.upper, whole.upper)
        locals[name.text] = add(
            name, kind, in: span, scope: Span(file: whole.file, start..<max(start, whole.upper)))
    }

    // MARK: Finding

    mutating func note(_ span: Span, _ symbol: Int?) {
        guard let symbol, !span.isEmpty else { return }
        occurrences.append(Occurrence(span: span, symbol: symbol, isDeclaration: false))
    }

    func declaration(_ name: String) -> Int? {
        let own = files[tree.source.id]
        return own?.declarations[name] ?? own?.imports.lazy.compactMap { files[$0]?.declarations[name] }.first
    }

    func function(_ name: String, taking count: Int) -> Int? {
        guard let own = files[tree.source.id] else { return nil }
        for file in [own] + own.imports.compactMap({ files[$0] }) {
            if let overloads = file.functions[name] { return overloads[count] ?? file.declarations[name] }
        }
        return nil
    }

    /// A case of this name; of several that which the checker took, where it has told.
    func enumCase(_ name: Name) -> Int? {
        guard let own = files[tree.source.id] else { return nil }
        let found = ([own] + own.imports.compactMap { files[$0] }).flatMap { $0.cases[name.text] ?? [] }
        guard found.count > 1, case .enumeration(let wanted)? = types[name.span] else { return found.first }
        return found.first { symbol in symbols[symbol].owner.map { symbols[$0].name.text } == wanted.name }
    }

    /// What a name means where a value stands.
    func value(_ name: Name, _ locals: Locals) -> Int? {
        locals[name.text] ?? enumCase(name) ?? declaration(name.text)
    }

    /// The field of this name of a value of this type.
    func field(_ name: String, of type: SayType) -> Int? {
        let names: [String]
        switch type {
        case .row(let fields): names = fields.map(\.name)
        case .record(let record):
            if let origin = record.origin?.name, let owner = declaration(origin) { return members[owner]?[name] }
            names = record.fields.map(\.name)
        default: return nil
        }
        // Records with equal fields agree, whatever they were declared as.
        let wanted = Set(names)
        let owner = members.keys.sorted().first { Set(members[$0]?.keys.map { $0 } ?? []) == wanted }
        return owner.flatMap { members[$0]?[name] }
    }
}

extension Declaration {
    fileprivate var kind: Symbol.Kind {
        switch self {
        case .enumeration: .enumeration
        case .type: .type
        case .model: .model
        case .languageModel: .languageModel
        case .data: .data
        case .param: .param
        case .constant: .constant
        case .function: .function
        case .fit: .fit
        case .property: .property
        case .use, .malformed: .local
        }
    }

    fileprivate var documentation: String? {
        switch self {
        case .enumeration(let it): it.documentation
        case .type(let it): it.documentation
        case .model(let it): it.documentation
        case .languageModel(let it): it.documentation
        case .data(let it): it.documentation
        case .param(let it): it.documentation
        case .constant(let it): it.documentation
        case .function(let it): it.documentation
        case .fit(let it): it.documentation
        case .property(let it): it.documentation
        case .use, .malformed: nil
        }
    }
}
