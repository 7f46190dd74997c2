import ArgumentParser
import Certificates
import Compiler
import Loading
import Terminal
import Verdicts

/// `gainsay verify-certificate`
struct VerifyCertificate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify-certificate",
        abstract: "Check a certificate that `check --certificate` wrote.",
        discussion: """
            Compiles the spec anew and follows the proof step by step, with arithmetic and bounds of its own. \
            Exit codes: 0 accepted, 1 refused, 2 bad usage, spec, model or data, 3 could not be checked to the end.
            """)

    @Argument(help: "The certificate.", completion: .file())
    var file: String

    @Argument(
        help: "The spec (.say) or VNN-LIB property that it is about.", completion: .file(extensions: ["say", "vnnlib"]))
    var spec: String

    @OptionGroup(title: "What it is about") var sources: SourceOptions
    @OptionGroup var chance: WrapperSeedOptions

    func run() throws {
        Interrupt.listen()
        Log.start(verbose: .quiet)
        let bytes = try Files.readAsIs(file, limit: Certificate.greatestSize)
        let subject = try Subject(spec, try sources.workload(seed: chance.seed))
        let own = try subject.certificateSources()
        let certificate: Certificate
        do {
            certificate = try Certificate(bytes)
            try certificate.check(sources: own)
        } catch {
            Console.write("refused: \(file): \(error)\n")
            Exit.with(.contradicted)
        }
        var code = Exit.Code.nothingContradicted
        for section in certificate.sections {
            let verdict = try verdict(section, subject)
            Console.write("\(section.property): \(words(verdict))\n")
            switch verdict {
            case .accepted: break
            case .refused: code = .contradicted
            case .unfinished: if code == .nothingContradicted { code = .unfinished }
            }
        }
        let named = Set(certificate.sections.map(\.property))
        for trial in subject.trials where !named.contains(trial.name) {
            Console.write("note: the certificate does not speak of `\(trial.name)`\n", to: .error)
        }
        Exit.with(code)
    }

    private func verdict(_ section: Certificate.Section, _ subject: Subject) throws(Failure) -> CertificateCheck.Verdict
    {
        guard let trial = try subject.trial(named: section.property) else {
            return .refused(Refusal("\(spec) has no such property"))
        }
        var verification = CertificateCheck(section, trial.space)
        verification.isCancelled = { Interrupt.isRequested }
        if verification.isOfInputs { return verification.verdict(trying: { trial.objective.margin(at: $0) >= 0 }) }
        if let rates = verification.rates {
            if let refusal = verification.checkSpaceAlone() { return .refused(refusal) }
            guard let counting = trial.counting else { return .refused(Refusal("the property is about no rates")) }
            return RateCertification(counting: counting, threads: Machine.cores).verdict(rates)
        }
        do { return verification.verdict(try trial.circuit()) } catch {
            return .unfinished("cannot be checked: \(error)")
        }
    }

    private func words(_ verdict: CertificateCheck.Verdict) -> String {
        switch verdict {
        case .refused(let refusal): return "refused, \(refusal)"
        case .unfinished(let reason): return "not checked to the end, \(reason)"
        case .accepted(let account) where account.certain > 0:
            let tried = account.tried > 0 ? ", \(account.tried) inputs tried again" : ""
            return "accepted, cells of \(account.certain) inputs\(tried)"
        case .accepted(let account) where account.tried > 0: return "accepted, all \(account.tried) inputs tried again"
        case .accepted(let account):
            let cuts = account.extraCuts == 0 ? "" : ", \(account.extraCuts) further cuts"
            return "accepted, \(account.leaves) leaves, \(account.regions) regions bounded\(cuts)"
        }
    }
}
