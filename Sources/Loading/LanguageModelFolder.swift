import Disk
import FoundationEssentials
import LanguageModels
import Terminal

/// A language model's folder on disk: safetensors, config.json and tokenizer.json.
package struct LanguageModelFolder {
    private let folder: String
    /// Of weights, within the folder.
    private let weights: [String]

    /// nil where the path is no folder of a model's and no file that says so by its name.
    package init?(_ path: String) throws(Failure) {
        let file = Path.name(of: path)
        if Folders.isFolder(path) {
            folder = path.hasSuffix("/") && path.count > 1 ? String(path.dropLast()) : path
            guard Self.exists(folder + "/config.json") else { return nil }
        } else {
            guard file == "config.json" || file.hasSuffix(".safetensors") || file.hasSuffix(".safetensors.index.json")
            else { return nil }
            let parent = Path.folder(of: path)
            folder = parent.isEmpty ? "." : parent
            guard file != "config.json" || Self.namesArchitecture(path) else { return nil }
        }
        weights = try Self.weights(in: folder, named: Folders.isFolder(path) || file == "config.json" ? nil : file)
    }

    private static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    /// Whether a JSON file is what `transformers` calls a configuration.
    private static func namesArchitecture(_ path: String) -> Bool {
        guard let bytes = try? Files.readAsIs(path, limit: 1 << 24) else { return false }
        return String(decoding: bytes, as: UTF8.self).contains("\"model_type\"")
    }

    private static func weights(in folder: String, named file: String?) throws(Failure) -> [String] {
        let (whole, index) = ("model.safetensors", "model.safetensors.index.json")
        let file = file ?? (exists("\(folder)/\(whole)") || !exists("\(folder)/\(index)") ? whole : index)
        guard file.hasSuffix(".json") else { return [file] }
        let bytes = try Files.readAsIs("\(folder)/\(file)", limit: 1 << 28)
        do { return try bytes.withUnsafeBytes { try ModelFolder.shards($0) } } catch { throw Failure("\(error)") }
    }

    /// Every file that the model is made of.
    package var files: [String] { (["config.json", "tokenizer.json"] + weights).map { "\(folder)/\($0)" } }

    /// Of all files together.
    package var byteCount: Int {
        get throws(Failure) {
            var sum = 0
            for file in files { sum += try MappedFile(file).count }
            return sum
        }
    }

    /// The files' bytes, as long as `body` runs.
    package func withBytes<Result>(_ body: (ModelFolder) throws -> Result) throws -> Result {
        let maps = try files.map { try MappedFile($0) }
        let extra = try Self.extra.map { name in
            Self.exists("\(folder)/\(name)") ? try MappedFile("\(folder)/\(name)") : nil
        }
        return try MappedFile.withBytes(of: maps + extra.compactMap { $0 }) { bytes in
            var more = bytes[maps.count...]
            let found = extra.map { $0 == nil ? nil : more.removeFirst() }
            var files = ModelFolder(
                config: bytes[0], vocabulary: bytes[1], weights: Array(zip(weights, bytes[2..<maps.count])))
            (files.generation, files.pooling, files.options, files.template) = (found[0], found[1], found[2], found[3])
            return try body(files)
        }
    }

    /// Files that may be missing.
    private static let extra = [
        "generation_config.json", "1_Pooling/config.json", "tokenizer_config.json", "chat_template.jinja",
    ]
}
