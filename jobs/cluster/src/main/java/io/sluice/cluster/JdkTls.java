package io.sluice.cluster;

import io.sluice.cluster.ClusterException.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** TLS settings as the JDK wants them. Reads the PEM files; keeps nothing. */
final class JdkTls {

    private static final Pattern PKCS8 =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]*)-----END PRIVATE KEY-----", Pattern.DOTALL);
    private static final Pattern OTHER_KEY = Pattern.compile("-----BEGIN [A-Z ]*PRIVATE KEY-----");
    private static final List<String> KEY_ALGORITHMS = List.of("RSA", "EC", "EdDSA");

    /** Only ever in memory. */
    private static final char[] NO_PASSWORD = new char[0];

    private JdkTls() {}

    /**
     * Reads the files and builds a context.
     *
     * @throws ClusterException of kind {@link Kind#UNUSABLE_SETTINGS} that names the setting and its file
     */
    static SSLContext of(TlsSettings settings) throws ClusterException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys(settings), trust(settings), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw ClusterException.without(
                    Kind.UNUSABLE_SETTINGS,
                    "Cannot use the TLS settings: " + e.getMessage()
                            + ". Check that the key belongs to the certificate.",
                    e);
        }
    }

    private static TrustManager @Nullable [] trust(TlsSettings settings)
            throws ClusterException, GeneralSecurityException {
        if (settings.insecure()) {
            return new TrustManager[] {new TrustAll()};
        }
        String ca = settings.ca();
        if (ca == null) {
            return null; // the JVM's own
        }
        KeyStore store = emptyStore();
        int number = 0;
        for (Certificate certificate : certificates("tls.ca", ca)) {
            store.setCertificateEntry("ca" + number++, certificate);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static KeyManager @Nullable [] keys(TlsSettings settings)
            throws ClusterException, GeneralSecurityException {
        String certificate = settings.certificate();
        String key = settings.key();
        if (certificate == null || key == null) {
            return null;
        }
        Certificate[] chain = certificates("tls.cert", certificate).toArray(new Certificate[0]);
        KeyStore store = emptyStore();
        store.setKeyEntry("client", privateKey(key), NO_PASSWORD, chain);
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    private static Collection<? extends Certificate> certificates(String setting, String file) throws ClusterException {
        byte[] pem = read(setting, file);
        try {
            Collection<? extends Certificate> found =
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem));
            if (!found.isEmpty()) {
                return found;
            }
        } catch (CertificateException e) {
            throw noCertificate(setting, file, e);
        }
        throw noCertificate(setting, file, null);
    }

    private static ClusterException noCertificate(String setting, String file, @Nullable Throwable cause) {
        return unusable(setting, file, "expected PEM certificates (-----BEGIN CERTIFICATE-----), found none", cause);
    }

    /** PKCS#8 names its algorithm inside, where the JDK does not look: each is tried. */
    private static PrivateKey privateKey(String file) throws ClusterException, GeneralSecurityException {
        String pem = new String(read("tls.key", file), StandardCharsets.US_ASCII);
        Matcher found = PKCS8.matcher(pem);
        if (!found.find()) {
            String instead = OTHER_KEY.matcher(pem).find()
                    ? "found a key of another form; convert it with `openssl pkcs8 -topk8 -nocrypt`"
                    : "found none";
            throw unusable(
                    "tls.key", file, "expected -----BEGIN PRIVATE KEY----- (PKCS#8, not encrypted), " + instead, null);
        }
        byte[] encoded;
        try {
            encoded = Base64.getMimeDecoder().decode(found.group(1));
        } catch (IllegalArgumentException e) {
            throw unusable("tls.key", file, "what stands between its PEM lines is not Base64", null);
        }
        for (String algorithm : KEY_ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
            } catch (InvalidKeySpecException anotherAlgorithm) {
                // The file does not say which; the next one may fit.
            }
        }
        throw unusable(
                "tls.key",
                file,
                "expected a key of one of " + KEY_ALGORITHMS + ", found another or a damaged one",
                null);
    }

    private static byte[] read(String setting, String file) throws ClusterException {
        try {
            return Files.readAllBytes(Path.of(file));
        } catch (NoSuchFileException e) {
            throw unusable(setting, file, "there is no such file", e);
        } catch (IOException | InvalidPathException e) {
            throw unusable(setting, file, "it cannot be read: " + e, e);
        }
    }

    private static KeyStore emptyStore() throws GeneralSecurityException {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, NO_PASSWORD);
            return store;
        } catch (IOException e) {
            throw new GeneralSecurityException("an empty key store cannot be made", e);
        }
    }

    private static ClusterException unusable(String setting, String file, String why, @Nullable Throwable cause) {
        return ClusterException.without(
                Kind.UNUSABLE_SETTINGS, "Cannot use " + setting + " " + file + ": " + why + ".", cause);
    }

    /** Extended, because the JDK checks host names itself around any other. */
    private static final class TrustAll extends X509ExtendedTrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
