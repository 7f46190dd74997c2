import Tensors

/// Enums for the texts of a model's inputs and outputs, with names that a spec can use.
///
///     enum Job = adm_clerical "adm-clerical", nurse "Nurse"
struct TextEnums {
    struct Entry {
        let name: String
        let texts: [String]
        /// For each text the name of its case.
        let cases: [String]

        var line: String {
            let list = zip(cases, texts).map { name, text in name == text ? name : "\(name) \(Self.quoted(text))" }
            return "enum \(self.name) = \(list.joined(separator: ", "))"
        }

        private static func quoted(_ text: String) -> String {
            let letters = text.unicodeScalars.map { scalar -> String in
                switch scalar {
                case "\"", "\\": "\\\(scalar)"
                case _ where scalar.value < 32 || scalar.value == 127: "\\u{\(String(scalar.value, radix: 16))}"
                default: String(scalar)
                }
            }
            return "\"\(letters.joined())\""
        }
    }

    private(set) var entries: [Entry] = []
    private var names: Set<String>

    /// `taken` are names that mean something else.
    init(taken: Set<String>) { names = taken }

    /// The enum of these texts, made where there is none yet; `word` is what it is called after.
    mutating func name(of texts: [String], after word: String) -> String {
        if let known = entries.first(where: { Set($0.texts) == Set(texts) }) { return known.name }
        let plain = Self.identifier(word, else: "Text")
        let name = free(plain.prefix(1).uppercased() + plain.dropFirst())
        let cases = texts.enumerated().map { free(Self.identifier($1.lowercased(), else: "\(plain)_\($0)")) }
        entries.append(Entry(name: name, texts: texts, cases: cases))
        return name
    }

    private mutating func free(_ word: String) -> String {
        var name = ModelDeclaration.isName(word) ? word : "\(word)_"
        while !names.insert(name).inserted { name += "_" }
        return name
    }

    /// The letters of a word that a name may have; another one where none are left.
    private static func identifier(_ word: String, else other: String) -> String {
        let letters = word.unicodeScalars.map { scalar -> Character in
            scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
                ? Character(scalar) : "_"
        }
        let text = String(letters).split(separator: "_").joined(separator: "_")
        guard let first = text.first else { return other.replacing("-", with: "_") }
        return first.isNumber ? "n\(text)" : text
    }
}
