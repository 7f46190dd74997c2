import FoundationEssentials
import Glibc
import LanguageModels
import Terminal

/// Reads language models' files: GGUF, or folders of safetensors.
package enum LanguageModelReader {
    /// The model, with its weights in memory. The files are let go of.
    package static func read(_ path: String) throws(Failure) -> LanguageModel {
        try open(path) { try $0.load(threads: ProcessInfo.processInfo.activeProcessorCount) }
    }

    /// What the file, or the folder, holds, as long as `body` runs.
    package static func open<Result>(_ path: String, _ body: (LanguageModelFile) throws -> Result) throws(Failure)
        -> Result
    {
        do {
            if let folder = try LanguageModelFolder(path) {
                return try folder.withBytes { try body(try LanguageModelFile($0)) }
            }
            return try MappedFile(path).withBytes { try body(try LanguageModelFile(gguf: $0)) }
        } catch let failure as Failure { throw failure } catch { throw Failure("\(error)") }
    }

    /// The bytes of the file, or of all files of the folder.
    package static func byteCount(_ path: String) throws(Failure) -> Int {
        if let folder = try LanguageModelFolder(path) { return try folder.byteCount }
        return try MappedFile(path).count
    }

    /// Whether the file, or the folder, is a language model's.
    package static func recognises(_ path: String) -> Bool {
        do { if try LanguageModelFolder(path) != nil { return true } } catch { return true }
        return isGGUF(path)
    }

    package static func isGGUF(_ path: String) -> Bool {
        guard let start = try? Files.readAsIs(path, count: 4) else { return false }
        return start.withUnsafeBytes { GGUFFile.recognises($0) }
    }
}
