import Checker
import Diagnostics
import Search
import Tensors

/// One property, ready to be tried: a space, a number that is negative where the property fails, and what to show.
package struct Trial: Sendable {
    package let name: String
    package let title: String?
    /// Of a property that is one of a family.
    package let member: FamilyMember?
    package let span: Span?
    /// What a negative margin is: a counterexample of `forall`, or a witness of `exists`.
    package let quantifier: Quantifier
    package let leaves: [Leaf]
    package let objective: GraphObjective
    /// The inner quantifier's part; nil where there is none.
    package let game: Game?
    /// Whether a violation is more than rounding.
    package let sturdiness: Sturdiness
    /// What the `shrink` clause orders by, as the terms stand in the spec.
    package let shrinkKeys: [ShrinkKey]
    package let exhibits: Exhibits
    /// Negative exactly where every `assume`, and every part of `where` that bounds cannot say, is met; nil without any.
    package let admission: GraphObjective?
    /// The parts of `where` that are met by rejection only.
    package let rejections: [Span]

    /// How points are drawn, where the property is of all, or of some, that is drawn.
    package var drawer: Drawer?
    /// What is estimated in the checks; nil where nothing is.
    package var estimation: Estimation?
    /// What is counted in the checks; nil where nothing is. With no estimation beside it, this is all that there is to decide.
    package var counting: Counting?
    /// Rates over rows each of which is a trial of its own, which is all that there is to decide then; nil elsewhere.
    package var rows: RowTrials?
    /// Where all rows of data share the variables: the property on some of its rows; nil elsewhere.
    package var universal: Universal?

    package var space: Space { objective.space }
}

/// One entry of a `shrink` clause.
package struct ShrinkKey: Sendable {
    package enum Norm: Sendable, Hashable { case l0, l1, l2, linf }

    package let span: Span
    /// Set where the entry is a norm of one whole leaf, or of how far one is from a target: passes for that norm apply.
    package let norm: Norm?
    package let coordinates: Range<Int>
    /// nil where the norm is of the leaf itself.
    package let target: ShrinkTarget?
}
