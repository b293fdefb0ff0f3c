package io.sluice.testkit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A server that can be fetched, and how it is put together and started.
 *
 * @param key its short name, such as {@code os-2.19.6}
 * @param zip the published archive
 * @param modules what is added to the archive's own modules
 * @param lowestJava the lowest Java feature version it starts on
 * @param highestJava the highest one
 * @param settings what this one needs besides the settings that every server gets
 */
public record Distribution(
        String key,
        Product product,
        String version,
        Coordinates zip,
        List<ServerModule> modules,
        int lowestJava,
        int highestJava,
        Map<String, String> settings) {

    /** Counted up when {@link DistributionCache} puts the same recipe together in another way. */
    private static final int ASSEMBLY = 2;

    /** Copies the collections. */
    public Distribution {
        modules = List.copyOf(modules);
        settings = Map.copyOf(settings);
    }

    /** The newest installed JDK on which it starts. */
    public Optional<Jdk> jdk() {
        return Jdks.between(lowestJava, highestJava);
    }

    /** Why it cannot be started on this machine, as part of a sentence; empty when nothing speaks against it. */
    public Optional<String> obstacle() {
        if (jdk().isEmpty()) {
            return Optional.of("it needs a JDK of " + javaRange()
                    + " and none was found under the usual folders or through JAVA_HOME. Install one.");
        }
        return dropsRoot() ? OrdinaryUser.obstacle() : Optional.empty();
    }

    /** Whether its documents have types: an Elasticsearch before 7. */
    public boolean hasTypes() {
        return product == Product.ELASTICSEARCH && major() < 7;
    }

    /**
     * Whether this process becomes another user to start it. Elasticsearch 9 refuses root in every way; 8 can be
     * started without native access, but then cannot write what is compressed with zstd.
     */
    boolean dropsRoot() {
        return product == Product.ELASTICSEARCH && major() >= 8 && Machine.isRoot();
    }

    /** The feature versions it starts on, in words. */
    String javaRange() {
        if (lowestJava == highestJava) {
            return "version " + lowestJava;
        }
        return highestJava == Integer.MAX_VALUE
                ? "version " + lowestJava + " or later"
                : "version " + lowestJava + " to " + highestJava;
    }

    /** Every file it is made of. */
    List<Coordinates> artefacts() {
        List<Coordinates> all = new ArrayList<>(List.of(zip));
        modules.forEach(module -> all.addAll(module.jars()));
        return all;
    }

    /** Differs for every way to put it together, so that a changed recipe never meets an old folder. */
    String folderName() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest((ASSEMBLY + " " + zip + " " + modules).getBytes(StandardCharsets.UTF_8));
            return key + "-" + HexFormat.of().formatHex(digest, 0, 4);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java has SHA-256.", impossible);
        }
    }

    /** Its first number. */
    int major() {
        return Integer.parseInt(version.substring(0, version.indexOf('.')));
    }

    @Override
    public String toString() {
        return key;
    }
}
