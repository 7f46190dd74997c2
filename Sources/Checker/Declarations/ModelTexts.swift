import Diagnostics
import Syntax
import Tensors

/// Texts of a model's file, which the spec knows as cases of enums.
extension Checker {
    /// For each input of texts those that its declaration lets it be; nil, and a report, where that is no enum.
    func inputTexts(
        _ fields: [PortField], _ ports: [OpenSignature.Port], _ node: ModelDeclaration, in scope: Scope
    ) -> [String: [[String]]]? {
        guard ports.contains(where: { ["string", "map"].contains($0.element) }) else { return [:] }
        guard let chosen = choose(fields, .input, ports, node) else { return nil }
        var texts: [String: [[String]]] = [:]
        for (bound, place) in zip(fields, chosen) {
            guard let place, ["string", "map"].contains(ports[place].element) else { continue }
            guard let type = resolve(bound.field.type, in: bound.scope(in: scope))?.type else { return nil }
            let isMap = ports[place].element == "map"
            guard let found = isMap ? type.labels.map({ [$0.texts] }) : type.texts else {
                report(.notAnEnum(bound.field, type, ports[place].name, .input, offered: [], isMap: isMap))
                return nil
            }
            texts[ports[place].name] = found
        }
        return texts
    }

    /// For each output of texts, or of labels, that has them in another order than the declared enum: the enum's; nil, and a
    /// report, where the enum lacks one.
    func outputTexts(
        _ fields: [PortField], _ ports: [Signature.Port], _ node: ModelDeclaration, in scope: Scope
    ) -> [String: [[String]]]? {
        guard ports.contains(where: { $0.texts != nil || $0.labels != nil }),
            let chosen = choose(fields, .output, ports.map { OpenSignature.Port($0) }, node)
        else { return [:] }
        var wanted: [String: [[String]]] = [:]
        for case (let bound, let place?) in zip(fields, chosen) {
            let port = ports[place]
            guard let type = resolve(bound.field.type, in: scope)?.type, let offered = port.texts ?? port.labels,
                let enumeration = port.texts == nil ? type.labels : type.element?.enumeration
            else { continue }
            guard isWhole(enumeration, offered, port, bound.field) else { return nil }
            if enumeration.texts != offered { wanted[port.name] = [enumeration.texts] }
        }
        return wanted
    }

    /// Whether an enum has a case for each text; labels are one for one.
    private func isWhole(
        _ enumeration: SayType.Enumeration, _ offered: [String], _ port: Signature.Port, _ field: Field
    ) -> Bool {
        let (own, file) = (enumeration.texts.map(ExactWord.init), offered.map(ExactWord.init))
        if let index = file.firstIndex(where: { !own.contains($0) }) {
            let near = suggest(offered[index], among: enumeration.texts)
            let message =
                "output `\(port.name)` may be \"\(offered[index])\", which is no case of `\(enumeration.name)`"
            report(.textMismatch(message, field, enumeration, offered, near))
            return false
        }
        guard port.texts == nil, let index = own.firstIndex(where: { !file.contains($0) }) else { return true }
        let text = enumeration.texts[index]
        let message = "output `\(port.name)` has no label \"\(text)\", which is a case of `\(enumeration.name)`"
        report(.textMismatch(message, field, enumeration, offered, suggest(text, among: offered)))
        return false
    }

    /// Whether a port of texts is an enum, and one that has labels has them all.
    func areTextsFit(_ field: Field, _ type: SayType, _ port: Signature.Port, _ role: PortRole) -> Bool {
        guard let texts = port.texts, type.texts == nil else { return true }
        report(.notAnEnum(field, type, port.name, role, offered: texts, isMap: false))
        return false
    }
}

/// A text compared byte by byte.
private struct ExactWord: Hashable {
    private let bytes: [UInt8]

    init(_ text: String) { bytes = Array(text.utf8) }
}

extension SayType.Tensor.Element {
    var enumeration: SayType.Enumeration? { if case .enumeration(let it) = self { it } else { nil } }
}

extension SayType {
    /// The enum that names the entries of the last dimension.
    var labels: Enumeration? { dimensions?.last?.labels }

    /// The texts that a value may be: one list for an enum and for a tensor of them, a list for each number of a record of
    /// enums; nil for anything else.
    var texts: [[String]]? {
        if let enumeration = element?.enumeration { return [enumeration.texts] }
        guard let fields, !fields.isEmpty, !isOptional else { return nil }
        var lists: [[String]] = []
        for field in fields {
            guard let own = field.type.texts else { return nil }
            lists += own.count == 1 ? Array(repeating: own[0], count: field.type.flatCount) : own
        }
        return lists
    }

    /// For each number of a record of enums, where its texts begin; nil for anything else.
    var textOffsets: [Int]? {
        guard fields != nil, let texts else { return nil }
        return texts.indices.map { texts[..<$0].reduce(0) { $0 + $1.count } }
    }
}

extension Diagnostic {
    fileprivate static func notAnEnum(
        _ field: Field, _ type: SayType, _ port: String, _ role: PortRole, offered: [String], isMap: Bool
    ) -> Diagnostic {
        let list = offered.prefix(12).enumerated().map { "case\($0.offset) \"\($0.element)\"" }
        let cases = list.isEmpty ? "clerk \"adm-clerical\", nurse \"Nurse\"" : list.joined(separator: ", ")
        let use = isMap ? "and `Tensor[Name]` for \(role.rawValue) `\(port)`" : "whose cases have the texts"
        return Diagnostic(
            .portElement,
            "\(role.rawValue) `\(port)` holds \(isMap ? "numbers by text" : "texts") in the file, declared is \(type.withArticle)",
            at: field.type.span, hints: [Hint("declare an enum \(use): `enum Name = \(cases)`")])
    }

    fileprivate static func textMismatch(
        _ message: String, _ field: Field, _ enumeration: SayType.Enumeration, _ offered: [String], _ near: String?
    ) -> Diagnostic {
        func list(_ texts: [String]) -> String {
            texts.prefix(12).map { "\"\($0)\"" }.joined(separator: ", ") + (texts.count > 12 ? ", ..." : "")
        }
        let lists = "the file has \(list(offered)); `\(enumeration.name)` has \(list(enumeration.texts))"
        return Diagnostic(
            .portTexts, message, at: field.type.span,
            hints: [Hint(lists)] + (near.map { [Hint("the nearest is \"\($0)\"")] } ?? []))
    }
}
