import Gainsay
import Testing

/// Checks a spec in a test: an issue is recorded for each property that does not hold, at its place in the spec, with the input that
/// contradicts it; and one for each that cannot be checked.
///
/// A property that only survives is no issue, for nothing speaks against it; with `requiringProof` it is one. The budget is that
/// of ``Testing/Trait/checkBudget(_:)``, unless `options` says one.
///
/// ```swift
/// @Test(.checkBudget(.seconds(5))) func digits() throws {
///     try expectHolds(.file("Specs/digits.say"), models: ["net": .file("Models/digits.onnx")])
/// }
/// ```
/// - Returns: what was found.
@discardableResult
public func expectHolds(
    _ spec: Spec, models: [String: Model] = [:], requiringProof: Bool = false,
    options: CheckOptions = CheckOptions(), sourceLocation: SourceLocation = #_sourceLocation
) throws -> Report {
    var options = options
    options.models.merge(models) { $1 }
    options.budget = options.budget ?? CheckBudget.current
    let report = try check(spec, options)
    for property in report.properties where property.isIssue(requiringProof: requiringProof) {
        Issue.record(
            Comment(rawValue: property.description),
            sourceLocation: property.location.sourceLocation ?? sourceLocation)
    }
    return report
}

extension PropertyReport {
    fileprivate func isIssue(requiringProof: Bool) -> Bool {
        switch verdict {
        case .contradicted, .refuted, .fails, .error: true
        case .survived, .notFound, .undecided: requiringProof
        case .proved, .witnessed, .holds: false
        }
    }
}

extension PropertyReport.Location {
    /// nil where only the file is known.
    fileprivate var sourceLocation: SourceLocation? {
        guard let line, let column else { return nil }
        let name = file.split(separator: "/").last.map(String.init) ?? file
        // Its first part stands for the module.
        return SourceLocation(fileID: "Specs/" + name, filePath: file, line: line, column: column)
    }
}
