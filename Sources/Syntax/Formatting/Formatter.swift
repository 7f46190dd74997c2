import Diagnostics

/// The file in its one layout, comments kept: what Grammar/README.md calls formatted.
///
/// Lines stay broken where they are; blanks, indents, alignment and the breaks between clauses are decided here. Formatting
/// twice changes nothing more, and the tree stays the same. A file with errors is given back as it is. O(bytes).
package func format(_ tree: SyntaxTree) -> String {
    let source = tree.source
    guard parse(source).diagnostics.isEmpty else { return source.text(source.span) }
    var parser = Parser(Lexer.lex(source))
    parser.notes = [:]
    _ = parser.parseFile()
    var formatter = Formatter(Atom.atoms(of: parser))
    return formatter.format()
}

/// Lays out the atoms of one file.
struct Formatter {
    private let atoms: [Atom]
    /// For each opening bracket, whether what it holds stands on lines of its own.
    private let isBroken: [Int: Bool]
    private var lines: [Line] = []
    private var groups: [Group] = []

    private static let longest = 100
    private static let step = 2
    private static let continuation = 4

    /// A bracket that is open.
    private struct Group {
        let isBroken: Bool
        let isBody: Bool
        /// Of the line that it is opened in.
        let outerIndent: Int
        /// Of a line that begins with something it holds.
        let indent: Int
    }

    init(_ atoms: [Atom]) {
        self.atoms = atoms
        isBroken = Formatter.findBroken(atoms)
    }

    mutating func format() -> String {
        for index in atoms.indices { place(index) }
        return Line.joined(lines)
    }

    private mutating func place(_ index: Int) {
        let atom = atoms[index]
        if atom.isComment, atom.lineBreaks == 0, !lines.isEmpty, lines[lines.count - 1].comment == nil {
            lines[lines.count - 1].comment = atom.text
            return
        }
        let group = atom.isCloser ? groups.popLast() : groups.last
        if index == 0 || breaksLine(before: index, in: group) {
            begin(index, in: group)
        } else if Spacing.separates(atoms[index - 1], atom, after: index > 1 ? atoms[index - 2] : nil) {
            lines[lines.count - 1].append(" ")
        }
        append(atom, index)
    }

    private mutating func append(_ atom: Atom, _ index: Int) {
        if atom.isComment {
            lines[lines.count - 1].comment = atom.text
            return
        }
        lines[lines.count - 1].append(atom.text)
        if case .fieldColon = atom.note, isFirstColon(of: lines[lines.count - 1]) {
            lines[lines.count - 1].typeColumn = lines[lines.count - 1].text.count
        }
        if atom.isOpener { open(atom, index) }
    }

    private func isFirstColon(of line: Line) -> Bool {
        line.typeColumn == nil && line.text.dropLast().allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
    }

    private mutating func open(_ atom: Atom, _ index: Int) {
        let line = lines[lines.count - 1]
        let broken = isBroken[index] ?? false
        var isBody = false
        if case .body = atom.note { isBody = true }
        let brace = atom.kind == .leftBrace && !atom.isTight ? 1 : 0
        // A property's body belongs to its first line, wherever its title stands.
        let outer = isBody ? 0 : line.indent
        groups.append(
            Group(
                isBroken: broken, isBody: isBody, outerIndent: outer,
                indent: broken ? outer + Formatter.step : line.width + brace))
    }

    private func breaksLine(before index: Int, in group: Group?) -> Bool {
        let atom = atoms[index]
        let previous = atoms[index - 1]
        if previous.isComment { return true }
        if case .declaration = atom.note { return true }
        if case .clause = atom.note { return group?.isBroken ?? false }
        if atom.isCloser || previous.isOpener { return group?.isBroken ?? false }
        return atom.lineBreaks > 0
    }

    private mutating func begin(_ index: Int, in group: Group?) {
        let atom = atoms[index]
        var line = Line(indent: indent(of: index, in: group))
        line.isBlankBefore = atom.lineBreaks > 1 && !atom.isCloser && index > 0 && !atoms[index - 1].isOpener
        lines.append(line)
    }

    private func indent(of index: Int, in group: Group?) -> Int {
        let atom = atoms[index]
        if atom.isCloser { return group?.outerIndent ?? 0 }
        let indent = group?.indent ?? 0
        if group.map({ !$0.isBroken }) ?? false { return indent }
        switch atom.note {
        case .declaration, .clause, .item: return indent
        default: break
        }
        let isInList = group.map { !$0.isBody } ?? false
        if atom.isComment || isInList && isElement(index) { return indent }
        return indent + Formatter.continuation
    }

    /// Whether an opening bracket or a comma stands before it, comments aside.
    private func isElement(_ index: Int) -> Bool {
        atoms[..<index].last { !$0.isComment }.map { $0.isOpener || $0.kind == .comma } ?? true
    }
}

extension Formatter {
    /// A group is broken if its opening bracket ends its line, or, a brace, if one of its items begins a line. The body of
    /// a property is broken unless it is written on one line and fits.
    private static func findBroken(_ atoms: [Atom]) -> [Int: Bool] {
        var isBroken: [Int: Bool] = [:]
        var open: [Int] = []
        var bodyStart = 0
        for (index, atom) in atoms.enumerated() {
            if case .declaration = atom.note { bodyStart = index }
            if atom.lineBreaks > 0, let opener = open.last {
                if index == opener + 1 { isBroken[opener] = true }
                if atoms[opener].kind == .leftBrace, isItem(atom) { isBroken[opener] = true }
            }
            if atom.isOpener { open.append(index) }
            guard atom.isCloser, let opener = open.popLast() else { continue }
            if case .body = atoms[opener].note {
                isBroken[opener] = mustBreak(atoms[bodyStart...index], body: opener..<index)
            }
        }
        return isBroken
    }

    private static func isItem(_ atom: Atom) -> Bool {
        if case .item = atom.note { true } else { atom.isComment }
    }

    private static func mustBreak(_ property: ArraySlice<Atom>, body: Range<Int>) -> Bool {
        let inside = property[(body.lowerBound + 1)...body.upperBound]
        if inside.contains(where: { $0.isComment || $0.lineBreaks > 0 }) { return true }
        return Spacing.width(of: property) > longest
    }
}
