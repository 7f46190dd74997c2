import Diagnostics
import Syntax

/// What `check` found: a spec unless there is an error, and all diagnostics, warnings too, in reading order.
package struct CheckResult: Sendable {
    package let spec: CheckedSpec?
    /// Where every error is one of a property: the spec without those, which are among its `mistaken`.
    package let rest: CheckedSpec?
    /// Those that are declared without a mistake, whatever else is wrong.
    package let models: [CheckedModel]
    package let diagnostics: [Diagnostic]
}

/// Gives every name its meaning, every expression its type and every dimension its size.
///
/// Pure: what lies outside the tree comes with `loaded`. Reports every mistake of every file once, those that follow from
/// another not at all; what the parser has reported is passed over in silence, so that the spec of a file that was not read
/// without errors is not to be run. Functions are inlined, so that time and
/// memory grow with the number of calls, up to `Bounds.visits` expressions in all.
package func check(_ tree: SyntaxTree, with loaded: Loaded = Loaded()) -> CheckResult {
    let checker = Checker(loaded)
    let properties = checker.checkFile(tree)
    let diagnostics = checker.log.diagnostics.inReadingOrder()
    let spec = CheckedSpec(
        parameters: checker.parameters, models: checker.models, tables: checker.tables, fits: checker.fits,
        properties: properties,
        mistaken: checker.mistaken)
    guard diagnostics.hasErrors else {
        return CheckResult(spec: spec, rest: spec, models: spec.models, diagnostics: diagnostics)
    }
    return CheckResult(
        spec: nil, rest: checker.isFileSound ? spec : nil, models: spec.models, diagnostics: diagnostics)
}

/// What a spec may not exceed, so that no file makes a later stage run out of memory, time or stack.
package enum Bounds {
    /// Expressions visited, each once for every place in which its function is inlined.
    static let visits = 400_000
    /// Expressions visited to write out one aggregate, one comprehension, and all of them.
    static let listed = 4096
    static let comprehension = 1 << 16
    /// Steps of a loop, and how many are written out.
    static let steps = 1 << 20
    static let writtenSteps = 4
    /// Entries that a region keeps.
    static let kept = 1 << 18
    /// Members of a family of properties.
    static let family = 100_000
    static let listedInAll = 200_000
    /// Expressions and calls inside one another.
    package static let depth = 250
    /// Terms inside one another, `let`s followed.
    package static let height = 20_000
    /// Fields of a record, those of its records included, and records inside one another.
    static let fields = 10_000
    static let recordDepth = 64
    /// Declarations that are worked out because of one another.
    static let declarations = 64
    /// Numbers that a variable inside a region may come to.
    static let spread = 1 << 22
    /// Values of a finite domain under an aggregate.
    package static let finiteDomain = 1 << 24
    /// Elements of a tensor that is computed here already, of one that is written out, and of all of these together.
    static let folding = 1 << 12
    static let writing = 1 << 22
    static let constants = 1 << 25
    /// Integers beyond are not exact as Float64.
    static let integer = 1 << 53
}
