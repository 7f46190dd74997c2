import Foundation
import LanguageModels

/// Reads language models' files.
enum LanguageModelReader {
    /// The model, with its weights in memory. The file is let go of.
    static func read(_ path: String) throws(Failure) -> LanguageModel {
        try open(path) { try $0.load(threads: ProcessInfo.processInfo.activeProcessorCount) }
    }

    /// What the file holds, as long as `body` runs.
    static func open<Result>(_ path: String, _ body: (LanguageModelFile) throws -> Result) throws(Failure) -> Result {
        let file = try MappedFile(path)
        do { return try file.withBytes { try body(try LanguageModelFile(gguf: $0)) } } catch let failure as Failure {
            throw failure
        } catch { throw Failure("\(error)") }
    }

    /// Whether the file is a language model's.
    static func recognises(_ path: String) -> Bool {
        guard let start = try? Files.readAsIs(path, count: 4) else { return false }
        return start.withUnsafeBytes { GGUFFile.recognises($0) }
    }
}
