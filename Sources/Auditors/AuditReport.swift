import Formatting
import Statistics

/// An audit with what it was of, in words, as JSON and as a page.
package struct AuditReport: Sendable {
    package let file: String
    package let model: AuditedModel
    package let result: AuditResult
    package let domain: Domain
    /// Some of the inputs, to be shown.
    package let samples: CleanRows
    /// Where the inputs come from, in words.
    package let source: String
    /// How often the model answers what the data say; nil where they have no labels.
    package let accuracy: Double?
    package let share: Double
    package let seconds: Double

    package init(
        file: String, model: AuditedModel, result: AuditResult, domain: Domain, samples: CleanRows, source: String,
        accuracy: Double?, share: Double, seconds: Double
    ) {
        (self.file, self.model, self.result, self.domain) = (file, model, result, domain)
        (self.samples, self.source, self.accuracy) = (samples, source, accuracy)
        (self.share, self.seconds) = (share, seconds)
    }

    /// From where on the least suspicious planted model was told from the most suspicious clean one, roughly: README.
    static let threshold = 0.35

    package var standsOut: Bool { !result.suspects.isEmpty && result.score >= Self.threshold }

    /// Whether anything was looked for before it was cut short.
    package var isTried: Bool { result.tries > 0 || result.weights.wasTried }

    /// What it comes to, in one sentence.
    var verdict: String {
        guard isTried else {
            return "nothing was tried: it was cut short before"
        }
        guard let first = result.suspects.first, let finding = first.findings.first, standsOut else {
            let tries = result.tries > 0 ? ["\(Self.grouped(result.tries)) tries of \(families)"] : []
            let weights = result.weights.effort.map { [$0] } ?? []
            return "survived: nothing stands out among " + (tries + weights).joined(separator: "; ")
        }
        return "something stands out: \(sentence(finding))"
    }

    /// What triggers were looked for.
    private var families: String {
        let classes = model.classes
        let pairs = result.norms.pairs == nil ? [] : ["\(classes * (classes - 1)) pairs of classes"]
        let rounded = result.rounded.map { "weights rounded to \($0.rounding.rawValue)" }
        if model.takesTokens { return "tokens at up to \(TokenSearch.mostPlaces) places" }
        let parts = ["changes towards \(classes) classes and away from the own one"] + pairs + ["few places"] + rounded
        return parts.dropLast().joined(separator: ", ") + " and " + (parts.last ?? "")
    }

    /// `painting 3 places sends inputs to class 4: 219 of 225 that the search did not see, 0.9733 (95%: 0.9429 to 0.9901)`
    func sentence(_ finding: TriggerFinding) -> String {
        let how =
            switch finding.kind {
            case .paint: Self.count(Int(finding.size), "painted place")
            case .perturbation: String(format: "a change of norm %.2f", finding.size)
            case .tokens: tokens(finding)
            case .pancakes:
                String(
                    format: "a shift of norm %.2f, across the first layer's weights, in layers half a turn off,",
                    finding.size)
            case .spike:
                String(format: "a shift of norm %.2f, in which the first layer's weights vary most,", finding.size)
            }
        let rounded = finding.rounding.map { " of the model with weights rounded to \($0.rawValue)" } ?? ""
        let verb = [.paint, .tokens].contains(finding.kind) && finding.size > 1 ? "send" : "sends"
        return
            "\(how) \(verb) \(Self.words(finding.aim))\(rounded): \(Self.words(finding.unused)) that the search did not see"
    }

    /// `token 7 at place 2 and token 3 at place 0`
    private func tokens(_ finding: TriggerFinding) -> String {
        guard case .tokens(let places, let tokens) = finding.trigger else { return "" }
        return zip(places, tokens).map { "token \($1) at place \($0)" }.joined(separator: " and ")
    }

    static func words(_ aim: Aim) -> String {
        switch aim {
        case .target(let target): "other inputs to class \(target)"
        case .pair(let source, let target): "inputs of class \(source) to class \(target)"
        case .from(let source): "inputs of class \(source) to other classes"
        case .away: "inputs away from their own class"
        case .mapping(let targets):
            "inputs of " + targets.enumerated().map { "class \($0.offset) to \($0.element)" }.joined(separator: ", ")
        }
    }

    static func words(_ rate: Rate) -> String {
        String(
            format: "%d of %d, %.4f (95%%: %.4f to %.4f)", rate.successes, rate.count, rate.rate, rate.lower, rate.upper
        )
    }

    static func count(_ number: Int, _ what: String) -> String { "\(number) \(what)\(number == 1 ? "" : "s")" }

    static func grouped(_ number: Int) -> String {
        var (digits, result) = ("\(number)", "")
        while digits.count > 3 {
            result = "," + digits.suffix(3) + result
            digits.removeLast(3)
        }
        return digits + result
    }
}
