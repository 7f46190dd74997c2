import Diagnostics
import Syntax

/// The names visible at one place: locals, then what the file declares and uses.
struct Scope {
    let file: FileScope
    private(set) var locals: [String: Local] = [:]

    init(_ file: FileScope) { self.file = file }

    struct Local {
        let value: Value
        let span: Span
    }

    subscript(name: String) -> Local? { locals[name] }

    mutating func set(_ name: Name, _ value: Value) { locals[name.text] = Local(value: value, span: name.span) }

    /// In alphabetical order.
    var localNames: [String] { locals.keys.sorted() }
}

/// What an expression means: its term, and the model call it is, so that `.port` can be read from it.
struct Value {
    var term: Term
    var call: ModelCall?

    init(_ term: Term, call: ModelCall? = nil) {
        self.term = term
        self.call = call
    }

    static func unknown(at span: Span) -> Value { Value(Term(.constant([]), .unknown, at: span)) }

    var type: SayType { term.type }
    var span: Span { term.span }
    var isUnknown: Bool { term.type == .unknown }
}

/// Which `let`s and `forall`s are used.
struct LocalUse {
    private var declared: [Name] = []
    private var seen: Set<Span> = []
    private var used: Set<Span> = []

    mutating func declare(_ name: Name) {
        if seen.insert(name.span).inserted { declared.append(name) }
    }

    mutating func use(_ span: Span) { used.insert(span) }

    /// In the order of declaration, without those whose name begins with `_`.
    var unused: [Name] { declared.filter { !used.contains($0.span) && !$0.text.hasPrefix("_") } }
}

extension Checker {
    /// Makes `name` stand for `value` from here on.
    ///
    /// A local may not take the name of another local in scope, nor of a param, data set or enum case of its own file:
    /// nothing that is read as a value is ever hidden. Functions, models and types are told apart by their place, and names
    /// that come through `use` give way, so that a library can grow.
    func declare(_ name: Name, _ value: Value, in scope: inout Scope) {
        guard !name.isMissing else { return }
        if let other = scope[name.text] {
            report(.nameTaken(name, by: "a name in scope", at: other.span))
        } else if let (kind, span) = valueDeclaration(name.text, in: scope.file) {
            report(.nameTaken(name, by: kind, at: span))
        }
        scope.set(name, value)
        if let observe = loaded.observe, !value.isUnknown { observe(name.span, value.type) }
    }

    private func valueDeclaration(_ name: String, in file: FileScope) -> (kind: String, span: Span)? {
        if let enumeration = file.enumsByCase[name]?.first, let at = enumeration.cases.first(where: { $0.text == name })
        {
            return ("a case of `\(enumeration.name.text)`", at.span)
        }
        switch file.declarations[name] {
        case .param(let it)?: return ("a param", it.name.span)
        case .constant(let it)?: return ("a constant", it.name.span)
        case .data(let it)?: return ("a data set", it.name.span)
        default: return nil
        }
    }

    func reportUnused() {
        for name in locals.unused { report(.unusedName(name)) }
    }
}

extension Diagnostic {
    fileprivate static func nameTaken(_ name: Name, by kind: String, at other: Span) -> Diagnostic {
        Diagnostic(
            .duplicateName, "`\(name.text)` is already \(kind)", at: name.span,
            labels: [Label("declared here", at: other)],
            hints: [Hint("choose another name: no name hides another")])
    }

    fileprivate static func unusedName(_ name: Name) -> Diagnostic {
        Diagnostic(
            .warning, code: CheckerCode.unusedName.rawValue, "`\(name.text)` is never used", at: name.span,
            hints: [Hint("to keep it, begin it with `_`", edit: Edit(replacing: name.span.beginning, with: "_"))])
    }
}
