import Checker
import Diagnostics
import Foundation
import Syntax
import Testing

/// Every example and every file of the spec library is a spec without mistakes, and without warnings. Those of say-by-example
/// have families over rows and bounds from data: Tests/Conformance/verdicts.py checks them with their files.
@Suite("Examples") struct ExampleTests {
    @Test("are specs without mistakes", arguments: ["Examples", "SpecLibrary/tests"])
    func examples(folder: String) throws {
        let found = ExampleTests.specs(in: Place.root.appending(path: folder))
        #expect(!found.isEmpty)
        for url in found { try expectClean(url) }
    }

    private func expectClean(_ url: URL) throws {
        let main = SourceFile(path: url.lastPathComponent, bytes: Array(try Data(contentsOf: url)))
        let (tree, problems) = parse(main)
        var sources = [main]
        var known: [URL: SyntaxTree] = [:]
        var loaded = Loaded { target, _ in
            guard let place = ExampleTests.place(of: target, from: url), let bytes = try? Data(contentsOf: place) else {
                return nil
            }
            if let tree = known[place] { return tree }
            let source = SourceFile(
                path: place.lastPathComponent, bytes: Array(bytes), id: SourceFile.ID(UInt32(sources.count)))
            sources.append(source)
            known[place] = parse(source).tree
            return known[place]
        }
        // What is asked of language models depends on their files, which are not read here.
        loaded.unreadLanguageModels = Set(requirements(of: tree).languageModels.map(\.name))
        let diagnostics = problems + check(tree, with: loaded).diagnostics
        #expect(diagnostics.isEmpty, "\(render(diagnostics, from: sources))")
    }

    private static func place(of target: UseDeclaration.Target, from url: URL) -> URL? {
        switch target {
        case .library(let names):
            Place.root.appending(path: "SpecLibrary/" + names.map(\.text).joined(separator: "/") + ".say")
        case .file(let literal): url.deletingLastPathComponent().appending(path: literal.text)
        }
    }

    /// Whether a spec uses what its example fetches, or is that: Tests/Conformance/examples runs it once it is there.
    private static func needsFetching(_ url: URL) -> Bool {
        let folder = url.deletingLastPathComponent()
        return [folder, folder.deletingLastPathComponent()].contains {
            FileManager.default.fileExists(atPath: $0.appending(path: "fetch").path)
        }
    }

    private static func specs(in folder: URL) -> [URL] {
        let all = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        let specs = (all?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "say" && !needsFetching($0) }
        return specs.filter { !$0.path.contains("/say-by-example/") }.sorted { $0.path < $1.path }
    }
}
