import Compiler

/// What decides a trial by proof: asked for each case of a query, between searches.
struct Prover: Sendable {
    enum Decision: Sendable {
        /// No point of the trial's space violates it.
        case proved
        /// A point that may violate it: it is tried before it is believed.
        case point([Double])
        /// Neither, for the reason given.
        case undecided(String)
    }

    /// Decides a trial before `Clock.seconds()` passes the deadline.
    let decide: @Sendable (_ trial: Trial, _ deadline: Double) -> Decision

    static let standard = Prover { _, _ in .undecided("bounds over regions are not there yet") }
}
