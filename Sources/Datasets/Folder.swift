import Tensors

/// A folder of pictures, or of sounds, as a table with a row for each file, in the order of their names.
///
/// `image` [rows, channels, height, width] from pictures, or `samples` [rows, channels, frames] and `rate` from WAV files; `file`,
/// the name within the folder. Where files lie in subfolders, `label` is the name of theirs. Where there is one CSV file in
/// the folder, its column `file` names the files, in its order, and its other columns are columns here.
///
/// All pictures have one size; where some have colours, grey ones have three equal channels. All sounds have one length.
package struct Folder {
    /// What is read of a folder: paths within it, `/` between their parts, and the bytes behind one.
    private let names: [String]
    private let memory: Int
    private let read: (String) throws(DatasetError) -> [UInt8]

    /// More files than this are not gone through.
    package static let fileLimit = 1 << 20

    /// The table may take `memory` bytes.
    package init(
        _ names: [String], memory: Int = MemoryLimit.bytes,
        read: @escaping (String) throws(DatasetError) -> [UInt8]
    ) {
        (self.names, self.memory, self.read) = (names, memory, read)
    }

    package func table() throws(DatasetError) -> Dataset {
        let index = try self.index()
        let files = try index?.files(among: media) ?? media
        guard let first = files.first else {
            throw DatasetError("no file of the folder ends in .png, .jpg, .jpeg or .wav")
        }
        let isSound = Self.isSound(first)
        if let stranger = files.first(where: { Self.isSound($0) != isSound }) {
            throw DatasetError("\(first) and \(stranger): a folder has pictures or sounds, not both")
        }
        var columns = isSound ? try sounds(files) : try pictures(files)
        columns.append(try TextColumn.column(named: FolderIndex.key, files))
        if let index {
            columns += index.columns
        } else if let own = try subfolders(files) {
            columns.append(own)
        }
        return try Dataset(columns)
    }

    private static let pictureEndings = [".png", ".jpg", ".jpeg"]

    private static func isSound(_ name: String) -> Bool { name.lowercased().hasSuffix(".wav") }

    /// The files that hold pictures or sounds, in order.
    private var media: [String] {
        names.filter { name in
            Self.isSound(name) || Self.pictureEndings.contains { name.lowercased().hasSuffix($0) }
        }.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
    }

    /// The one CSV file, which names the others; nil where there is none.
    private func index() throws(DatasetError) -> FolderIndex? {
        let found = names.filter { !$0.contains("/") && $0.lowercased().hasSuffix(".csv") }.sorted()
        guard let name = found.first else { return nil }
        guard found.count == 1 else {
            throw DatasetError("\(found[0]) and \(found[1]): only one CSV file can name the files of a folder")
        }
        do throws(DatasetError) { return try FolderIndex(try read(name), named: name) } catch {
            throw error.inside(name)
        }
    }

    /// The innermost folder of each file; nil where one lies in none.
    private func subfolders(_ files: [String]) throws(DatasetError) -> Dataset.Column? {
        let folders = files.compactMap { $0.split(separator: "/").dropLast().last.map(String.init) }
        return folders.count == files.count ? try TextColumn.column(named: "label", folders) : nil
    }

    private func pictures(_ files: [String]) throws(DatasetError) -> [Dataset.Column] {
        let size = try commonSize(files)
        var samples: [Float] = []
        samples.reserveCapacity(size.count * files.count)
        for file in files {
            do throws(DatasetError) {
                let picture = try Picture(try read(file))
                // Of a file that changed after its header was read.
                guard picture.size.height == size.height, picture.size.width == size.width else {
                    throw DatasetError("it is \(picture.size), and was \(size)")
                }
                for _ in 0..<size.channels / picture.size.channels { samples += picture.samples }
            } catch { throw error.inside(file) }
        }
        let dimensions = [files.count, size.channels, size.height, size.width]
        do throws(ShapeError) { return [.init("image", try Tensor(Shape(dimensions), samples))] } catch {
            throw DatasetError(error.description)
        }
    }

    /// The size that all pictures have, with the channels that most need. Memory is asked for here, before any is decoded.
    private func commonSize(_ files: [String]) throws(DatasetError) -> Picture.Size {
        var common: (size: Picture.Size, file: String)?
        for file in files {
            let size: Picture.Size
            do throws(DatasetError) { size = try Picture.size(of: try read(file)) } catch { throw error.inside(file) }
            guard var found = common else {
                common = (size, file)
                continue
            }
            guard found.size.height == size.height, found.size.width == size.width else {
                throw DatasetError(
                    "\(found.file) is \(found.size) and \(file) is \(size) (channels x height x width): bring all pictures to "
                        + "one size first")
            }
            found.size.channels = max(found.size.channels, size.channels)
            common = found
        }
        guard let size = common?.size else { throw DatasetError("there is no picture") }
        try ask(size.count, files.count)
        return size
    }

    private func sounds(_ files: [String]) throws(DatasetError) -> [Dataset.Column] {
        var samples: [Float] = []
        var rates: [Int64] = []
        var common: (shape: [Int], file: String)?
        for file in files {
            do throws(DatasetError) {
                let sound = try Dataset(reading: try read(file), as: .wav)
                guard let tensor = sound["samples"], let rate = sound["rate"]?.integers?.first else { continue }
                let shape = Array(tensor.shape.dimensions.dropFirst())
                if let common, common.shape != shape {
                    throw DatasetError(
                        "it is \(shape) (channels, frames), and \(common.file) is \(common.shape): cut all to one length"
                    )
                }
                if common == nil { try ask(shape.reduce(1, *), files.count) }
                common = common ?? (shape, file)
                samples += tensor.floats
                rates.append(rate)
            } catch { throw error.inside(file) }
        }
        do throws(ShapeError) {
            return [
                .init("samples", try Tensor(Shape([files.count] + (common?.shape ?? [])), samples)),
                .init("rate", try Tensor(Shape([files.count]), rates)),
            ]
        } catch { throw DatasetError(error.description) }
    }

    private func ask(_ numbers: Int, _ files: Int) throws(DatasetError) {
        let bytes = numbers.multipliedReportingOverflow(by: files * MemoryLayout<Float>.size)
        guard !bytes.overflow, bytes.partialValue <= memory else {
            throw DatasetError(
                "\(files) files of \(numbers) numbers take \(MemoryLimit.text(bytes.overflow ? .max : bytes.partialValue)), more "
                    + "than the limit of \(MemoryLimit.text(memory)): name a folder of fewer, or say `--memory`"
            )
        }
    }
}
