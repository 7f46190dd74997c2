import Glibc

/// Whose certificates are believed.
enum CertificateAuthorities {
    /// The file that the environment names, or that of this system; nil where none is known, and curl's own choice is taken. A curl that
    /// was built on one system does not know where another keeps it.
    static let file: String? = {
        let names: [String] = ["CURL_CA_BUNDLE", "SSL_CERT_FILE"]
        let named = names.compactMap { name in getenv(name).map { String(cString: $0) } }
        let usual = [
            // Debian and Alpine, Fedora and Red Hat, openSUSE
            "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
        ]
        return (named + usual).first { access($0, R_OK) == 0 }
    }()
}
