import Compiler
import Diagnostics
import Models
import Tensors
import Terminal
import VNNLIB

/// A VNN-LIB query and the models of its networks, read from files and made into trials.
package struct LoadedQuery {
    package let source: SourceFile
    package let query: Query
    package let trials: [QueryTrial]

    /// What the command line says about networks: which file each has, or one file for the only network.
    package enum Networks {
        case named([String: String])
        case only(String)
    }

    package init(_ path: String, _ networks: Networks, option: String) throws(Failure) {
        source = SourceFile(path: path, bytes: try Files.read(path))
        query = try Query.read(source)
        do {
            let models = try query.models(of: try query.files(networks, option: option, in: path))
            trials = try compile(query, models: models, name: Self.name(path))
        } catch let error as QueryError {
            guard let span = error.span, query.version == .two else { throw Failure("\(path): \(error)") }
            let diagnostic = Diagnostic(code: "vnnlib-model", error.description, at: span)
            throw Failure(rendered: render([diagnostic], from: [source], style: .forErrors))
        } catch let failure as Failure {
            throw failure
        } catch { throw Failure("\(path): \(error)") }
    }

    /// The file's name without its folder and endings.
    private static func name(_ path: String) -> String {
        let file = path.split(separator: "/").last.map(String.init) ?? path
        return file.dropping(endings: [".gz", ".vnnlib", ".txt"])
    }
}

extension Query {
    package static func read(_ source: SourceFile) throws(Failure) -> Query {
        do { return try Query(parsing: source) } catch { throw Failure(error, in: source) }
    }

    /// The models of all networks, with the sizes that the query declares. What is the same is read once.
    fileprivate func models(of files: [String]) throws -> [Graph] {
        var known: [ModelOfShapes: Graph] = [:]
        var open: [String: OpenSignature] = [:]
        return try zip(networks, files).map { network, file in
            if let signature = open[file], let graph = known[.init(file: file, try network.shapes(in: signature))] {
                return graph
            }
            var shapes: [String: [Int]] = [:]
            let model = try ModelFile.read(named: file) { signature in
                open[file] = signature
                shapes = try network.shapes(in: signature)
                return shapes
            }
            known[.init(file: file, shapes)] = model.graph
            return model.graph
        }
    }

    /// The model's file of each network. A network that is equal to another has that one's.
    package func files(
        _ given: LoadedQuery.Networks, option: String, in path: String
    ) throws(Failure) -> [String] {
        let needed = networks.filter { !$0.isCopy }
        switch given {
        case .only(let file):
            guard needed.count == 1 else {
                throw Failure("\(path) has the networks \(list(needed)): say `\(option) NAME=FILE` for each")
            }
            return networks.map { _ in file }
        case .named(let files):
            if version == .one {
                guard files.count == 1, let file = files.values.first else {
                    throw Failure("a VNN-LIB property speaks of one model: say `\(option) net=FILE`")
                }
                return [file]
            }
            try refuseOthers(files, option: option, in: path)
            var result: [String] = []
            for network in networks {
                let owner = if case .equal(let index) = network.relation { networks[index].name } else { network.name }
                guard let file = files[owner] else {
                    throw Failure("no model is given for network `\(owner)` of \(path): say `\(option) \(owner)=FILE`")
                }
                if let own = files[network.name] {
                    try requireSame(own, file, "`\(network.name)` is declared equal to `\(owner)`")
                }
                result.append(file)
            }
            return result
        }
    }

    private func refuseOthers(_ files: [String: String], option: String, in path: String) throws(Failure) {
        for name in files.keys.sorted() where !networks.contains(where: { $0.name == name }) {
            let near = suggest(name, among: networks.map(\.name)).map { "; did you mean `\($0)`?" } ?? ""
            throw Failure("\(option) \(name)=...: \(path) declares no network named `\(name)`\(near)")
        }
    }

    /// Some tools name the model of an equal network once more.
    private func requireSame(_ file: String, _ other: String, _ reason: String) throws(Failure) {
        guard file != other, try Files.read(file) != Files.read(other) else { return }
        throw Failure("\(reason), and `\(file)` is not the same model as `\(other)`")
    }

    private func list(_ networks: [Network]) -> String { networks.map { "`\($0.name)`" }.joined(separator: ", ") }
}

private struct ModelOfShapes: Hashable {
    let file: String
    let shapes: [String: [Int]]

    init(file: String, _ shapes: [String: [Int]]) { (self.file, self.shapes) = (file, shapes) }
}

extension Network {
    fileprivate var isCopy: Bool { if case .equal = relation { true } else { false } }
}

extension Failure {
    package init(_ diagnostic: Diagnostic, in source: SourceFile) {
        self.init(rendered: render([diagnostic], from: [source], style: .forErrors))
    }
}

extension String {
    /// Without the endings, taken off in order where they are there.
    fileprivate func dropping(endings: [String]) -> String {
        endings.reduce(self) { $0.hasSuffix($1) ? String($0.dropLast($1.count)) : $0 }
    }
}
