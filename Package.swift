// swift-tools-version: 6.1
import PackageDescription

let swiftSettings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
]

/// SwiftPM takes flags of their own only from the package that is built, and from one that it depends on by a path; as any other
/// dependency this package does without.
let mayHaveFlags = !Context.packageDirectory.contains("/checkouts/")

/// Of modules in which no time is spent: smaller, and compiled sooner.
let compact =
    swiftSettings + (mayHaveFlags ? [.unsafeFlags(["-Osize"], .when(configuration: .release))] : [])

/// Of loops in C that make a debug build unusable where they are not optimised.
func optimised(_ level: String) -> [CSetting] {
    mayHaveFlags ? [.unsafeFlags([level], .when(configuration: .debug))] : []
}

/// A Swift module: its folder under Sources/ has its name.
func module(
    _ name: String, needs dependencies: [Target.Dependency] = [], excludes: [String] = [],
    settings: [SwiftSetting] = swiftSettings
) -> Target {
    .target(name: name, dependencies: dependencies, exclude: excludes, swiftSettings: settings)
}

/// The tests of a module: their folder under Tests/ has its name with `Tests` behind it.
func tests(of name: String, needs dependencies: [Target.Dependency] = [], excludes: [String] = []) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: [.byName(name: name)] + dependencies, exclude: excludes,
        swiftSettings: swiftSettings)
}

