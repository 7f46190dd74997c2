import Diagnostics

extension Parser {
    /// `use = "use", ( string | name, { ".", name } )`
    mutating func parseUse() -> UseDeclaration {
        let mark = position
        advance()
        let target: UseDeclaration.Target
        if at(.string) {
            target = .file(parseString())
        } else if at(.name) || kind.isReservedWord && !current.startsLine {
            target = .library(parsePath())
        } else {
            reportOnce { .useTarget(found: $0.describe($0.current), at: $0.placeOfError) }
            target = .library([Name("", span: gap)])
        }
        return UseDeclaration(target: target, span: span(since: mark))
    }

    private mutating func parsePath() -> [Name] {
        var path = [expectName("the name of a library", before: TokenSet([ahead(1).kind]))]
        while accept(.dot) { path.append(expectName("the name of a library", before: [.dot])) }
        return path
    }
}

extension Diagnostic {
    fileprivate static func useTarget(found: String, at span: Span) -> Diagnostic {
        Diagnostic(
            .useTarget, "expected a library or a file, found \(found)", at: span,
            hints: [Hint("write `use std.image` for SpecLibrary/std/image.say, `use \"./mine.say\"` for a file")])
    }
}
