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
    }

    package var caption: String?
    package var columns: [Column]
    /// Cells from the left; those that a row lacks are empty, those beyond the columns are left out.
    package var rows: [[String]]

    package init(_ caption: String? = nil, columns: [Column], rows: [[String]]) {
        (self.caption, self.columns, self.rows) = (caption, columns, rows)
    }

    var view: View {
        var view: View = ["template": "table"]
        view["caption"] = caption
        view["columns"] = columns.map { ["text": $0.title, "alignment": $0.alignment.rawValue] as View }
        view["rows"] = rows.map { row in
            let cells = columns.indices.map { index in
                let text = index < row.count ? row[index] : ""
                return ["text": text, "alignment": columns[index].alignment.rawValue] as View
            }
            return ["cells": cells] as View
        }
        return view
    }
}
