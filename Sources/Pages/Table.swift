/// Rows of cells below column heads; wider ones than the page scroll by themselves.
package struct Table: Sendable {
    package struct Column: Sendable {
        package var title: String
        package var alignment: Alignment

        package init(_ title: String, _ alignment: Alignment = .left) {
            (self.title, self.alignment) = (title, alignment)
        }
    }

    package enum Alignment: String, Sendable {
        /// Words.
        case left
        /// Numbers.
        case right
        /// Words that may take several lines.
        case prose
    }

    package struct Cell: Sendable, ExpressibleByStringLiteral {
        package var text: String
        /// The anchor of a heading of the page.
        package var link: String?
        package var emphasis: Emphasis?

        package init(_ text: String, link: String? = nil, _ emphasis: Emphasis? = nil) {
            (self.text, self.link, self.emphasis) = (text, link, emphasis)
        }

        package init(stringLiteral text: String) { self.init(text) }
    }

    package enum Emphasis: String, Sendable {
        /// Not as it was.
        case changed
        /// As tones of a verdict.
        case neutral, alarming, reassuring

        package init(_ tone: Block.Tone) {
            self =
                switch tone {
                case .neutral: .neutral
                case .alarming: .alarming
                case .reassuring: .reassuring
                }
        }
    }

    package var caption: String?
    package var columns: [Column]
    /// Cells from the left; those that a row lacks are empty, those beyond the columns are left out.
    package var cells: [[Cell]]

    package init(_ caption: String? = nil, columns: [Column], rows: [[String]]) {
        self.init(caption, columns: columns, cells: rows.map { row in row.map { Cell($0) } })
    }

    package init(_ caption: String? = nil, columns: [Column], cells: [[Cell]]) {
        (self.caption, self.columns, self.cells) = (caption, columns, cells)
    }

    var view: View {
        var view: View = ["template": "table"]
        view["caption"] = caption
        view["columns"] = columns.map { ["text": $0.title, "alignment": $0.alignment.rawValue] as View }
        view["rows"] = cells.map { row in
            let shown = columns.indices.map { index in self.view(index < row.count ? row[index] : "", columns[index]) }
            return ["cells": shown] as View
        }
        return view
    }

    private func view(_ cell: Cell, _ column: Column) -> View {
        let classes = [column.alignment.rawValue, cell.emphasis?.rawValue].compactMap(\.self)
        var view: View = ["text": cell.text, "class": classes.joined(separator: " ")]
        view["link"] = cell.link
        return view
    }
}
