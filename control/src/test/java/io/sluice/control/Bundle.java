package io.sluice.control;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The jar for a Flink cluster, as the build made it before. */
final class Bundle {

    private Bundle() {}

    static Path jar() throws IOException {
        try (Stream<Path> jars = Files.list(Path.of("../jobs/bundle/target"))) {
            return jars.filter(jar -> jar.getFileName().toString().matches("sluice-bundle-.*\\.jar"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
