import Loading
import Reports
import Terminal
import Verdicts

/// How a spec is checked. Without a budget, tries or queries each property has ten seconds.
public struct CheckOptions: Sendable {
    /// Instead of what the spec says, by the names of its models.
    public var models: [String: Model] = [:]
    /// Files instead of those that the spec says, by the names of its data.
    public var data: [String: String] = [:]
    /// Values of params, as they are written in Say.
    public var parameters: [String: String] = [:]
    /// Only properties of this name, or whose names match this regular expression (PCRE2).
    public var only: String?
    /// For each property: search, shrinking and proofs together.
    public var budget: Duration?
    /// Inputs evaluated for each property, at most. Nothing is proved by bounds then, and the outcome depends on no clock.
    public var tries: Int?
    /// Questions to black boxes for each property, at most.
    public var queries: Int?
    /// The same seed gives the same report, where no clock ends the search.
    public var seed: UInt64 = 0
    public var threads = Machine.cores
    /// How many counterexamples that differ are looked for.
    public var wanted = 1
    /// Whether what is found is made as small as it gets.
    public var isShrinking = true
    /// The folder in which counterexamples are kept and tried again; nil for none.
    public var cases: String?

    public init() {}
}

/// Why a spec could not be checked, in the words that the command line says.
public struct GainsayError: Error, CustomStringConvertible, Sendable {
    public let description: String

    init(_ failure: Failure) { description = failure.message }
}

/// Tries to contradict every property of a spec: what `gainsay check` does.
///
/// Throws where the spec, a model or data cannot be read. A property with a mistake of its own has the verdict
/// ``Verdict/error``, and leaves the others as they are.
///
/// ```swift
/// var options = CheckOptions()
/// options.models["net"] = .file("digits.onnx")
/// let report = try check(.file("digits.say"), options)
/// for property in report.contradicted { print(property) }
/// ```
public func check(_ spec: Spec, _ options: CheckOptions = CheckOptions()) throws(GainsayError) -> Report {
    do throws(Failure) { return try checked(spec, options) } catch { throw GainsayError(error) }
}

private func checked(_ spec: Spec, _ options: CheckOptions) throws(Failure) -> Report {
    var workload = Workload.Options(
        models: options.models.places, data: options.data, parameters: options.parameters, seed: options.seed,
        text: spec.text.map { Array($0.utf8) })
    workload.functions = options.models.functions
    let plan = try Plan([Plan.Spec(path: spec.path, options: workload)], only: options.only, tell: { _ in })
    let store = try options.cases.map { (folder) throws(Failure) in try CaseStore(folder) }
    let hasClock = options.tries == nil && options.queries == nil
    let settings = Trying.Settings(
        budget: options.budget.map(\.inSeconds) ?? (hasClock ? 10 : .infinity), tries: options.tries ?? .max,
        seed: options.seed, threads: max(options.threads, 1), queries: options.queries, wanted: max(options.wanted, 1),
        shrinking: options.isShrinking ? .full : .none, progress: .hidden)
    var properties: [PropertyReport] = []
    for entry in plan.entries {
        let trying = Trying(
            subject: entry.subject, settings: settings, store: store, certification: nil, lastWords: LastWords())
        let (verdict, mistake) = try entry.verdict { (trial) throws(Failure) in try trying.verdict(of: trial) }
        try entry.subject.requireAnswers()
        properties.append(PropertyReport(verdict, entry, mistake?.message))
    }
    return Report(properties: properties)
}

extension Duration {
    fileprivate var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
