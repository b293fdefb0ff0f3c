package io.sluice.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.control.console.Numbers;
import io.sluice.control.console.Output;
import io.sluice.foreign.Findings;
import io.sluice.foreign.ForeignCapture;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The file that {@code capture import} is given, as a capture file of ours: the file itself, or one that was made of an export of
 * the OpenSearch Migration Assistant's, which lies in a folder of its own and goes on {@link #close}.
 */
final class ImportedFile implements AutoCloseable {

    static final String FORMATS = "auto, sluice or migration-assistant";

    private static final String SLUICE = "sluice";
    private static final String FOREIGN = "migration-assistant";
    private static final int MOST_SHOWN = 10;

    private final Path capture;
    private final @Nullable Path folder;
    private final ForeignCapture.@Nullable Account account;

    private ImportedFile(Path capture, @Nullable Path folder, ForeignCapture.@Nullable Account account) {
        this.capture = capture;
        this.folder = folder;
        this.account = account;
    }

    /**
     * Reads a foreign file as a whole, or does nothing.
     *
     * @param format one of {@link #FORMATS}
     */
    static ImportedFile of(Path file, String format, int partitions, boolean keepCredentials)
            throws IOException, CommandException {
        if (!Files.isRegularFile(file)) {
            throw CommandException.wrongUsage("There is no file " + file + ".");
        }
        return switch (format) {
            case SLUICE -> new ImportedFile(file, null, null);
            case FOREIGN -> convert(file, partitions, keepCredentials);
            case "auto" ->
                ForeignCapture.isOne(start(file))
                        ? convert(file, partitions, keepCredentials)
                        : new ImportedFile(file, null, null);
            default -> throw CommandException.wrongUsage("--format must be " + FORMATS + ", not \"" + format + "\"");
        };
    }

    private static byte[] start(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(2);
        }
    }

    /** What is laid aside holds bodies, so it lies where only this user may look. */
    private static ImportedFile convert(Path file, int partitions, boolean keepCredentials)
            throws IOException, CommandException {
        Path folder = Files.createTempDirectory("sluice-import-");
        Path capture = folder.resolve("capture");
        try (InputStream in = Files.newInputStream(file)) {
            ForeignCapture.Account account = new ForeignCapture(partitions, keepCredentials, folder)
                    .convert(in, capture, Map.of("of", String.valueOf(file.getFileName())));
            ImportedFile made = new ImportedFile(capture, folder, account);
            if (account.exchanges() == 0) {
                made.close();
                throw CommandException.failed(
                        "%s holds no exchange of a Migration Assistant's export: %d lines, %d records. %s"
                                .formatted(
                                        file,
                                        account.lines(),
                                        account.records(),
                                        String.join(
                                                "; ", first(account.findings().named(), 1))),
                        null);
            }
            return made;
        } catch (IOException failed) {
            delete(folder);
            throw CommandException.failed(
                    "cannot make a capture file of " + file + " in " + folder + ": " + failed
                            + ". Room for twice the unpacked file is needed there.",
                    failed);
        }
    }

    Path capture() {
        return capture;
    }

    boolean isForeign() {
        return account != null;
    }

    /** Says what was read, and what of it could not be used. */
    void tell(Output output) {
        ForeignCapture.Account read = account;
        if (read == null) {
            return;
        }
        output.step("read %s exchanges on %s connections, seen by %s from %s to %s"
                .formatted(
                        Numbers.grouped(read.exchanges()),
                        Numbers.grouped(read.connections()),
                        read.proxies() == 1 ? "one proxy" : read.proxies() + " proxies",
                        read.from(),
                        read.to()));
        Findings findings = read.findings();
        for (Map.Entry<Findings.Kind, Long> found : new TreeMap<>(findings.counts()).entrySet()) {
            output.step(Numbers.grouped(found.getValue()) + " " + found.getKey().label());
        }
        first(findings.named(), MOST_SHOWN).forEach(output::warning);
    }

    private static List<String> first(List<String> all, int most) {
        return all.subList(0, Math.min(most, all.size()));
    }

    void describe(ObjectNode document) {
        ForeignCapture.Account read = account;
        document.put("format", read == null ? SLUICE : FOREIGN);
        if (read == null) {
            return;
        }
        ObjectNode foreign = document.putObject("foreign")
                .put("lines", read.lines())
                .put("records", read.records())
                .put("proxies", read.proxies())
                .put("connections", read.connections())
                .put("exchanges", read.exchanges())
                .put("from", String.valueOf(read.from()))
                .put("to", String.valueOf(read.to()));
        ObjectNode found = foreign.putObject("findings");
        new TreeMap<>(read.findings().counts()).forEach((kind, count) -> found.put(kind.label(), count));
        read.findings().named().forEach(foreign.putArray("named")::add);
    }

    /** What the command tells the shell when the import is over. */
    int exitCode() {
        return account != null && account.findings().hasLosses() ? ExitCode.DONE_WITH_DIFFERENCES : ExitCode.DONE;
    }

    @Override
    public void close() throws IOException {
        if (folder != null) {
            delete(folder);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
