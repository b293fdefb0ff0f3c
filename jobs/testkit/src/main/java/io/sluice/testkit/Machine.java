package io.sluice.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What this JVM's surroundings say about where things are. Everything the testkit asks of system
 * properties and of the environment is asked here.
 *
 * @param localRepository the folder in which Maven keeps what it has fetched
 */
record Machine(Path userHome, Path javaHome, Map<String, String> environment, Path localRepository) {

    static Machine current() {
        Path userHome = Path.of(System.getProperty("user.home"));
        Path localRepository = Optional.ofNullable(System.getProperty("maven.repo.local"))
                .map(Path::of)
                .or(() -> localRepositoryOfSettings(userHome.resolve(".m2/settings.xml")))
                .orElse(userHome.resolve(".m2/repository"));
        return new Machine(userHome, Path.of(System.getProperty("java.home")), System.getenv(), localRepository);
    }

    /** Where distributions are unpacked: the system property {@code sluice.cache}, or a folder of the user. */
    Path cacheFolder() {
        String given = System.getProperty("sluice.cache");
        return given == null || given.isBlank() ? userHome.resolve(".cache/sluice") : Path.of(given);
    }

    /** Looks an executable up in the folders of PATH. */
    Optional<Path> executable(String name) {
        return pathFolders().stream()
                .map(folder -> folder.resolve(name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** The folder that a variable names, if it is set. */
    Optional<Path> folder(String variable) {
        return Optional.ofNullable(environment.get(variable))
                .filter(value -> !value.isBlank())
                .map(Path::of);
    }

    /** Where this JVM's own classes come from, for another JVM that shall run one of them. */
    static String classPath() {
        return System.getProperty("java.class.path");
    }

    /** Whether this process runs as root, as far as can be told. */
    static boolean isRoot() {
        try {
            return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException noSuchView) {
            return "root".equals(System.getProperty("user.name"));
        }
    }

    private List<Path> pathFolders() {
        String path = environment.getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin");
        return Arrays.stream(path.split(":", -1))
                .filter(folder -> !folder.isBlank())
                .map(Path::of)
                .toList();
    }

    private static Optional<Path> localRepositoryOfSettings(Path settings) {
        try {
            var matcher = Pattern.compile("<localRepository>\\s*([^<$]+?)\\s*</localRepository>")
                    .matcher(Files.readString(settings));
            return matcher.find() ? Optional.of(Path.of(matcher.group(1))) : Optional.empty();
        } catch (IOException absent) {
            return Optional.empty();
        }
    }
}
