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
