import ArgumentParser
import Diagnostics
import Terminal

/// `gainsay explain`
struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Explain a diagnostic: what is wrong, a spec that shows it, why it is refused, and a mended spec.",
        discussion: "Without a code: all codes, a line each.")

    @Argument(
        help: "The code that stands in brackets behind `error` or `warning`: unknown-name.",
        completion: .list(DiagnosticPage.all.map(\.code)))
    var code: String?

    func run() throws {
        let style: RenderingStyle = Console.isColoured(.output) ? .coloured : .plain
        guard let code else {
            let width = DiagnosticPage.all.map(\.code.count).max() ?? 0
            for page in DiagnosticPage.all {
                let blanks = String(repeating: " ", count: width - page.code.count)
                Console.write("\(page.code)\(blanks)  \(page.summary)\n")
            }
            return
        }
        Console.write(try page(code).text(style))
    }

    private func page(_ code: String) throws(Failure) -> DiagnosticPage {
        // As it stands in a message, brackets and all, it is understood as well.
        let code = String(code.drop { $0 != "[" }.dropFirst().prefix { $0 != "]" }).ifEmpty(code)
        if let page = DiagnosticPage.all.first(where: { $0.code == code }) { return page }
        let near = suggest(code, among: DiagnosticPage.all.map(\.code)).map { "; did you mean `\($0)`?" } ?? ""
        throw Failure("no diagnostic has the code `\(code)`\(near); `gainsay explain` lists them")
    }
}

extension String {
    fileprivate func ifEmpty(_ other: String) -> String { isEmpty ? other : self }
}
