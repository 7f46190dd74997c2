/// The specs that `use std.name` reads, as they stand in this folder.
package enum SpecLibrary {
    /// Every name that `use` knows, in alphabetical order.
    package static let names = [
        "std.answers", "std.backdoor", "std.ciphers", "std.image", "std.signal", "std.tabular", "std.temporal",
        "std.text",
    ]

    /// The bytes of a library file; nil where there is none of that name.
    package static func source(of name: String) -> [UInt8]? {
        switch name {
        case "std.answers": PackageResources.answers_say
        case "std.backdoor": PackageResources.backdoor_say
        case "std.ciphers": PackageResources.ciphers_say
        case "std.image": PackageResources.image_say
        case "std.signal": PackageResources.signal_say
        case "std.tabular": PackageResources.tabular_say
        case "std.temporal": PackageResources.temporal_say
        case "std.text": PackageResources.text_say
        default: nil
        }
    }
}
