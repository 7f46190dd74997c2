import ArgumentParser
import Auditors
import Foundation
import Search
import Tensors

/// `gainsay audit`
struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "audit")
    @Argument var model: String
    @Option var data: String
    @Option var steps: Int = 160
    @Option var share: Double = 0.95
    func run() throws {
        let file = try ModelFile(model)
        let dataset = try DataFile.read(data)
        let found = try file.model(shapes: [:])
        let audited = try AuditedModel(found.graph)
        let x = dataset["x"]!, labels = dataset["label"]!.doubles.map { Int($0) }
        let all = CleanRows(numbers: x.floats, labels: labels, size: audited.layout.count)
        let start = Clock.seconds()
        var options = Auditors.Audit.Options()
        options.steps = steps
        options.share = share
        options.threads = 2
        let domain = Domain(lower: .init(repeating: 0, count: audited.layout.count), upper: .init(repeating: 1, count: audited.layout.count))
        let result = try Auditors.Audit(audited, rows: all, domain: domain, options, goOn: { true }, report: { _ in }).run()
        var line = ""
        for f in result.findings.prefix(6) {
            line += "| \(f.kind.rawValue.prefix(5)) \(f.aim) " + String(format: " %.2f (%.2f) z=%.2f %.2f/%.2f ", f.size, f.typical ?? 0, f.suspicion, f.used.rate, f.unused.rate)
        }
        line += String(format: "rnd %.2f D %.2f", result.findings.first?.random?.rate ?? -1, result.distance ?? 0)
        print(line.replacingOccurrences(of: "target", with: ""), String(format: " %.2fs", Clock.seconds() - start))
    }
}
