package io.sluice.testkit;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;

/**
 * Finds installed JDKs by the {@code release} file that each carries: the running one, those that
 * {@code JAVA_HOME} and {@code JAVA_HOME_*} name, the one on PATH, and what lies in the usual folders.
 */
public final class Jdks {

    private static final List<String> USUAL_FOLDERS = List.of("/usr/lib/jvm", "/usr/java", "/opt/java", "/opt");
    private static final List<String> USUAL_USER_FOLDERS = List.of(".sdkman/candidates/java", ".jdks");

    private Jdks() {}

    /** A JDK 17, on which every Elasticsearch 6 and 7 and every OpenSearch 1 and 2 runs. */
    public static Optional<Jdk> java17() {
        return between(17, 17);
    }

    /** The newest JDK of at least 21, which OpenSearch 3 needs. */
    public static Optional<Jdk> java21OrLater() {
        return between(21, Integer.MAX_VALUE);
    }

    /** The newest JDK whose feature version lies between the two, both included. */
    public static Optional<Jdk> between(int lowest, int highest) {
        return installed(Machine.current()).stream()
                .filter(jdk -> jdk.feature() >= lowest && jdk.feature() <= highest)
                .max(Comparator.comparingInt(Jdk::feature));
    }

    static List<Jdk> installed(Machine machine) {
        Set<Path> homes = new LinkedHashSet<>();
        homes.add(machine.javaHome());
        machine.environment().keySet().stream()
                .filter(name -> name.equals("JAVA_HOME") || name.startsWith("JAVA_HOME_"))
                .sorted()
                .forEach(name -> machine.folder(name).ifPresent(homes::add));
        machine.executable("java").flatMap(Jdks::homeOf).ifPresent(homes::add);
        USUAL_FOLDERS.forEach(folder -> homes.addAll(foldersIn(Path.of(folder))));
        USUAL_USER_FOLDERS.forEach(
                folder -> homes.addAll(foldersIn(machine.userHome().resolve(folder))));
        List<Jdk> found = new ArrayList<>();
        homes.forEach(home -> at(home).ifPresent(found::add));
        return found;
    }

    static Optional<Jdk> at(Path home) {
        Path release = home.resolve("release");
        if (!Files.isExecutable(home.resolve("bin/java")) || !Files.isReadable(release)) {
            return Optional.empty();
        }
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(release)) {
            properties.load(in);
        } catch (IOException | IllegalArgumentException unreadable) {
            return Optional.empty();
        }
        String version = properties.getProperty("JAVA_VERSION", "").replace("\"", "");
        return feature(version).map(feature -> new Jdk(home, feature));
    }

    /** 25.0.3 is 25, and 1.8.0_422 is 8. */
    static Optional<Integer> feature(String version) {
        String[] parts = version.split("[^0-9]+", -1);
        String feature = parts.length > 1 && parts[0].equals("1") ? parts[1] : parts[0];
        return feature.isEmpty() ? Optional.empty() : Optional.of(Integer.valueOf(feature));
    }

    private static Optional<Path> homeOf(Path java) {
        try {
            return Optional.ofNullable(java.toRealPath().getParent()).map(Path::getParent);
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    private static List<Path> foldersIn(Path folder) {
        List<Path> folders = new ArrayList<>();
        if (!Files.isDirectory(folder)) {
            return folders;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, Files::isDirectory)) {
            entries.forEach(folders::add);
        } catch (IOException | UncheckedIOException unreadable) {
            return folders;
        }
        folders.sort(Comparator.naturalOrder());
        return folders;
    }
}
