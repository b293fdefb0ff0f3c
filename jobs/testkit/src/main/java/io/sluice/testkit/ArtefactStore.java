package io.sluice.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Files by their Maven coordinates: from the local repository, or else fetched into it by a Maven that is
 * started for it, with whatever mirrors and credentials the user's own Maven settings name.
 */
final class ArtefactStore {

    /** The largest distribution has 161 MB; this is enough for it on a line of 3 Mbit/s. */
    private static final Duration FETCH_TIMEOUT = Duration.ofMinutes(10);

    /** The plugin whose {@code get} is run, at the version the build itself uses. */
    private static final String GET_PLUGIN_VERSION = "3.10.0";

    private final Machine machine;
    private final Path scratch;

    /** @param scratch a folder for the throw-away project that Maven runs, and its lock */
    ArtefactStore(Machine machine, Path scratch) {
        this.machine = machine;
        this.scratch = scratch;
    }

    /** The files of all the coordinates, in their order. Fetches all that are missing in one go. */
    List<Path> resolve(Collection<Coordinates> wanted) throws IOException {
        if (!missing(wanted).isEmpty()) {
            FolderLock.whileHolding(scratch.resolve("fetch.lock"), () -> fetch(missing(wanted)));
        }
        return wanted.stream().map(this::file).toList();
    }

    /** Where a file is, once {@link #resolve} has returned. */
    Path file(Coordinates coordinates) {
        return coordinates.in(machine.localRepository());
    }

    private List<Coordinates> missing(Collection<Coordinates> wanted) {
        return wanted.stream()
                .filter(coordinates -> !Files.isRegularFile(file(coordinates)))
                .distinct()
                .toList();
    }

    private void fetch(List<Coordinates> missing) throws IOException {
        if (missing.isEmpty()) {
            return; // another JVM was faster
        }
        Path maven = maven().orElseThrow(() -> new MissingArtefactException("Cannot fetch " + names(missing)
                + ": no mvn found under MAVEN_HOME or on PATH. Install Maven, or put the files under "
                + machine.localRepository() + "."));
        Path project = Files.createTempDirectory(Files.createDirectories(scratch), "fetch-");
        try {
            Files.writeString(project.resolve("pom.xml"), projectOf(missing));
            Path log = project.resolve("mvn.log");
            int code = run(maven, project, log);
            List<Coordinates> still = missing(missing);
            if (code != 0 || !still.isEmpty()) {
                throw new MissingArtefactException(
                        "Cannot fetch %s: %s ended with %d. Is a repository reachable that has it? Maven said:%n%s"
                                .formatted(names(still.isEmpty() ? missing : still), maven, code, LogTail.of(log, 20)));
            }
        } finally {
            Folders.delete(project);
        }
    }

    private int run(Path maven, Path project, Path log) throws IOException {
        List<String> command = List.of(
                maven.toString(),
                "-q",
                "-B",
                "-Dmaven.repo.local=" + machine.localRepository(),
                "-Dstyle.color=never",
                "-f",
                project.resolve("pom.xml").toString(),
                "validate");
        try (ChildProcess child = ChildProcess.start(command, Map.of(), project, log)) {
            return child.waitFor(FETCH_TIMEOUT)
                    .orElseThrow(() -> new MissingArtefactException("Maven did not end within "
                            + FETCH_TIMEOUT.toMinutes() + " minutes:\n" + LogTail.of(log, 20)));
        }
    }

    private Optional<Path> maven() {
        List<Optional<Path>> candidates = new ArrayList<>();
        List.of("MAVEN_HOME", "M2_HOME")
                .forEach(name -> candidates.add(machine.folder(name).map(home -> home.resolve("bin/mvn"))));
        candidates.add(machine.executable("mvn"));
        return candidates.stream()
                .flatMap(Optional::stream)
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** One execution of dependency:get for each file: no transitive dependencies, no version mediation. */
    private static String projectOf(List<Coordinates> missing) {
        StringBuilder executions = new StringBuilder();
        for (int i = 0; i < missing.size(); i++) {
            executions.append("""
                    <execution><id>get-%d</id><phase>validate</phase><goals><goal>get</goal></goals>
                      <configuration><artifact>%s</artifact><transitive>false</transitive></configuration>
                    </execution>
                    """.formatted(i, missing.get(i)));
        }
        return """
                <project>
                  <modelVersion>4.0.0</modelVersion>
                  <groupId>io.sluice.fetch</groupId><artifactId>fetch</artifactId><version>1</version>
                  <packaging>pom</packaging>
                  <build><plugins><plugin>
                    <groupId>org.apache.maven.plugins</groupId>
                    <artifactId>maven-dependency-plugin</artifactId>
                    <version>%s</version>
                    <executions>
                %s
                    </executions>
                  </plugin></plugins></build>
                </project>
                """.formatted(GET_PLUGIN_VERSION, executions);
    }

    private static String names(List<Coordinates> coordinates) {
        return coordinates.stream().map(Coordinates::toString).collect(Collectors.joining(", "));
    }
}
