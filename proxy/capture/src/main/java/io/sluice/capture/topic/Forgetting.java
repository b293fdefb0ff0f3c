package io.sluice.capture.topic;

import com.google.protobuf.ByteString;
import io.sluice.capture.read.RecordDecoder;
import io.sluice.capture.read.Run;
import io.sluice.capture.wire.Forgotten;
import io.sluice.capture.wire.Record;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;

/** Writes into every partition that a run of a proxy will not come back, in the name of a writer of its own. */
public final class Forgetting {

    private Forgetting() {}

    /**
     * Writes it, and returns when Kafka has acknowledged all of it. To do so again does no harm.
     *
     * @throws TopicException when some of it may not have been written
     */
    public static void write(KafkaAccess access, Run run, Instant now) throws TopicException {
        int partitions;
        try (TopicReading topic = TopicReading.open(access)) {
            partitions = topic.partitions();
        }
        try (Producer<byte[], byte[]> producer = access.producer(1 << 10)) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            byte[] value = record(run, now).toByteArray();
            for (int partition = 0; partition < partitions; partition++) {
                sent.add(producer.send(new ProducerRecord<>(access.topic(), partition, new byte[0], value)));
            }
            for (Future<RecordMetadata> one : sent) {
                one.get();
            }
        } catch (ExecutionException failed) {
            throw access.failed("write into topic " + access.topic(), KafkaAccess.causeOf(failed));
        } catch (KafkaException failed) {
            throw access.failed("write into topic " + access.topic(), failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new TopicException("Interrupted while writing into topic " + access.topic() + ". Do it again.");
        }
    }

    private static Record record(Run run, Instant now) {
        long nanos = Math.addExact(Math.multiplyExact(now.getEpochSecond(), 1_000_000_000L), now.getNano());
        return Record.newBuilder()
                .setVersion(RecordDecoder.VERSION)
                .setProxy(bytes(UUID.randomUUID()))
                .setIncarnation(nanos)
                .setStamp(nanos)
                .setForgotten(
                        Forgotten.newBuilder().setProxy(bytes(run.proxy())).setIncarnation(run.incarnation()))
                .build();
    }

    private static ByteString bytes(UUID id) {
        ByteBuffer bytes = ByteBuffer.allocate(2 * Long.BYTES);
        bytes.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
        return ByteString.copyFrom(bytes.flip());
    }
}
