import Mustache

/// What a template is filled with.
typealias View = [String: any Sendable]

/// The templates of this folder. They name what they are filled with behind a dot, which keeps them to the view at hand; only
/// the sizes of a plot's paper are looked up from within.
enum Templates {
    static let style = String(decoding: PackageResources.style_css, as: UTF8.self)

    private static let library: MustacheLibrary = {
        MustacheContentTypes.register(Escaping(), named: "PAGE")
        let sources: [String: [UInt8]] = [
            "page": PackageResources.page_mustache, "heading": PackageResources.heading_mustache,
            "subheading": PackageResources.subheading_mustache, "paragraph": PackageResources.paragraph_mustache,
            "verdict": PackageResources.verdict_mustache, "code": PackageResources.code_mustache,
            "facts": PackageResources.facts_mustache, "table": PackageResources.table_mustache,
            "pictures": PackageResources.pictures_mustache, "plot": PackageResources.plot_mustache,
            "bars": PackageResources.bars_mustache, "keys": PackageResources.keys_mustache,
            "frame": PackageResources.frame_mustache, "card": PackageResources.card_mustache,
            "details": PackageResources.details_mustache, "columns": PackageResources.columns_mustache,
            "difference": PackageResources.difference_mustache, "link": PackageResources.link_mustache,
        ]
        return MustacheLibrary(
            templates: sources.mapValues { source in
                // Said in each, because a template that another one calls begins with the library's own escaping.
                let text = "{{% CONTENT_TYPE:PAGE}}" + String(decoding: source, as: UTF8.self)
                do { return try MustacheTemplate(string: text) } catch {
                    preconditionFailure("a template is not well formed: \(error)")
                }
            })
    }()

    static func render(_ template: String, _ view: View) -> String {
        library.render(view, withTemplate: template) ?? ""
    }
}

/// Text in HTML, inside of elements and of attributes. Unlike the library's own, which goes by characters as people see them
/// and so passes over a quotation mark that an accent follows, this goes by Unicode scalars.
struct Escaping: MustacheContentType {
    func escapeText(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<": result += "&lt;".unicodeScalars
            case ">": result += "&gt;".unicodeScalars
            case "&": result += "&amp;".unicodeScalars
            case "\"": result += "&quot;".unicodeScalars
            case "'": result += "&#39;".unicodeScalars
            case "\u{FFFE}", "\u{FFFF}": result.append("\u{FFFD}")
            case "\n", "\t", " "...: result.append(scalar)
            default: result.append("\u{FFFD}")
            }
        }
        return String(result)
    }
}
