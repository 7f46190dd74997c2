/// Why a model, or what was given with it, cannot be audited.
package struct AuditError: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
