package io.sluice.control;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.capture.file.CaptureFileException;
import io.sluice.capture.file.CaptureFileReader;
import io.sluice.capture.file.CaptureFileSums;
import io.sluice.capture.file.PartitionSpan;
import io.sluice.capture.topic.KafkaAccess;
import io.sluice.capture.topic.TopicException;
import io.sluice.capture.topic.TopicExport;
import io.sluice.capture.topic.TopicImport;
import io.sluice.capture.topic.TopicProgress;
import io.sluice.capture.topic.TopicShape;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Capture files on disk, for {@code capture export} and {@code capture import}. */
final class CaptureFiles {

    private static final int BUFFER = 1 << 16;

    private CaptureFiles() {}

    static void requireAbsent(Path target) throws CommandException {
        if (Files.exists(target)) {
            throw CommandException.wrongUsage(target + " exists. Name another file, or delete it.");
        }
    }

    /** Writes beside the target, and gives it its name once it is whole and on the disk. */
    static CaptureFileSums export(KafkaAccess access, TopicExport export, Path target, TopicProgress progress)
            throws IOException, CommandException {
        Path partial = target.resolveSibling(target.getFileName() + ".partial");
        try (FileChannel channel = FileChannel.open(
                        partial,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE);
                OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER)) {
            CaptureFileSums sums = export.write(access, new Unclosed(out), progress);
            out.flush();
            channel.force(true);
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
            return sums;
        } catch (TopicException failed) {
            throw failed;
        } catch (IOException failed) {
            throw CommandException.failed("cannot write " + partial + ": " + failed, failed);
        } finally {
            Files.deleteIfExists(partial);
        }
    }

    /** The channel must stay open until it was forced. */
    private static final class Unclosed extends java.io.FilterOutputStream {
        Unclosed(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            out.flush();
        }
    }

    private static CaptureFileReader open(Path file) throws IOException, CommandException {
        if (!Files.isRegularFile(file)) {
            throw CommandException.wrongUsage("There is no file " + file + ".");
        }
        return new CaptureFileReader(new BufferedInputStream(Files.newInputStream(file), BUFFER));
    }

    /** Reads the whole file before anything is written: half an import would be worse than none. */
    static CaptureFileSums verify(Path file, int partitions, TopicProgress progress)
            throws IOException, CommandException {
        try (CaptureFileReader reader = open(file)) {
            int found = reader.header().partitions();
            if (found != partitions) {
                throw CommandException.failed(
                        "%s has %d partitions, but capture.partitions is %d: records keep their partition. Set capture.partitions: %d."
                                .formatted(file, found, partitions, found),
                        null);
            }
            return TopicImport.verify(reader);
        } catch (CaptureFileException damaged) {
            throw CommandException.failed("cannot import " + file + ". " + damaged.getMessage(), damaged);
        }
    }

    static void requireFit(KafkaAccess access, TopicShape shape, int partitions) throws CommandException {
        if (shape.partitions() != partitions) {
            throw CommandException.failed(
                    "topic %s has %d partitions, but the file has %d: records keep their partition. Name another topic in capture.topic."
                            .formatted(access.topic(), shape.partitions(), partitions),
                    null);
        }
    }

    static void importInto(KafkaAccess access, Path file, CaptureFileSums sums, TopicProgress progress)
            throws IOException, CommandException {
        try (CaptureFileReader reader = open(file)) {
            TopicImport.write(access, reader, sums, progress);
        }
    }

    static ObjectNode document(CaptureFileSums sums) {
        ObjectNode document = JsonNodeFactory.instance
                .objectNode()
                .put("records", sums.records())
                .put("bytes", sums.bytes());
        ArrayNode partitions = document.putArray("partitions");
        for (PartitionSpan span : sums.spans()) {
            partitions.add(span.records());
        }
        return document;
    }
}
