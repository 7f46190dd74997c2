import Checker
import Datasets
import Disk
import LanguageModels
import Models
import Terminal

/// Models and data as they were read last: what has not changed on disk is not read again.
///
/// Of each model the two graphs that were made last are kept, and of a folder of data nothing.
package final class LoadedFiles {
    private struct Kept<Content> {
        let stamp: FileStamp
        let content: Content
    }

    /// A model of the sizes that a spec declares.
    private struct Made {
        let declared: OfferedModel.Declared
        let model: Model
    }

    /// What `data` and `lines` read.
    struct Table {
        let dataset: Dataset
        /// nil where the columns do not make a table.
        let signature: TableSignature?

        init(_ dataset: Dataset) { (self.dataset, signature) = (dataset, TableSignature(dataset)) }
    }

    private var modelFiles: [String: Kept<ModelFile>] = [:]
    private var made: [String: [Kept<Made>]] = [:]
    private var tables: [String: Kept<Table>] = [:]
    private var languageModels: [String: Kept<AskedLanguageModel>] = [:]

    package init() {}

    package func model(_ path: String) throws(Failure) -> ModelFile {
        try read(path, path, \.modelFiles) { () throws(Failure) in try ModelFile(path) }
    }

    func model(_ file: ModelFile, _ declared: OfferedModel.Declared) throws(Failure) -> Model {
        guard let stamp = FileStamp(file.path) else { return try file.model(declared) }
        let known = (made[file.path] ?? []).filter { $0.stamp == stamp }
        if let kept = known.last(where: { $0.content.declared == declared }) { return kept.content.model }
        let model = try file.model(declared)
        made[file.path] = known.suffix(1) + [Kept(stamp: stamp, content: Made(declared: declared, model: model))]
        return model
    }

    func table(_ path: String, _ data: Requirements.File) throws(Failure) -> Table {
        guard !Folders.isFolder(path) else { return Table(try DataFile.read(path, separator: data.separator)) }
        let key = "\(data.holdsLines) \(data.separator ?? "") \(path)"
        return try read(path, key, \.tables) { () throws(Failure) in
            Table(data.holdsLines ? try DataFile.lines(path) : try DataFile.read(path, separator: data.separator))
        }
    }

    func languageModel(_ name: String, _ path: String) throws(Failure) -> AskedLanguageModel {
        try read(path, "\(name) \(path)", \.languageModels) { () throws(Failure) in
            AskedLanguageModel(name, try LanguageModelReader.read(path))
        }
    }

    private func read<Content>(
        _ path: String, _ key: String, _ place: ReferenceWritableKeyPath<LoadedFiles, [String: Kept<Content>]>,
        _ read: () throws(Failure) -> Content
    ) throws(Failure) -> Content {
        let stamp = FileStamp(path)
        if let kept = self[keyPath: place][key], kept.stamp == stamp { return kept.content }
        let content = try read()
        self[keyPath: place][key] = stamp.map { Kept(stamp: $0, content: content) }
        return content
    }
}

extension ModelFile {
    fileprivate func model(_ declared: OfferedModel.Declared) throws(Failure) -> Model {
        try model(
            shapes: declared.shapes, numbers: declared.numbers, lengths: declared.lengths, texts: declared.texts)
    }
}
