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
    /// The functions of each name, by how many parameters they have.
    private(set) var functions: [String: [Int: FuncDeclaration]] = [:]
    /// What may be read as a value: params, constants and enum cases, in the order of the file.
    private(set) var valueNames: [String] = []
    var imports: [FileScope] = []

    init(_ tree: SyntaxTree, index: Int) {
        self.tree = tree
        self.index = index
        for declaration in tree.declarations {
            if case .property = declaration { continue }
            switch declaration {
            case .param(let it): valueNames.append(it.name.text)
            case .constant(let it): valueNames.append(it.name.text)
            case .enumeration(let it): valueNames += it.cases.map(\.text)
            case .function(let it) where functions[it.name.text]?[it.parameters.count] == nil:
                functions[it.name.text, default: [:]][it.parameters.count] = it
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
    /// Of a function, how many parameters it has.
    var parameters: Int?
}

/// A declaration and the file in whose names it is read.
struct Found<Node> {
    let node: Node
    let file: FileScope
    let name: String
    /// Of a function, how many parameters it has.
    var parameters: Int?

    var key: DeclarationKey { DeclarationKey(file: file.index, name: name, parameters: parameters) }
}
