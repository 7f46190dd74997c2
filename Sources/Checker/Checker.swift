import Diagnostics
import Syntax
import Texts

/// One run of `check`: what is known so far. Each construct's rules are an extension in a file of its own.
final class Checker {
    let loaded: Loaded
    var log = CheckLog()

    var files: [FileScope] = []
    var filesInUse: [SourceFile.ID] = []
    /// What each declaration has come to, so that it is worked out, and found wrong, once.
    var enumerations: [DeclarationKey: SayType.Enumeration] = [:]
    var typeDomains: [DeclarationKey: Domain?] = [:]
    var parameterValues: [DeclarationKey: Value] = [:]
    var constantValues: [DeclarationKey: Value] = [:]
    var modelIndices: [DeclarationKey: Int?] = [:]
    var tableIndices: [DeclarationKey: Int?] = [:]
    /// nil where the declaration is wrong.
    var fitted: [DeclarationKey: Fitted?] = [:]
    /// Declarations that are being worked out: meeting one again is recursion.
    var underway: [DeclarationKey] = []

    /// Properties with a mistake, and whether there is none elsewhere.
    var mistaken: [MistakenProperty] = []
    var isFileSound = true

    var parameters: [CheckedParameter] = []
    var models: [CheckedModel] = []
    var tables: [CheckedTable] = []
    var fits: [CheckedFit] = []

    /// The generators of text types, by how they are written.
    var generators: [String: TextGenerator] = [:]
    /// The texts of tokens, by the language model's name and how many they are.
    var tokenTexts: [String: TokenTexts] = [:]

    /// The domains of all variables in scope somewhere, by id: what an index may be is read from them.
    var domains: [Int: Domain] = [:]
    /// What the `where`s of this property say of Ints.
    var facts: [Fact] = []
    /// What the named Ints are seen to be, by id.
    var ranges: [Int: ClosedRange<Double>] = [:]
    /// Bounds that depend on a variable, while the type of a binder is resolved; nil where no bound may.
    var openBounds: [OpenBound]?
    var listing = Listing()
    /// How many combinations of values the regions around have: what stands here is computed so often for one input.
    var enclosingValues = 1
    /// The binders of the regions around, outermost first.
    var regions: [QuantifiedVariable] = []
    /// The variables of this property that have an entry for each row around, by id.
    var spreads: [Int: SpreadVariable] = [:]
    var calls = CallSites()
    /// What is given to each model's inputs, by their places.
    var fed: [Int: [Int: [FedRange]]] = [:]
    var inlined = InlinedCalls()
    var locals = LocalUse()
    private var nextID = 0
    private var visits = 0
    var visitCount: Int { visits }
    private var depth = 0
    /// Elements of constants so far.
    private var constants = 0

    init(_ loaded: Loaded) { self.loaded = loaded }

    func newID() -> Int {
        nextID += 1
        return nextID
    }

    func report(_ diagnostic: Diagnostic) { log.report(diagnostic) }

    /// Reports and gives the value that agrees with everything.
    func fail(_ diagnostic: Diagnostic) -> Value {
        report(diagnostic)
        return .unknown(at: diagnostic.span)
    }

    /// Does `work` one level deeper; past the limits it is left undone, and reported.
    func nested(at span: Span, _ work: () -> Value) -> Value {
        guard visits < Bounds.visits else {
            log.report(once: .specTooLarge(at: span))
            return .unknown(at: span)
        }
        guard depth < Bounds.depth, underway.count < Bounds.declarations else { return tooDeep(at: span) }
        visits += 1
        depth += 1
        defer { depth -= 1 }
        let value = work()
        if case .constant(let values) = value.term.kind { constants += values.count }
        guard constants <= Bounds.constants else {
            log.report(once: .specTooLarge(at: span))
            return .unknown(at: span)
        }
        return value.term.height <= Bounds.height ? value : tooDeep(at: span)
    }

    func tooDeep(at span: Span) -> Value {
        log.report(once: .expressionTooDeep(at: span))
        return .unknown(at: span)
    }
}

extension Diagnostic {
    fileprivate static func expressionTooDeep(at span: Span) -> Diagnostic {
        Diagnostic(
            .expressionTooDeep, "expressions, with what they name and call, lie too deep inside one another",
            at: span,
            hints: [Hint("name a part with `let`")])
    }

    fileprivate static func specTooLarge(at span: Span) -> Diagnostic {
        Diagnostic(
            .specTooLarge,
            "with every function written out this spec has more than \(Bounds.visits) expressions, or too many constants",
            at: span,
            hints: [Hint("a function that calls another with two arguments doubles it")]
        )
    }
}
