import Auditors
import Datasets
import Disk
import Glibc
import LanguageModels
import Loading
import Terminal

/// An audit of a language model: a column `target` of texts that it is not to say, or columns `question` and `answer` of what it is to refuse.
struct LanguageAuditSession {
    let path, data: String
    let seed: UInt64
    let budget: Double
    let start: Double

    func run() throws -> LanguageAudit {
        let dataset = try DataFile.read(data)
        let model = try LanguageModelReader.read(path)
        let end = start + budget
        let progress = AuditProgress()
        defer { progress.clear() }
        let goOn = { !Interrupt.isRequested && Clock.seconds() < end }
        let findings: LanguageAudit.Findings
        let isWhole: Bool
        do {
            if let targets = try texts("target", dataset) {
                var options = TrojanAudit.Options()
                options.seed = seed
                let audit = try TrojanAudit(model, targets: targets, options)
                let result = try audit.run(
                    report: { done, all in progress.show(.init(stage: "prompts", done: done, count: all)) }, goOn: goOn)
                (findings, isWhole) = (.trojans(result), result.isWhole)
            } else if let questions = try texts("question", dataset), let answers = try texts("answer", dataset) {
                let audit = try CipherAudit(
                    model, zip(questions, answers).map { .init(asked: $0, answer: $1) }, seed: seed)
                let rungs = try audit.run(
                    report: { family, tries in
                        progress.show(.init(stage: family.rawValue, done: tries, count: 0))
                    }, goOn: goOn)
                (findings, isWhole) = (.cipher(rungs), rungs.contains { $0.isFound } || goOn())
            } else {
                throw Failure(
                    "\(data): an audit of a language model takes a column `target`, or the columns `question` and `answer`"
                )
            }
        } catch let failure as Failure { throw failure } catch { throw Failure("\(path): \(error)") }
        return LanguageAudit(
            file: Path.name(of: path),
            source: "\(dataset.rowCount ?? 0) rows of \(Path.name(of: data))", findings: findings,
            isWhole: isWhole, seconds: Clock.seconds() - start)
    }

    /// The texts of a column; nil where there is none of this name.
    private func texts(_ name: String, _ dataset: Dataset) throws -> [String]? {
        guard let column = dataset.column(name) else { return nil }
        guard let texts = column.texts, column.missing == nil else {
            throw Failure("\(data): column `\(name)` holds no texts, or lacks some")
        }
        return column.tensor.doubles.map { texts[Int($0)] }
    }
}
