import Synchronization
import Tensors

/// What the numbers of a server's text inputs and outputs stand for, once a declaration has said it.
///
/// A server says which of its tensors are texts, and what an output may be; what an input may be, and in which order both are
/// counted, is the spec's to say.
package final class DeclaredTexts: Sendable {
    private let texts = Mutex<[String: [String]]>([:])

    package init() {}

    /// By the names of tensors.
    package func declare(_ texts: [String: [String]]) {
        self.texts.withLock { $0.merge(texts) { _, new in new } }
    }

    /// The ports with what their numbers stand for.
    package func ports(_ ports: [Signature.Port]) -> [Signature.Port] {
        texts.withLock { texts in
            ports.map { port in
                guard port.texts != nil, let declared = texts[port.name] else { return port }
                return Signature.Port(port.name, port.type, texts: declared, labels: port.labels)
            }
        }
    }
}
