import Compiler
import Diagnostics
import Reports

/// An inspection as a person reads it.
struct InspectionText {
    private static let mostInner = 24

    private let found: Inspection

    init(_ found: Inspection) { self.found = found }

    var text: String {
        var lines = ["\(found.file)  \(origin)"]
        lines += table("inputs", found.inputs) + table("outputs", found.outputs)
        lines.append("operators  \(operators)")
        lines.append("parameters  \("\(found.parameters)".grouped)")
        if let loaded = found.loaded { lines += told(loaded) }
        if let reason = found.reason {
            lines.append("does not load  \(reason)")
            let unknown = found.operators.filter { !$0.known }.map(name)
            if !unknown.isEmpty { lines.append("not supported  \(unknown.joined(separator: ", "))") }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var origin: String {
        let bytes = "\("\(found.bytes)".grouped) bytes"
        guard let format = found.format else { return "\(found.producer), \(bytes)" }
        let sets = found.operatorSets.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        let producer = found.producer.isEmpty ? "" : ", written by \(found.producer)"
        return "\(found.kind) \(format), operators of \(sets.joined(separator: ", "))\(producer), \(bytes)"
    }

    private func table(_ title: String, _ ports: [Inspection.Port]) -> [String] {
        [title]
            + ports.map { port in
                let shape = port.shape.map { "[\($0.joined(separator: ", "))]" } ?? "of any shape"
                return "  \(port.name)  \(port.type) \(shape)"
            }
    }

    private var operators: String {
        found.operators.map { $0.count == 1 ? name($0) : "\(name($0)) x\($0.count)" }.joined(separator: ", ")
    }

    private func name(_ operation: Inspection.Operator) -> String {
        operation.domain.map { "\($0).\(operation.name)" } ?? operation.name
    }

    private func told(_ loaded: Inspection.Loaded) -> [String] {
        var lines: [String] = []
        if !loaded.inner.isEmpty {
            let names = loaded.inner.prefix(Self.mostInner).map { "\($0.name) \($0.shape)" }
            let more = loaded.inner.count > Self.mostInner ? ", and \(loaded.inner.count - Self.mostInner) more" : ""
            lines.append("inner  \(names.joined(separator: ", "))\(more)")
        }
        lines.append(
            "search  "
                + (loaded.slopes.isEmpty
                    ? "no slope was met: mutation, sweeps and evolution only"
                    : "follows gradients to \(loaded.slopes.joined(separator: ", "))"))
        lines.append(
            "proof  "
                + (loaded.unbounded.isEmpty
                    ? "bounds are known for every operator"
                    : "no bounds are known for \(loaded.unbounded.joined(separator: ", "))"))
        if !loaded.sizes.isEmpty {
            let sizes = loaded.sizes.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)" }
            lines.append("open sizes  taken as \(sizes.joined(separator: ", ")); the declaration in a spec says them")
        }
        if !loaded.numbers.isEmpty {
            let numbers = loaded.numbers.sorted { $0.key < $1.key }.map { "\($0.key) = \(Notation.text($0.value))" }
            lines.append("fixed  \(numbers.joined(separator: ", ")), which the file compares with")
        }
        lines.append("declare  \(loaded.declaration)")
        return lines
    }
}
