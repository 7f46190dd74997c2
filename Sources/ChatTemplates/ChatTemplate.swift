/// How a model is asked: the part of Jinja that models write their templates in, as `transformers` renders them (blocks trim the line they
/// stand on).
///
/// Read are `for` with `if` and `else`, `if`, `set`, `break`, `continue`, expressions without fractions, the usual filters, tests and
/// methods of texts, `namespace`, `range` and `raise_exception`; macros, includes and the time of day are not. Whatever a template
/// says, rendering ends: letters, nesting and steps are bounded.
package struct ChatTemplate: Sendable {
    package struct Message: Sendable, Hashable {
        package let role: String
        package let content: [UInt32]

        package init(role: String, content: [UInt32]) { (self.role, self.content) = (role, content) }
    }

    private let nodes: Nodes
    private let signs: [String: String]

    /// A tree that nothing changes.
    private final class Nodes: @unchecked Sendable {
        let all: [TemplateNode]

        init(_ all: [TemplateNode]) { self.all = all }
    }

    /// `signs` are special tokens by what templates call them, `bos_token`.
    package init(_ text: String, signs: [String: String] = [:]) throws(TemplateError) {
        nodes = Nodes(try TemplateParser.nodes(text))
        self.signs = signs
    }

    /// What the model is asked, up to where its answer begins.
    package func rendered(_ messages: [Message]) throws(TemplateError) -> [UInt32] {
        var names: [String: TemplateValue] = [
            "messages": .list(
                messages.map {
                    .mapping([("role".codePoints, .words($0.role)), ("content".codePoints, .text($0.content))])
                }), "add_generation_prompt": .truth(true), "tools": .none, "documents": .none,
        ]
        for (name, text) in signs { names[name] = .words(text) }
        var rendering = Rendering(names)
        _ = try rendering.render(nodes.all)
        return rendering.output
    }
}
