import Diagnostics
import Syntax

/// Rows of data as values: `train[0].image`, `rows(train)`.
extension Checker {
    /// The data set that an expression names; nil for anything else.
    func table(namedBy expression: Expression, in scope: Scope) -> Int? {
        guard case .name(let name) = expression, scope[name.text] == nil,
            let found = declaration(name.text, in: scope.file), case .data(let node) = found.node
        else { return nil }
        return tableIndex(Found(node: node, file: found.file, name: found.name))
    }

    /// `train[i]`; a number that is computed and leaves the table means the nearest row.
    func row(of table: Int, _ index: Index, in scope: Scope) -> Value {
        guard index.subscripts.count == 1, case .at(let expression)? = index.subscripts.first else {
            return fail(.rowIndex(at: index.span))
        }
        let number = check(expression, in: scope)
        guard !number.isUnknown else { return .unknown(at: index.span) }
        guard number.type == .int else { return fail(.rowIndex(at: expression.span)) }
        let count = tables[table].rowCount
        if let place = number.term.constant, count > 0, !(0..<Double(count)).contains(place) {
            return fail(.rowOutside(number.term, place, tables[table]))
        }
        return Value(Term(.row(table: table, number.term), .row(tables[table].columns), at: index.span))
    }

    /// `rows(train)`: how many there are.
    func checkRowCount(_ call: Call, in scope: Scope) -> Value {
        guard call.arguments.count == 1, let table = table(namedBy: call.arguments[0].value, in: scope) else {
            return fail(.rowsOf(at: call.span))
        }
        return Value(.int(tables[table].rowCount, at: call.span))
    }
}

extension Diagnostic {
    fileprivate static func rowIndex(at span: Span) -> Diagnostic {
        Diagnostic(
            .indexType, "a row of data is found by one Int", at: span, hints: [Hint("write it as in `train[0]`")])
    }

    fileprivate static func rowOutside(_ term: Term, _ place: Double, _ table: CheckedTable) -> Diagnostic {
        Diagnostic(
            .indexOutside, "row \(short(place)) is outside: `\(table.name)` has rows 0 to \(table.rowCount - 1)",
            at: term.span)
    }

    fileprivate static func rowsOf(at span: Span) -> Diagnostic {
        Diagnostic(
            .unknownData, "`rows` takes the name of a data set", at: span, hints: [Hint("write it as in `rows(train)`")]
        )
    }
}
