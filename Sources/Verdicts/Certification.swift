import Certificates
import Compiler
import Hashing
import Loading
import Terminal

/// Collects what a run proves, and writes it as a certificate.
package final class Certification {
    private enum Proof {
        case tree(ProofTree)
        case tried(Int)
        case rates([CertifiedRate])
        /// Why there is nothing to write.
        case missing(String)
    }

    private var proofs: [(trial: Trial, proof: Proof)] = []

    package init() {}

    package func tree(for trial: Trial) -> ProofTree { ProofTree(boxes: trial.space.boxes.count) }

    /// A trial that was proved by regions.
    package func add(_ trial: Trial, _ tree: ProofTree?) {
        if let tree, tree.isComplete {
            proofs.append((trial, .tree(tree)))
        } else {
            proofs.append((trial, .missing("its proof speaks of inner values that certificates have no name for")))
        }
    }

    /// A trial whose proof cannot be written down, and why.
    package func add(_ trial: Trial, missing reason: String) { proofs.append((trial, .missing(reason))) }

    /// A trial all of whose inputs were tried.
    package func add(_ trial: Trial, tried count: Int?) {
        proofs.append((trial, count.map { .tried($0) } ?? .missing("its inputs cannot be counted")))
    }

    /// A trial of rates, of which so much is known.
    package func add(_ trial: Trial, _ known: [KnownRate]) {
        proofs.append((trial, .rates(known.map { CertifiedRate($0.cells, tried: $0.next) })))
    }

    /// Writes the file as a whole or not at all, and says on standard error what it does not hold. Returns whether it
    /// holds all that was proved, and something.
    package func write(_ subject: Subject, to path: String) throws(Failure) -> Bool {
        var writer = CertificateWriter(tool: "gainsay \(Release.version)", sources: try subject.certificateSources())
        var isWhole = !proofs.isEmpty
        for (trial, proof) in proofs {
            do {
                switch proof {
                case .tree(let tree):
                    let circuit = try trial.circuit()
                    guard tree.partCount == circuit.partCount else {
                        throw Failure(
                            "the prover reads \(tree.partCount) parts in its claim, the checker \(circuit.partCount)")
                    }
                    if tree.splitsSigns || tree.isSharp { try follow(tree, of: trial, circuit) }
                    writer.add(trial.name, circuit, trial.space, tree)
                case .tried(let count): writer.add(trial.name, trial.space, tried: count)
                case .rates(let rates):
                    try follow(rates, of: trial)
                    writer.add(trial.name, trial.space, rates: rates)
                case .missing(let reason): throw Failure(reason)
                }
            } catch {
                let reason = (error as? Failure)?.message ?? "\(error)"
                Console.write("note: no certificate for `\(trial.name)`: \(reason)\n", to: .error)
                isWhole = false
            }
        }
        guard !writer.isEmpty else {
            Console.write(
                "note: nothing was proved that a certificate could tell: `\(path)` is not written\n", to: .error)
            return false
        }
        try Files.write(writer.bytes(), to: path)
        return isWhole
    }
}

extension Certification {
    private func follow(_ rates: [CertifiedRate], of trial: Trial) throws {
        guard let counting = trial.counting else { throw Failure("it is about no rates") }
        // Inputs that were tried need not be tried again here.
        guard rates.allSatisfy({ $0.tried == 0 }) else { return }
        switch RateCertification(counting: counting, threads: 1).verdict(rates) {
        case .accepted: return
        case .refused(let refusal): throw Failure("the checker does not follow it: \(refusal)")
        case .unfinished(let reason): throw Failure("the checker did not come to its end: \(reason)")
        }
    }

    /// The checker bounds inner values in its own way, which may be too coarse for a proof by their signs: what it does not
    /// follow is not written.
    private func follow(_ tree: ProofTree, of trial: Trial, _ circuit: Circuit) throws {
        var writer = CertificateWriter(tool: "", sources: [])
        writer.add(trial.name, circuit, trial.space, tree)
        let certificate = try Certificate(writer.bytes())
        var check = CertificateCheck(certificate.sections[0], trial.space)
        check.isCancelled = { Interrupt.isRequested }
        switch check.verdict(circuit) {
        case .accepted: return
        case .refused(let refusal): throw Failure("the checker does not follow it: \(refusal)")
        case .unfinished(let reason): throw Failure("the checker did not come to its end: \(reason)")
        }
    }
}

extension Trial {
    /// What is proved about, as the checker reads it. Throws where it holds what the checker does not know.
    package func circuit() throws(Unsupported) -> Circuit {
        try Circuit(objective.graph, margin: objective.margin, space: space)
    }
}

extension Subject {
    /// The files and parameters that the verdict depends on.
    package func certificateSources() throws(Failure) -> [Certificate.Source] {
        var result: [Certificate.Source] = []
        for source in sources {
            let bytes = source.path.hasPrefix("SpecLibrary/") ? source.bytes : try Files.readAsIs(source.path)
            result.append(.init(.spec, source.path.lastComponent, hash: SHA256.text(of: bytes)))
        }
        for file in files {
            let hash = SHA256.text(of: try Files.readAsIs(file.path))
            result.append(.init(file.kind == .model ? .model : .data, file.name, hash: hash))
        }
        for (name, value) in parameters.sorted(by: { $0.key < $1.key }) {
            result.append(.init(.set, name, hash: SHA256.text(of: value.utf8)))
        }
        if let seed { result.append(.init(.set, "--seed", hash: SHA256.text(of: "\(seed)".utf8))) }
        return result
    }
}

extension String {
    fileprivate var lastComponent: String { split(separator: "/").last.map(String.init) ?? self }
}
