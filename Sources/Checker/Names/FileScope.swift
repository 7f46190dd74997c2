import Diagnostics
import Syntax

/// The names one file declares, and the files whose names it may use besides.
final class FileScope {
    let tree: SyntaxTree
    let index: Int
    /// The first declaration of each name; properties are not referred to.
    private(set) var declarations: [String: Declaration] = [:]
    /// The enums that have a case of this name.
    private(set) var enumsByCase: [String: [EnumDeclaration]] = [:]
    /// What may be read as a value: params and enum cases, in the order of the file.
    private(set) var valueNames: [String] = []
    var imports: [FileScope] = []

    init(_ tree: SyntaxTree, index: Int) {
        self.tree = tree
        self.index = index
        for declaration in tree.declarations {
            if case .property = declaration { continue }
            switch declaration {
            case .param(let it): valueNames.append(it.name.text)
            case .enumeration(let it): valueNames += it.cases.map(\.text)
            default: break
            }
            guard let name = declaration.name, !name.isMissing, declarations[name.text] == nil else { continue }
            declarations[name.text] = declaration
            guard case .enumeration(let enumeration) = declaration else { continue }
            for name in Set(enumeration.cases.map(\.text)) { enumsByCase[name, default: []].append(enumeration) }
        }
    }

    /// In the order of the file.
    var declaredNames: [String] {
        tree.declarations.compactMap { declaration in
            if case .property = declaration { return nil }
            return declaration.name?.text
        }
    }
}

/// A declaration across files.
struct DeclarationKey: Hashable {
    let file: Int
    let name: String
}

/// A declaration and the file in whose names it is read.
struct Found<Node> {
    let node: Node
    let file: FileScope
    let name: String

    var key: DeclarationKey { DeclarationKey(file: file.index, name: name) }
}
