package io.sluice.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A key and its self-signed certificate, made by the JDK's {@code keytool} when they are needed.
 *
 * @param folder where its files are
 * @param name of its files, and of its owner
 */
public record Identity(Path folder, String name, KeyStore store) {

    private static final String PASSWORD = "for-a-test";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /**
     * Makes one that is valid for two days.
     *
     * @param algorithm of the key, such as EC or RSA
     * @param host as in {@code dns:localhost} or {@code ip:127.0.0.1}
     */
    public static Identity make(Path folder, String name, String algorithm, String host)
            throws IOException, GeneralSecurityException {
        Path file = folder.resolve(name + ".p12");
        Path log = folder.resolve("keytool.log");
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                algorithm,
                "-dname",
                "CN=" + name,
                "-ext",
                "SAN=" + host,
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                file.toString());
        try (ChildProcess keytool = ChildProcess.start(command, Map.of(), folder, log)) {
            int code = keytool.waitFor(PATIENCE).orElse(-1);
            if (code != 0) {
                throw new IOException("keytool made no key for " + name + " (" + code + "): " + keytool.logTail(10));
            }
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        return new Identity(folder, name, store);
    }

    /** The file of the certificate, in PEM form. */
    public String certificate() throws IOException, GeneralSecurityException {
        return file(".crt", pem("CERTIFICATE", store.getCertificate(name).getEncoded()));
    }

    /** The file of the key, in PEM form, PKCS#8. */
    public String key() throws IOException, GeneralSecurityException {
        return file(".key", privateKey());
    }

    /** One file of key and certificate, in PEM form. */
    public String keyAndCertificate() throws IOException, GeneralSecurityException {
        return file(
                ".pem",
                privateKey() + pem("CERTIFICATE", store.getCertificate(name).getEncoded()));
    }

    private String privateKey() throws GeneralSecurityException {
        Key key = store.getKey(name, PASSWORD.toCharArray());
        return pem("PRIVATE KEY", key.getEncoded());
    }

    private static String pem(String what, byte[] der) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + what + "-----\n" + base64 + "\n-----END " + what + "-----\n";
    }

    private String file(String extension, String content) throws IOException {
        Path file = folder.resolve(name + extension);
        Files.writeString(file, content);
        return file.toString();
    }

    /** A server's context that shows this identity and trusts those. */
    public SSLContext serving(Identity... trusted) throws GeneralSecurityException, IOException {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD.toCharArray());
        KeyStore known = KeyStore.getInstance("PKCS12");
        known.load(null, null);
        for (Identity identity : trusted) {
            known.setCertificateEntry(identity.name(), identity.store().getCertificate(identity.name()));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(known);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
