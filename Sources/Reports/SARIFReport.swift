import Glibc
import Hashing

/// A run in the Static Analysis Results Interchange Format 2.1.0: a rule for each property, a result for each verdict.
package struct SARIFReport: Encodable {
    private let schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
    private let version = "2.1.0"
    private let runs: [Run]

    private enum CodingKeys: String, CodingKey {
        case schema = "$schema"
        case version, runs
    }

    package init(_ run: CheckRun) { runs = [Run(run)] }

    /// One object, keys in alphabetical order, ending with a line break.
    package func text() throws -> String {
        try reportJSON()
    }
}

extension SARIFReport {
    private struct Run: Encodable {
        let tool: Tool
        let columnKind = "unicodeCodePoints"
        let invocations: [Invocation]
        let results: [Result]

        init(_ run: CheckRun) {
            var rules: [Rule] = []
            var places: [String: Int] = [:]
            for entry in run.entries where places[entry.rule] == nil {
                places[entry.rule] = rules.count
                rules.append(Rule(entry))
            }
            tool = Tool(driver: Driver(version: run.version, rules: rules))
            let indices = places
            results = run.entries.compactMap { Result($0, run, rule: indices[$0.rule] ?? 0) }
            invocations = [Invocation(run, rules: indices)]
        }
    }

    private struct Tool: Encodable { let driver: Driver }

    private struct Driver: Encodable {
        let name = "gainsay"
        let version: String
        let rules: [Rule]
    }

    /// A property, or a family of them.
    private struct Rule: Encodable {
        let id, name: String
        let shortDescription: Message
        /// As written.
        let help: Message?

        init(_ entry: CheckRun.Entry) {
            id = entry.rule
            name = entry.family ?? entry.name
            shortDescription = Message(entry.verdict?.title ?? name)
            help = entry.source.map { Message($0) }
        }
    }

    private struct Invocation: Encodable {
        let executionSuccessful: Bool
        let toolExecutionNotifications, toolConfigurationNotifications: [Notification]

        init(_ run: CheckRun, rules: [String: Int]) {
            let report = TextReport(.plain)
            var (broken, wrong): ([Notification], [Notification]) = ([], [])
            for spec in run.specs {
                guard let failure = spec.failure else { continue }
                wrong.append(
                    Notification("error", "\(spec.path) could not be read\n\n\(failure)", .init(file: spec.path)))
            }
            for entry in run.entries {
                let rule = Notification.RuleReference(id: entry.rule, index: rules[entry.rule] ?? 0)
                guard let verdict = entry.verdict else {
                    broken.append(Notification("warning", "not checked: \(run.stop)", entry.place, rule))
                    continue
                }
                let notification = Notification("error", report.gist(of: verdict), entry.place, rule)
                switch verdict.outcome {
                case .mistaken: wrong.append(notification)
                case .failed: broken.append(notification)
                case .contradicted, .proved, .survived, .estimated, .counted: break
                }
            }
            let standings = run.entries.map { $0.standing }
            executionSuccessful = wrong.isEmpty && !standings.contains { $0 == .breaks || $0 == .unfinished }
            (toolExecutionNotifications, toolConfigurationNotifications) = (broken, wrong)
        }
    }

    private struct Notification: Encodable {
        struct RuleReference: Encodable {
            let id: String
            let index: Int
        }

        let level: String
        let message: Message
        let locations: [Location]
        let associatedRule: RuleReference?

        init(_ level: String, _ text: String, _ place: CheckRun.Place, _ rule: RuleReference? = nil) {
            (self.level, message, locations, associatedRule) = (level, Message(text), [Location(place)], rule)
        }
    }

    private struct Result: Encodable {
        let ruleId: String
        let ruleIndex: Int
        let kind, level: String
        let message: Message
        let locations: [Location]
        /// The same wherever in its file the property stands, and whatever the witness is.
        let partialFingerprints: [String: String]
        /// What is accepted is known outside of the spec.
        let suppressions: [Suppression]?
        let properties: Bag

