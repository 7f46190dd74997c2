import Datasets
import Diagnostics
import Processes
import Syntax

/// What a check of a property came to, shown for as long as the property stands as it did.
struct ShownVerdict {
    let property: String
    /// The text of the property that was checked.
    let text: String
    let verdicts: [CheckJob.Verdict]

    /// In a line, as for the place above the property.
    var title: String {
        guard verdicts.count > 1 else { return verdicts.first.map { $0.mark + $0.word } ?? "" }
        let groups = Dictionary(grouping: verdicts, by: \.word).sorted { $0.key < $1.key }
        return groups.map { "\($0.value.count) \($0.key)" }.joined(separator: ", ")
    }
}

extension CheckJob.Verdict {
    /// Whether something speaks against the property.
    var contradicts: Bool { ["contradicted", "refuted", "contradicted-with-confidence", "error"].contains(word) }

    /// The report without the line that names the property, of a family's the arguments kept.
    fileprivate var body: String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let rest = lines.dropFirst().map { $0.hasPrefix("  ") ? $0.dropFirst(2) : $0 }
        let name = property.contains("(") ? property + ": " : ""
        var body = name + rest.joined(separator: "\n")
        while body.last == "\n" { body.removeLast() }
        return body
    }

    fileprivate var mark: String {
        switch word {
        case "proved", "witnessed", "holds-with-confidence": "✓ "
        case _ where contradicts: "✗ "
        default: ""
        }
    }
}

extension Place {
    /// Above each property: what is known of it, and a check of it.
    func codeLenses() -> [CodeLens] {
        analysis.properties.map { property in
            let isRunning = server.jobs.contains { $0.uri == uri && $0.property == property.name.text }
            let known = server.verdict(of: property, analysis, uri)?.title
            let title = isRunning ? "checking …" : known.map { "\($0) · check again" } ?? "check"
            return CodeLens(
                range: range(property.name.span),
                command: Command(title: title, command: CheckJob.command, arguments: [uri, property.name.text]))
        }
    }
}

extension LanguageServer {
    struct CheckAnswer: Encodable {
        struct Entry: Encodable { let property, verdict, text: String }
        let properties: [Entry]
    }

    /// What is shown of a property, unless it has been edited since.
    func verdict(of property: PropertyDeclaration, _ analysis: Analysis, _ uri: String) -> ShownVerdict? {
        shown[uri]?.last { $0.property == property.name.text && $0.text == analysis.source.text(property.span) }
    }

    /// Counterexamples at what they contradict: the check of a property, or its name where it has several.
    func verdictDiagnostics(_ uri: String, _ analysis: Analysis) -> [PublishedDiagnostic] {
        analysis.properties.flatMap { property -> [PublishedDiagnostic] in
            let verdicts = verdict(of: property, analysis, uri)?.verdicts.filter(\.contradicts) ?? []
            return verdicts.map { verdict in
                PublishedDiagnostic(
                    range: client.encoding.range(of: property.claim, in: analysis.source), severity: 1,
                    code: verdict.word, source: "gainsay check", message: verdict.body, relatedInformation: nil)
            }
        }
    }

    /// `gainsay.check`, with the address of a spec and the name of a property. Answered when the check has ended.
    func execute(_ parameters: JsonValue, _ id: RequestID) throws(ResponseError) -> AnyAnswer? {
        guard parameters["command"]?.textValue == CheckJob.command else {
            throw .badParameters("the command is `\(CheckJob.command)`")
        }
        let arguments = parameters["arguments"]?.elements?.compactMap(\.textValue) ?? []
        guard arguments.count == 2, let document = documents[arguments[0]] else {
            throw .badParameters("`\(CheckJob.command)` takes the address of an open spec and the name of a property")
        }
        let analysis = try analysis(of: arguments[0])
        guard let property = analysis.properties.first(where: { $0.name.text == arguments[1] }) else {
            throw .badParameters("there is no property `\(arguments[1])`")
        }
        for job in jobs where job.uri == arguments[0] && job.property == arguments[1] { job.stop() }
        do {
            let queue = queue
            let job = try CheckJob(
                program, document, property: arguments[1], text: analysis.source.text(property.span),
                budget: client.budget, request: id
            ) { queue.add(.checked($0)) }
            jobs.append(job)
        } catch { throw .failed(error.description) }
        refreshLenses()
        return nil
    }

    func finish(_ outcome: CheckJob.Outcome) {
        let job = outcome.job
        jobs.removeAll { $0 === job }
        if let failure = outcome.failure {
            answer(job.request, .failure(.failed(failure)))
        } else {
            let entries = outcome.verdicts.map {
                CheckAnswer.Entry(property: $0.property, verdict: $0.word, text: $0.text)
            }
            answer(job.request, .success(AnyAnswer(CheckAnswer(properties: entries))))
            keep(outcome)
        }
        refreshLenses()
    }

    private func keep(_ outcome: CheckJob.Outcome) {
        let job = outcome.job
        guard documents[job.uri] != nil else { return }
        shown[job.uri, default: []].removeAll { $0.property == job.property }
        shown[job.uri, default: []].append(
            ShownVerdict(property: job.property, text: job.text, verdicts: outcome.verdicts))
        publishAgain(job.uri)
    }

    private func refreshLenses() {
        if client.refreshesLenses { ask("workspace/codeLens/refresh", Nothing?.none) }
    }
}

extension PropertyDeclaration {
    /// What is said of all inputs.
    fileprivate var claim: Span {
        let checks = clauses.compactMap { if case .check(let it) = $0 { it.condition.span } else { nil } }
        return checks.count == 1 ? checks[0] : name.span
    }
}
