import Diagnostics
import Syntax

extension Checker {
    /// The value of a `let` of the file: the same in every run.
    func constantValue(_ found: Found<ConstantDeclaration>) -> Value {
        if let known = constantValues[found.key] { return known }
        let name = found.node.name
        guard !underway.contains(found.key) else { return fail(.recursiveParam(name)) }
        underway.append(found.key)
        defer { underway.removeLast() }
        let value = computed(found.node, in: Scope(found.file))
        let result = value.map { Value($0.moved(to: name.span)) } ?? .unknown(at: name.span)
        constantValues[found.key] = result
        return result
    }

    private func computed(_ node: ConstantDeclaration, in scope: Scope) -> Term? {
        let domain = node.type.flatMap { resolve($0, in: scope) }
        let value = check(node.value, in: scope, expecting: domain?.type)
        guard !value.isUnknown, domain != nil || node.type == nil else { return nil }
        let wanted = domain?.type ?? value.type
        guard let term = fit(value.term, to: wanted, "`\(node.name.text)`") else { return nil }
        guard term.isClosed else {
            reportNotConstant(term, "a constant")
            return nil
        }
        let known = known(term)
        if let domain, !isInside(known, domain, "`\(node.name.text)`") { return nil }
        return known
    }
}