let package = Package(
    name: "gainsay",
    products: [
        .executable(name: "gainsay", targets: ["CLI"]),
        .executable(name: "engine-benchmark", targets: ["Benchmarks"]),
        .library(name: "Gainsay", targets: ["Gainsay"]),
        .library(name: "GainsayTesting", targets: ["GainsayTesting"]),
        .library(name: "GainsaySearch", targets: ["GainsaySearch"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    ],
    targets: [
        .target(
            name: "Kernels",
            cSettings: optimised("-O3")),
        .target(name: "DiagnosticPages", cSettings: [.headerSearchPath("../../Grammar/diagnostics")]),
        .systemLibrary(name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
        .systemLibrary(name: "CUTF8Proc", pkgConfig: "libutf8proc", providers: [.apt(["libutf8proc-dev"])]),
        .systemLibrary(name: "CLinux"),
        module("RegularExpressions", needs: ["CPCRE2"]),
        module("Hashing"),
        module("Formatting"),
        module("Disk"),
        module("Databases", needs: ["CSQLite"]),
        module("Processes", needs: ["CLinux"]),
        module("Diagnostics", needs: ["DiagnosticPages"]),
        module("Statistics"),
        module("Syntax", needs: ["Diagnostics"]),
        module("Tensors", needs: ["Kernels"]),
        module(
            "Models", needs: ["RegularExpressions", "Tensors"], excludes: ["OPERATORS.md", "TreeFiles/README.md"]),
        module("Texts", needs: ["RegularExpressions", "Tensors"]),
        .target(
            name: "PictureFiles",
            cSettings: optimised("-O2"),
            linkerSettings: [.linkedLibrary("png"), .linkedLibrary("jpeg")]),
        module("Datasets", needs: ["Tensors", "CZlib", "PictureFiles"]),
        module("Tokenizers", needs: ["CUTF8Proc", "Datasets", "RegularExpressions"]),
        module("ChatTemplates", settings: compact),
        module("LanguageModels", needs: ["ChatTemplates", "Datasets", "Kernels", "Tensors", "Texts", "Tokenizers"]),
        module("Prompts", needs: ["LanguageModels", "Search", "Tokenizers"]),
        module("VNNLIB", needs: ["Diagnostics"], settings: compact),
        module("Checker", needs: ["Syntax", "Diagnostics", "Statistics", "Tensors", "Texts"]),
        module("Search", needs: ["Statistics", "Tensors"]),
        module(
            "BlackBoxes",
            needs: [
                "CCurl", "Formatting", "Processes", "Tensors", "Texts",
            ], excludes: ["README.md"]),
        module("Training", needs: ["Kernels", "Search", "Tensors"]),
        module(
            "Recipes",
            needs: ["Datasets", "Diagnostics", "Models", "Search", "Statistics", "Tensors", "Training"],
            excludes: ["README.md"], settings: compact),
        module("Circuits", needs: ["Models", "Tensors"]),
        module(
            "Attackers",
            needs: [
                "CSodium", "Circuits", "Datasets", "LanguageModels", "Models", "Recipes", "Search", "Statistics",
                "Tensors",
                "Texts", "Training",
            ],
            excludes: ["README.md"]),
        module(
            "Auditors",
            needs: [
                "Formatting", "Kernels", "LanguageModels", "Models", "Pages", "Prompts", "Recipes", "Search",
                "Statistics", "Tensors",
                "Texts", "Tokenizers", "Training",
            ],
            excludes: ["README.md", "Texts/README.md"]),
        module("Certificates", needs: ["CompactProofs", "Hashing", "Search", "Tensors"], excludes: ["README.md"]),
        module(
            "Proof",
            needs: [
                "Certificates", "Search", "Tensors", .product(name: "HeapModule", package: "swift-collections"),
            ], excludes: ["README.md"]),
        module("CompactProofs", needs: ["Tensors"], excludes: ["README.md"]),
        module(
            "Compiler",
            needs: [
                "CompactProofs", "Checker", "Syntax", "Diagnostics", "Search", "Statistics", "Tensors", "Texts",
                "VNNLIB",
            ]),
        .target(
            name: "Pages",
            dependencies: ["Formatting", "CZlib"],
            resources: [
                .embedInCode("Templates/bars.mustache"), .embedInCode("Templates/card.mustache"),
                .embedInCode("Templates/code.mustache"), .embedInCode("Templates/columns.mustache"),
                .embedInCode("Templates/details.mustache"), .embedInCode("Templates/difference.mustache"),
                .embedInCode("Templates/facts.mustache"), .embedInCode("Templates/frame.mustache"),
                .embedInCode("Templates/heading.mustache"), .embedInCode("Templates/keys.mustache"),
                .embedInCode("Templates/link.mustache"),
                .embedInCode("Templates/page.mustache"), .embedInCode("Templates/paragraph.mustache"),
                .embedInCode("Templates/pictures.mustache"), .embedInCode("Templates/plot.mustache"),
                .embedInCode("Templates/style.css"), .embedInCode("Templates/subheading.mustache"),
                .embedInCode("Templates/table.mustache"), .embedInCode("Templates/verdict.mustache"),
            ],
            swiftSettings: compact),
        module(
            "Reports",
            needs: [
                "Formatting", "Diagnostics", "Checker", "CompactProofs", "Compiler", "Hashing", "Pages", "Search",
                "Tensors",
                "Texts",
            ], excludes: ["README.md"], settings: compact),
        module(
            "Games",
            needs: [
                "Disk", "Formatting", "Attackers", "CLinux", "Diagnostics", "Hashing", "Pages", "Processes", "Recipes",
                "Search",
                "Statistics",
                "Tensors", "Training",
            ], excludes: ["README.md"], settings: compact),
        .target(
            name: "SpecLibrary", path: "SpecLibrary", exclude: ["README.md", "tests"], sources: ["Library.swift"],
            resources: [
                .embedInCode("std/answers.say"), .embedInCode("std/backdoor.say"), .embedInCode("std/ciphers.say"),
                .embedInCode("std/image.say"), .embedInCode("std/text.say"),
                .embedInCode("std/signal.say"), .embedInCode("std/tabular.say"), .embedInCode("std/temporal.say"),
            ],
            swiftSettings: swiftSettings),
        module(
            "Terminal", needs: ["Diagnostics", .product(name: "Logging", package: "swift-log")], settings: compact),
        module(
            "Loading",
            needs: [
                "BlackBoxes", "Checker", "Compiler", "Databases", "Datasets", "Diagnostics", "Disk", "LanguageModels",
                "Models", "SpecLibrary", "Syntax", "Tensors", "Terminal", "Texts", "Training", "VNNLIB",
            ], settings: compact),
        module(
            "LanguageServer",
            needs: [
                "Checker", "Datasets", "Diagnostics", "Disk", "Loading", "Processes", "SpecLibrary", "Syntax",
                "Tensors", "Terminal",
            ], excludes: ["README.md"], settings: compact),
        module(
            "Verdicts",
            needs: [
                "BlackBoxes", "Certificates", "Checker", "CompactProofs", "Compiler", "Databases", "Datasets",
                "Diagnostics", "Disk", "Formatting", "Hashing", "LanguageModels", "Loading", "Pages", "Proof",
                "RegularExpressions", "Reports", "Search", "Statistics", "Tensors", "Terminal", "Texts", "VNNLIB",
                .product(name: "OrderedCollections", package: "swift-collections"),
            ], settings: compact),
        // The public libraries.
        module("GainsaySearch", needs: ["Search"]),
        module(
            "Gainsay", needs: ["BlackBoxes", "Compiler", "Loading", "Reports", "Terminal", "Verdicts"],
            excludes: ["README.md"]),
        module("GainsayTesting", needs: ["Gainsay"]),
        .executableTarget(
            name: "CLI",
            dependencies: [
                "Attackers", "Auditors", "BlackBoxes", "Certificates", "Checker", "Compiler", "Datasets", "Diagnostics",
                "Disk", "Formatting", "Games", "LanguageModels", "LanguageServer", "Loading", "Models", "Recipes",
                "RegularExpressions",
                "Reports", "Search", "SpecLibrary", "Statistics", "Syntax", "Tensors", "Terminal", "Training", "VNNLIB",
                "Verdicts",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "OrderedCollections", package: "swift-collections"),
            ],
            exclude: ["README.md"],
            swiftSettings: compact,
            // A program that starts in half the time, and needs no Swift where it runs.
            linkerSettings: mayHaveFlags
                ? [
                    .unsafeFlags(
                        ["-static-stdlib", "-l_FoundationCollections", "-l_FoundationCShims"],
                        .when(configuration: .release))
                ] : []),
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "ChatTemplates", "Datasets", "LanguageModels", "Models", "Prompts", "RegularExpressions", "Search",
                "Tensors", "Texts",
                "Tokenizers", "Training",
            ],
            swiftSettings: swiftSettings),
        // What several test targets share: mutated inputs for the readers of files.
        .target(name: "Mutations", path: "Tests/Mutations", swiftSettings: swiftSettings),
        // Seeds and medians of the tables of shrinking.
        .target(name: "ShrinkingTable", path: "Tests/ShrinkingTable", swiftSettings: swiftSettings),
        // A language model of random weights, for several test targets.
        .target(name: "TinyLanguageModel", path: "Tests/TinyLanguageModel", swiftSettings: swiftSettings),
        tests(of: "Tokenizers", needs: ["Mutations"]),
        tests(of: "ChatTemplates", needs: ["Mutations"]),
        tests(of: "LanguageModels", needs: ["Mutations", "TinyLanguageModel", "Tokenizers"]),
        tests(of: "Prompts", needs: ["LanguageModels", "Search", "TinyLanguageModel", "Tokenizers"]),
        tests(of: "Kernels"),
        tests(of: "Diagnostics"),
        tests(of: "Statistics", needs: ["Search"]),
        tests(of: "Syntax", needs: ["Diagnostics"], excludes: ["Goldens"]),
        tests(of: "Tensors"),
        tests(of: "Models", needs: ["Tensors", "Datasets", "Mutations"]),
        tests(of: "Datasets", needs: ["Tensors", "Mutations"]),
        tests(of: "VNNLIB", needs: ["Checker", "Syntax", "Diagnostics", "Tensors", "Datasets", "Mutations"]),
        tests(of: "Checker", needs: ["Syntax", "Diagnostics", "Tensors"], excludes: ["Goldens", "Specs"]),
        tests(of: "Hashing"),
        tests(of: "Formatting"),
        tests(of: "Disk"),
        tests(of: "Databases"),
        tests(of: "BlackBoxes", needs: ["Mutations", "Tensors"]),
        tests(
            of: "Games", needs: ["Attackers", "Diagnostics", "Recipes", "Statistics", "Tensors", "Training"],
            excludes: ["Goldens"]),
        tests(of: "Certificates", needs: ["Compiler", "Hashing", "Proof", "Search", "Tensors", "Mutations"]),
        tests(of: "Proof", needs: ["Search", "Tensors"]),
        tests(of: "CompactProofs", needs: ["Certificates", "Models", "Recipes", "Search", "Tensors", "Training"]),
        tests(of: "Search", needs: ["ShrinkingTable"], excludes: ["SHRINKING.md"]),
        tests(of: "Compiler", needs: ["Checker", "Syntax", "Diagnostics", "Search", "Tensors", "Texts", "VNNLIB"]),
        tests(of: "Auditors", needs: ["Search", "Tensors"]),
        tests(of: "Circuits", needs: ["CSodium", "Models", "Tensors"]),
        tests(of: "Attackers", needs: ["Datasets", "Models", "Recipes", "Tensors", "Training"]),
        tests(
            of: "Recipes", needs: ["Datasets", "Diagnostics", "Models", "Tensors", "Training"], excludes: ["Goldens"]),
        tests(of: "Training", needs: ["Models", "Recipes", "Tensors"]),
        tests(of: "RegularExpressions"),
        tests(of: "Texts", needs: ["RegularExpressions", "Search"]),
        tests(of: "Pages", needs: ["CZlib"]),
        tests(of: "Verdicts", needs: ["Loading"]),
        tests(of: "GainsaySearch", needs: ["ShrinkingTable"]),
        tests(of: "Gainsay", needs: ["GainsayTesting"]),
        tests(of: "Reports", needs: ["Checker", "Compiler", "Diagnostics", "Pages", "Search"], excludes: ["Goldens"]),
        // The language as a whole, by the program: random specs against trying everything.
        .testTarget(
            name: "LanguageTests", dependencies: ["CLI", "Syntax", "Diagnostics"], swiftSettings: swiftSettings),
        tests(
            of: "CLI",
            needs: ["Certificates", "Datasets", "Hashing", "Models", "Tensors", "TinyLanguageModel", "Diagnostics"]),
    ]
)
