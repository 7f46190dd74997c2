/// Two texts as one: what is in both, what was taken away, what came instead.
package struct Difference: Sendable {
    package enum Kind: String, Sendable { case kept, removed, added }

    package struct Piece: Sendable, Equatable {
        package var kind: Kind
        package var text: String

        package init(_ kind: Kind, _ text: String) { (self.kind, self.text) = (kind, text) }
    }

    package var caption: String
    package var pieces: [Piece]

    package init(_ caption: String, _ pieces: [Piece]) { (self.caption, self.pieces) = (caption, pieces) }

    /// Unicode scalars of both texts together, beyond which they are told one behind the other: the work grows with their product.
    private static let longest = 4000

    /// The fewest removals and insertions, scalar by scalar (Myers, 1986).
    package init(_ caption: String, from old: String, to new: String) {
        let (before, after) = (Array(old.unicodeScalars), Array(new.unicodeScalars))
        guard before.count + after.count <= Self.longest else {
            self.init(caption, [Piece(.removed, old), Piece(.added, new)])
            return
        }
        var (removed, added) = (Set<Int>(), Set<Int>())
        for change in after.difference(from: before) {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): added.insert(offset)
            }
        }
        var (pieces, from, to) = ([(Kind, String.UnicodeScalarView)](), 0, 0)
        func take(_ kind: Kind, _ scalar: Unicode.Scalar) {
            if pieces.last?.0 != kind { pieces.append((kind, .init())) }
            pieces[pieces.count - 1].1.append(scalar)
        }
        while from < before.count || to < after.count {
            if removed.contains(from), from < before.count {
                take(.removed, before[from])
                from += 1
            } else if added.contains(to), to < after.count {
                take(.added, after[to])
                to += 1
            } else {
                take(.kept, before[from])
                (from, to) = (from + 1, to + 1)
            }
        }
        self.init(caption, pieces.map { Piece($0.0, String($0.1)) })
    }

    /// What both have in common, of the longer one: 1 where they are the same.
    package var likeness: Double {
        func count(_ kinds: Set<Kind>) -> Int {
            pieces.filter { kinds.contains($0.kind) }.reduce(0) { $0 + $1.text.unicodeScalars.count }
        }
        let longer = max(count([.kept, .removed]), count([.kept, .added]))
        return longer == 0 ? 1 : Double(count([.kept])) / Double(longer)
    }

    var view: View {
        let shown = pieces.map { piece -> View in
            let element = piece.kind == .kept ? "span" : piece.kind == .removed ? "del" : "ins"
            var view: View = ["element": element, "text": piece.text]
            if piece.kind != .kept { view["said"] = piece.kind.rawValue }
            return view
        }
        return ["template": "difference", "caption": caption, "pieces": shown]
    }
}
