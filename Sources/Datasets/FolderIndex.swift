import Tensors

/// The CSV file of a folder that names its files, a row for each, and says more about them.
struct FolderIndex {
    private let name: String
    private let table: Dataset

    /// The column of the names.
    static let key = "file"

    init(_ bytes: [UInt8], named name: String) throws(DatasetError) {
        self.name = name
        table = try Dataset(reading: bytes, as: .csv)
        guard table.column(Self.key)?.texts != nil else {
            throw DatasetError("it has no column `\(Self.key)` that names the files of the folder")
        }
    }

    /// All but the names.
    var columns: [Dataset.Column] { table.columns.filter { $0.name != Self.key } }

    /// In the order of the rows. Throws unless each of the files of the folder is named once, and no other.
    func files(among media: [String]) throws(DatasetError) -> [String] {
        guard let column = table.column(Self.key), let texts = column.texts, !texts.isEmpty,
            let places = column.tensor.integers
        else { throw DatasetError("it names more than \(TextColumn.textLimit) files", in: name) }
        let known = Set(media)
        var free = known
        var files: [String] = []
        for (row, place) in places.enumerated() {
            let file = texts[Int(place)]
            guard known.contains(file) else { throw DatasetError("there is no `\(file)`", in: "\(name), row \(row)") }
            guard free.remove(file) != nil else {
                throw DatasetError("`\(file)` stands there again", in: "\(name), row \(row)")
            }
            files.append(file)
        }
        guard let forgotten = free.min() else { return files }
        let others = free.count > 1 ? ", nor are \(free.count - 1) more" : ""
        throw DatasetError("`\(forgotten)` is in no row\(others)", in: name)
    }
}
