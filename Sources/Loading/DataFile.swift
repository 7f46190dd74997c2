import Datasets
import Disk
import Glibc
import Terminal

/// Data files by their endings, and folders of pictures or sounds.
package enum DataFile {
    /// The lines of a file as texts, in order; what is behind the last line break is a line unless it is empty.
    package static func lines(_ path: String) throws(Failure) -> Dataset {
        do {
            return try Dataset(linesOf: try Files.read(path), named: "line")
        } catch let error as Failure { throw error } catch { throw Failure("\(error)") }
    }

    /// `separator` is what the spec says stands between the fields of a file of text.
    package static func read(_ path: String, separator: String? = nil) throws(Failure) -> Dataset {
        if Folders.isFolder(path) { return try folder(path, separator: separator) }
        guard let format = Dataset.Format(path: path) else {
            throw Failure(
                "data files end in .npz, .npy, .csv, .tsv, .jsonl or .wav; pictures and sounds may lie in a folder")
        }
        let separator = separator.map { Array($0) }
        guard separator.map({ $0.count == 1 && $0[0].isASCII && !"\"\n\r".contains($0[0]) }) ?? true
        else { throw Failure("a separator is one character, and no quote or line end") }
        let bytes = try Files.read(path)
        do {
            let dataset = try Dataset(reading: bytes, as: format, separator: separator?.first)
            guard dataset.rowCount != nil else { throw DatasetError("its arrays do not have the same number of rows") }
            return dataset
        } catch { throw Failure("\(error)") }
    }

    private static func folder(_ path: String, separator: String?) throws(Failure) -> Dataset {
        guard separator == nil else { throw Failure("`\(path)` is a folder, in which nothing is separated") }
        let folder = Folder(try Files.names(in: path, limit: Folder.fileLimit)) { (name) throws(DatasetError) in
            do throws(Failure) { return try Files.readAsIs(path + "/" + name) } catch {
                throw DatasetError(error.message)
            }
        }
        do { return try folder.table() } catch { throw Failure("\(error)") }
    }
}
