package io.sluice.benchmarks;

import io.sluice.testkit.Distribution;
import io.sluice.testkit.Distributions;
import java.util.List;
import java.util.Optional;

/**
 * What wrote the segments of a data set: a real server, or for versions that run on no current Java the Lucene of their
 * time.
 *
 * @param name a server's as the testkit has it, or {@code lucene-} and a version
 * @param codec how stored fields are compressed, as {@code index.codec} says it
 */
record DataSource(String name, String codec) {

    static final String DEFAULT_CODEC = "default";
    static final String BEST_COMPRESSION = "best_compression";
    static final DataSource DEFAULT = new DataSource("es-7.10.2", DEFAULT_CODEC);

    private static final String LUCENE = "lucene-";

    DataSource {
        if (server(name).isEmpty() && !name.matches(LUCENE + "\\d+\\.\\d+\\.\\d+")) {
            throw new IllegalArgumentException(
                    "no source %s; expected one of %s, or %s and a version from 4.2.1 to 9.12.3"
                            .formatted(name, serverNames(), LUCENE));
        }
        if (!codec.matches("[a-z_]+")) {
            throw new IllegalArgumentException("no codec %s; expected one as index.codec has it".formatted(codec));
        }
    }

    /** The server; empty when segments are written by Lucene itself. */
    Optional<Distribution> server() {
        return server(name);
    }

    /** The version of the Lucene that is to write the segments. */
    String luceneVersion() {
        return name.substring(LUCENE.length());
    }

    private static Optional<Distribution> server(String name) {
        return Distributions.all().stream()
                .filter(server -> server.key().equals(name))
                .findFirst();
    }

    private static List<String> serverNames() {
        return Distributions.all().stream().map(Distribution::key).toList();
    }

    @Override
    public String toString() {
        return codec.equals(DEFAULT_CODEC) ? name : name + " (" + codec + ")";
    }
}
