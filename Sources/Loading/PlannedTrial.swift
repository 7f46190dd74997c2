import Checker
import Compiler
import Diagnostics
import Terminal

/// A trial to be, compiled when its turn comes.
package struct PlannedTrial {
    package let name: String
    package let member: FamilyMember?
    package let span: Span?
    private let compile: () throws(Failure) -> Trial

    package init(
        _ name: String, _ member: FamilyMember?, at span: Span?, compile: @escaping () throws(Failure) -> Trial
    ) {
        self.name = name
        self.member = member
        self.span = span
        self.compile = compile
    }

    package init(_ trial: Trial) { self.init(trial.name, trial.member, at: trial.span) { () throws(Failure) in trial } }

    /// Anew with every call. Throws where the property cannot be tried.
    package func compiled() throws(Failure) -> Trial { try compile() }
}
