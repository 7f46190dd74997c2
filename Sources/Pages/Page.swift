/// A page of findings that opens with no network: one HTML file, its style inline, its pictures as data, its plots drawn as
/// SVG, no scripts. A browser that opens it is told to load nothing else.
///
///     Page(title: "digits.onnx", blocks: [.verdict("survived 3 families", .neutral), .table(norms)]).html()
package struct Page: Sendable {
    package var title: String
    package var blocks: [Block]

    package init(title: String, blocks: [Block]) { (self.title, self.blocks) = (title, blocks) }

    /// The file, UTF-8. Texts are escaped whatever they hold; the same page gives the same bytes.
    package func html() -> String {
        Templates.render("page", ["title": title, "style": Templates.style, "blocks": blocks.map(\.view)])
    }
}

/// A piece of a page, from the top down.
package indirect enum Block: Sendable {
    /// A link leads to it where it has an anchor: letters, digits and hyphens, once on a page.
    case heading(String, anchor: String? = nil)
    case subheading(String)
    case paragraph(String)
    /// The sentence that a reader came for.
    case verdict(String, Tone)
    /// Leads to a heading of the page.
    case link(String, to: String)
    /// What is typed at a terminal, or printed there.
    case code(String)
    /// Names and what they are, side by side.
    case facts([Fact])
    case table(Table)
    case difference(Difference)
    /// Side by side, as far as there is room.
    case pictures([Picture])
    case plot(Plot)
    case bars(Bars)
    /// Side by side where there is room for two.
    case columns([Block])
    /// What belongs together, in a frame: one finding of a ranked list, say.
    case card(title: String, [Block])
    /// Folded away until a reader asks.
    case details(summary: String, [Block])

    package enum Tone: String, Sendable {
        /// Nothing to be said either way.
        case neutral
        /// Something was found.
        case alarming
        /// What was claimed is shown.
        case reassuring
    }

    package struct Fact: Sendable {
        package var name, value: String
        package init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
    }
}

extension Block {
    /// What its template, named by `template`, is filled with.
    var view: View {
        switch self {
        case .heading(let text, let anchor): heading(text, anchor)
        case .link(let text, let anchor): ["template": "link", "text": text, "anchor": anchor]
        case .subheading(let text): ["template": "subheading", "text": text]
        case .paragraph(let text): ["template": "paragraph", "text": text]
        case .verdict(let text, let tone): ["template": "verdict", "text": text, "tone": tone.rawValue]
        case .code(let text): ["template": "code", "text": text]
        case .facts(let facts):
            ["template": "facts", "facts": facts.map { ["name": $0.name, "value": $0.value] as View }]
        case .table(let table): table.view
        case .difference(let difference): difference.view
        case .pictures(let pictures): ["template": "pictures", "pictures": pictures.map(\.view)]
        case .plot(let plot): plot.view
        case .bars(let bars): bars.view
        case .columns(let blocks): ["template": "columns", "blocks": blocks.map(\.view)]
        case .card(let title, let blocks): ["template": "card", "title": title, "blocks": blocks.map(\.view)]
        case .details(let summary, let blocks):
            ["template": "details", "summary": summary, "blocks": blocks.map(\.view)]
        }
    }

    private func heading(_ text: String, _ anchor: String?) -> View {
        var view: View = ["template": "heading", "text": text]
        view["anchor"] = anchor
        return view
    }
}
