import CCrypto
import Diagnostics

/// SHA-256 checksums of file contents.
public enum Checksum {
    /// The SHA-256 digest of some bytes as 64 lower-case hexadecimal digits (FIPS 180-4).
    ///
    /// - Throws: `Failure` of kind `.software` where OpenSSL's libcrypto refuses: no memory, or a configuration without
    ///   SHA-256.
    public static func sha256(_ bytes: [UInt8]) throws -> String {
        var digest = [UInt8](repeating: 0, count: 32)
        guard EVP_Digest(bytes, bytes.count, &digest, nil, EVP_sha256(), nil) == 1 else {
            throw Failure(.software, "OpenSSL's libcrypto did not compute a SHA-256; check its installation")
        }
        return digest.map { byte in
            let digits = String(byte, radix: 16)
            return byte < 16 ? "0" + digits : digits
        }.joined()
    }

    /// Verifies that some bytes are the published ones.
    ///
    /// - Parameters:
    ///   - bytes: the (decompressed) content.
    ///   - expected: 64 lower-case hexadecimal digits.
    ///   - name: what the failure calls the content.
    /// - Throws: `Failure` of kind `.badData` that names both digests.
    public static func verify(_ bytes: [UInt8], is expected: String, named name: String) throws {
        try verify(digest: try sha256(bytes), is: expected, named: name)
    }

    /// Verifies the SHA-256 digest of bytes that are no longer there; fails as the other does.
    static func verify(digest found: String, is expected: String, named name: String) throws {
        guard found == expected else {
            throw Failure(
                .badData,
                "\(name): wrong checksum: expected SHA-256 \(expected) of the decompressed content, found \(found); "
                    + "fetch the file again")
        }
    }
}
