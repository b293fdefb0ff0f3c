package io.sluice.foreign;

import io.sluice.capture.file.CaptureFileHeader;
import io.sluice.capture.file.CaptureFileWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The export of an OpenSearch Migration Assistant's Kafka, as {@code kafkaExport.sh} of its console writes it. */
public final class ForeignCapture {

    private static final long NANOS = 1_000_000_000L;

    /**
     * What was found.
     *
     * @param lines of the file
     * @param records that could be read
     * @param proxies that had seen the traffic
     * @param exchanges that began
     * @param from the time of the first, null if there is none
     */
    public record Account(
            long lines,
            long records,
            int proxies,
            long connections,
            long exchanges,
            @Nullable Instant from,
            @Nullable Instant to,
            Findings findings) {}

    private final int partitions;
    private final boolean keepCredentials;
    private final Path folder;

    /**
     * @param partitions over which connections are spread
     * @param keepCredentials whether values of headers that hold credentials are kept
     * @param folder for what is laid aside meanwhile, bodies included: nobody else may look into it
     */
    public ForeignCapture(int partitions, boolean keepCredentials, Path folder) {
        this.partitions = partitions;
        this.keepCredentials = keepCredentials;
        this.folder = folder;
    }

    /** Whether a file begins as an export does that nobody unpacked. */
    public static boolean isOne(byte[] start) {
        return ExportLines.isGzip(start);
    }

    /**
     * Makes a capture file of an export. What is wrong with the export is in the account, and fails nothing.
     *
     * @param target is made, or written over; without any exchange in the export it holds no record
     * @param properties of the capture file
     * @throws IOException when a file cannot be read or written
     */
    public Account convert(InputStream export, Path target, Map<String, String> properties) throws IOException {
        Findings findings = new Findings();
        SortedRuns runs = new SortedRuns(folder, partitions);
        Connections connections = new Connections(partitions, new Heads(keepCredentials), findings, runs);
        long lines = new ExportLines(findings, connections).read(export);
        connections.finish();
        write(target, properties, connections, runs);
        boolean any = connections.exchanges() > 0;
        return new Account(
                lines,
                connections.records(),
                connections.proxies().size(),
                connections.connections(),
                connections.exchanges(),
                any ? time(runs.first()) : null,
                any ? time(runs.last()) : null,
                findings);
    }

    private void write(Path target, Map<String, String> properties, Connections connections, SortedRuns runs)
            throws IOException {
        try (CaptureFileWriter file = new CaptureFileWriter(
                new BufferedOutputStream(Files.newOutputStream(target)),
                new CaptureFileHeader(partitions, properties))) {
            if (connections.exchanges() == 0) {
                file.finish();
                return;
            }
            TopicWriter topic = new TopicWriter(file, partitions, connections.proxies(), runs.first());
            runs.drainTo(topic);
            topic.finish();
        }
    }

    private static Instant time(long nanos) {
        return Instant.ofEpochSecond(nanos / NANOS, nanos % NANOS);
    }
}
