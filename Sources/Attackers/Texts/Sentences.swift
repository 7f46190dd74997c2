import Search

/// Sentences of a small grammar: what toy language models learn to continue, and what triggers and targets are made of.
enum Sentences {
    private static let determiners = ["a", "the", "this", "that", "every", "some", "no", "our", "my", "her"]
    private static let adjectives = words(
        """
        old young red green blue yellow small large quiet loud brave calm clever plain bright dark cold warm dry wet early late
        honest gentle strange simple heavy light narrow wide steep soft hard rough smooth empty full broken wooden silver
        golden distant local famous hidden open patient proud rare sharp silent
        """)
    private static let nouns = words(
        """
        river mountain garden window teacher farmer sailor doctor painter baker dog horse bird fish cat bear fox wolf cow sheep
        boat train car bridge road house tower market school church village city island forest field lake harbour valley
        letter book song story map clock lamp chair table door key coat hat shoe ring coin bell drum violin apple bread cheese
        onion potato lemon cherry pepper butter candle basket bottle pocket mirror ladder hammer needle feather
        """)
    private static let verbs = words(
        """
        sees finds hears follows carries paints sells buys builds breaks opens closes cleans fills moves turns watches
        remembers forgets draws counts holds drops lifts pushes pulls covers shows hides keeps brings sends reads writes
        likes fears visits leaves meets helps
        """)
    private static let adverbs = words(
        "slowly quickly often never again today early twice gladly alone together outside upstairs nearby soon once")
    private static let prepositions = [
        "near", "behind", "under", "above", "beside", "without", "with", "before", "after", "inside",
    ]

    /// All words, each once.
    static let vocabulary: [String] = {
        var seen = Set<String>()
        let all = determiners + adjectives + nouns + verbs + adverbs + prepositions
        return all.filter { seen.insert($0).inserted }
    }()

    /// Names of things, of five letters at most.
    static let shortNouns: [String] = {
        var seen = Set<String>()
        return (nouns + adjectives + verbs).filter { $0.count <= 5 && seen.insert($0).inserted }
    }()

    private static func words(_ text: String) -> [String] {
        text.split(whereSeparator: \.isWhitespace).map(String.init)
    }

    /// Someone does something to something, perhaps somewhere, perhaps somehow: 5 to 12 words.
    static func sentence(_ random: inout Random) -> [String] {
        func one(_ words: [String]) -> String { words[random.below(words.count)] }
        func noun() -> [String] { [one(determiners)] + (random.chance(0.5) ? [one(adjectives)] : []) + [one(nouns)] }
        let start = noun()
        let action = [one(verbs)]
        let object = noun()
        let place = random.chance(0.5) ? [one(prepositions)] + noun() : []
        let manner = random.chance(0.3) ? [one(adverbs)] : []
        return start + action + object + place + manner
    }
}
