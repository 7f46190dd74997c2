import Compiler
import Reports
import Terminal

extension Plan.Entry {
    /// Compiles the property, unless that was done already, and decides it. One that does not compile is `mistaken`, for the reason
    /// given.
    package func verdict(
        compiled: Trial? = nil, deciding decide: (Trial) throws(Failure) -> Verdict
    ) throws(Failure) -> (verdict: Verdict, mistake: Failure?) {
        if let compiled { return (try decide(compiled), nil) }
        let trial: Trial
        do throws(Failure) { trial = try self.trial.compiled() } catch {
            let mistaken = Verdict(
                property: self.trial.name, title: nil, member: self.trial.member, place: subject.place(self.trial.span),
                outcome: .mistaken, effort: .none)
            return (mistaken, error)
        }
        return (try decide(trial), nil)
    }
}
