/// What a template is filled with.
typealias View = [String: any Sendable]

/// The templates of this folder. They name what they are filled with behind a dot, which keeps them to the view at hand; only
/// the sizes of a plot's paper are looked up from within.
enum Templates {
    static let style = String(decoding: PackageResources.style_css, as: UTF8.self)

    private static let library: [String: Template] = {
        let sources: [String: [UInt8]] = [
            "page": PackageResources.page_mustache, "heading": PackageResources.heading_mustache,
            "subheading": PackageResources.subheading_mustache, "paragraph": PackageResources.paragraph_mustache,
            "verdict": PackageResources.verdict_mustache, "code": PackageResources.code_mustache,
            "facts": PackageResources.facts_mustache, "table": PackageResources.table_mustache,
            "pictures": PackageResources.pictures_mustache, "plot": PackageResources.plot_mustache,
            "bars": PackageResources.bars_mustache, "keys": PackageResources.keys_mustache,
            "frame": PackageResources.frame_mustache, "card": PackageResources.card_mustache,
            "details": PackageResources.details_mustache, "columns": PackageResources.columns_mustache,
        ]
        return sources.mapValues { Template(String(decoding: $0, as: UTF8.self)) }
    }()

    static func render(_ template: String, _ view: View) -> String {
        var text = ""
        render(parts(of: template), [view], into: &text)
        return text
    }

    private static func parts(of template: String) -> [Template.Part] {
        guard let known = library[template] else { preconditionFailure("there is no template `\(template)`") }
        return known.parts
    }

    /// `views` are those around the one at hand, which is the last.
    private static func render(_ parts: [Template.Part], _ views: [any Sendable], into text: inout String) {
        for part in parts {
            switch part {
            case .text(let own): text += own
            case .value(let name, let isRaw):
                let value = value(name, views) as? String ?? ""
                text += isRaw ? value : Escaping.escaped(value)
            case .section(let name, let parts):
                guard let value = value(name, views) else { continue }
                for view in value as? [any Sendable] ?? [value] { render(parts, views + [view], into: &text) }
            case .template(let name): render(self.parts(of: name), views, into: &text)
            case .templateNamed(let name):
                guard let template = value(name, views) as? String else { continue }
                render(self.parts(of: template), views, into: &text)
            }
        }
    }

    private static func value(_ name: Template.Name, _ views: [any Sendable]) -> (any Sendable)? {
        guard let last = views.last, !name.key.isEmpty else { return views.last }
        if name.isNear { return (last as? View)?[name.key] }
        return views.reversed().lazy.compactMap { ($0 as? View)?[name.key] }.first
    }
}

/// Text in HTML, inside of elements and of attributes, by Unicode scalars: by characters as people see them a quotation mark
/// that an accent follows would be passed over.
enum Escaping {
    static func escaped(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<": result += "&lt;".unicodeScalars
            case ">": result += "&gt;".unicodeScalars
            case "&": result += "&amp;".unicodeScalars
            case "\"": result += "&quot;".unicodeScalars
            case "'": result += "&#39;".unicodeScalars
            case "\n", "\t", " "...: result.append(scalar)
            default: result.append("\u{FFFD}")
            }
        }
        return String(result)
    }
}
