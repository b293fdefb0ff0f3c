package io.sluice.capture.topic;

import io.sluice.capture.file.CaptureFileReader;
import io.sluice.capture.file.CaptureFileRecord;
import io.sluice.capture.file.CaptureFileSums;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** Writes what a file holds into a topic: each record into the partition it had, in its order, with its time. */
public final class TopicImport {

    private TopicImport() {}

    /**
     * Reads a whole file and checks it.
     *
     * @throws IOException when it is damaged, was cut, or cannot be read
     */
    public static CaptureFileSums verify(CaptureFileReader file) throws IOException {
        while (file.next() != null) {
            // Only whether it can be read is of interest.
        }
        return file.sums();
    }

    /**
     * Writes a file's records, and returns when Kafka has acknowledged all of them.
     *
     * @param sums of the same file, from {@link #verify}
     * @throws IOException when the file cannot be read, or as a {@link TopicException}; what was written until then stays
     */
    public static void write(KafkaAccess access, CaptureFileReader file, CaptureFileSums sums, TopicProgress progress)
            throws IOException {
        AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        try (Producer<byte[], byte[]> producer = access.producer(sums.largest())) {
            long done = 0;
            for (CaptureFileRecord record = file.next(); record != null; record = file.next()) {
                send(access, producer, record, failure);
                requireNone(access, failure, done);
                progress.at(++done, sums.records());
            }
            producer.flush();
            requireNone(access, failure, done);
        } catch (KafkaException failed) {
            throw access.failed("write into topic " + access.topic(), failed);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the callback is told the same
    private static void send(
            KafkaAccess access,
            Producer<byte[], byte[]> producer,
            CaptureFileRecord record,
            AtomicReference<@Nullable Exception> failure) {
        producer.send(
                new ProducerRecord<>(
                        access.topic(), record.partition(), record.timestamp(), record.key(), record.value()),
                (metadata, failed) -> {
                    if (failed != null) {
                        failure.compareAndSet(null, failed);
                    }
                });
    }

    private static void requireNone(KafkaAccess access, AtomicReference<@Nullable Exception> failure, long done)
            throws TopicException {
        Exception failed = failure.get();
        if (failed != null) {
            throw access.failed("write into topic " + access.topic() + " (after about " + done + " records)", failed);
        }
    }
}