        /// nil of what has no result.
        init?(_ entry: CheckRun.Entry, _ run: CheckRun, rule: Int) {
            guard let verdict = entry.verdict, verdict.word != .error else { return nil }
            (ruleId, ruleIndex) = (entry.rule, rule)
            kind = Self.kind(verdict, entry.standing)
            level = kind == "fail" ? "error" : "none"
            let report = TextReport(.plain)
            message = Message("\(verdict.word.rawValue): \(report.gist(of: verdict))\n\n\(report.text(verdict))")
            locations = [Location(entry.place)]
            partialFingerprints = [
                "gainsayProperty/v1": SHA256.text(of: "\(entry.spec)\u{0}\(entry.name)".utf8)
            ]
            suppressions = verdict.isAccepted ? [Suppression()] : nil
            properties = Bag(verdict)
        }

        private static func kind(_ verdict: Verdict, _ standing: Standing) -> String {
            switch standing {
            case .fails: "fail"
            case .passes where verdict.word.contradicts: "fail"
            // Found, and not confirmed by others: somebody has to look.
            case .breaks: "review"
            case .passes, .unfinished:
                switch verdict.word {
                case .proved, .witnessed, .holds: "pass"
                default: verdict.boundary == nil ? "open" : "review"
                }
            }
        }
    }

    private struct Suppression: Encodable {
        let kind = "external"
        let justification = "accepted: in the baseline"
    }

    private struct Bag: Encodable {
        let verdict: String
        let tries: Int
        let bestMargin: Double?
        let `case`, replay: String?

        init(_ it: Verdict) {
            (verdict, tries, bestMargin) = (it.word.name, it.effort.tries, it.effort.bestMargin)
            let example =
                if case .contradicted(let examples) = it.outcome { examples.first } else { Counterexample?.none }
            (self.case, replay) = (example?.id, example?.replay)
        }
    }

    /// Braces are doubled, since `{0}` would stand for something else; what would read as a link is kept apart.
    private struct Message: Encodable {
        let text: String

        init(_ text: String) {
            var result = String.UnicodeScalarView()
            for scalar in text.unicodeScalars {
                if scalar == "(", result.last == "]" { result.append(" ") }
                result.append(scalar)
                if scalar == "{" || scalar == "}" { result.append(scalar) }
            }
            self.text = String(result)
        }
    }

    private struct Location: Encodable {
        let physicalLocation: PhysicalLocation

        init(_ place: CheckRun.Place) {
            physicalLocation = PhysicalLocation(
                artifactLocation: .init(uri: Self.uri(place.file)), region: Region(place))
        }

        struct PhysicalLocation: Encodable {
            let artifactLocation: ArtifactLocation
            let region: Region
        }

        struct ArtifactLocation: Encodable { let uri: String }

        struct Region: Encodable {
            let startLine: Int
            let startColumn, endLine, endColumn: Int?

            init(_ place: CheckRun.Place) {
                let (start, end) = place.range.map { ($0.start, Optional($0.end)) } ?? (nil, nil)
                (startLine, startColumn) = (start?.line ?? 1, start?.column)
                (endLine, endColumn) = (end?.line, end?.column)
            }
        }

        /// Relative where the path is.
        private static func uri(_ path: String) -> String {
            let encoded = path.utf8.map { byte -> String in
                let scalar = Unicode.Scalar(byte)
                let isPlain =
                    scalar.isASCII
                    && (scalar.properties.isAlphabetic || "0123456789-._~/".unicodeScalars.contains(scalar))
                return isPlain
                    ? String(Character(scalar))
                    : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }.joined()
            return encoded.hasPrefix("/") ? "file://" + encoded : encoded
        }
    }
}

extension CheckRun.Entry {
    /// What the rule of the property, or of its family, is called: the same in every run that is given the spec by the same path.
    fileprivate var rule: String { "\(spec)/\(family ?? name)" }
}
