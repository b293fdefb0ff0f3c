package io.sluice.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.capture.ConnectionRecorder;
import io.sluice.capture.ExchangeRecorder;
import io.sluice.capture.KafkaRecorder;
import io.sluice.capture.Recorder;
import io.sluice.capture.RecorderSettings;
import io.sluice.testkit.KafkaProcess;
import io.sluice.testkit.KafkaSetup;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A capture of writes in a Kafka of its own, recorded as a proxy records them. The recorder stays until it is closed: without its
 * heartbeats the end of the capture would never come.
 */
final class ReplayCapture implements AutoCloseable {

    static final String TOPIC = "capture";
    static final String INDEX = "books";

    private static final int CONNECTIONS = 64;
    private static final int DIFFERENT_DOCUMENTS = 2_000;
    private static final long JOURNAL_BYTES = 512L << 20;
    private static final long FULL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final KafkaProcess kafka;
    private final Recorder recorder;
    private final long sourceBytes;

    private ReplayCapture(KafkaProcess kafka, Recorder recorder, long sourceBytes) {
        this.kafka = kafka;
        this.recorder = recorder;
        this.sourceBytes = sourceBytes;
    }

    /**
     * Records so many documents, in requests of so many.
     *
     * @param folder for the recorder's journal
     */
    static ReplayCapture record(long documents, int perRequest, Path folder) throws IOException {
        KafkaProcess kafka = KafkaProcess.start(KafkaSetup.single());
        try {
            ProxyRig.createTopic(kafka, TOPIC);
            Recorder recorder = KafkaRecorder.open(RecorderSettings.of(
                            TOPIC,
                            ProxyRig.PARTITIONS,
                            Map.of("bootstrap.servers", kafka.address()),
                            folder.resolve("journal"))
                    .journalBytes(JOURNAL_BYTES)
                    .build());
            return new ReplayCapture(kafka, recorder, record(recorder, documents, perRequest));
        } catch (IOException | RuntimeException failed) {
            kafka.close();
            throw failed;
        }
    }

    private static long record(Recorder recorder, long documents, int perRequest) {
        List<ConnectionRecorder> connections = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            connections.add(recorder.connection("10.0.0.1:" + (40_000 + i)));
        }
        Texts texts = new Texts();
        long bytes = 0;
        for (long done = 0; done < documents; ) {
            List<Open> open = new ArrayList<>();
            for (ConnectionRecorder connection : connections) {
                int some = (int) Math.min(perRequest, documents - done);
                if (some > 0) {
                    open.add(request(connection, texts, done, some, perRequest > 1));
                    done += some;
                }
            }
            for (Open one : open) {
                one.answer();
                bytes += one.sourceBytes();
            }
        }
        connections.forEach(ConnectionRecorder::close);
        return bytes;
    }

    private record Open(ExchangeRecorder exchange, String head, String body, long sourceBytes) {
        void answer() {
            exchange.answer(bytes(head), bytes(body), true);
        }
    }

    private static Open request(ConnectionRecorder connection, Texts texts, long first, int count, boolean isBulk) {
        StringBuilder body = new StringBuilder();
        StringBuilder answers = new StringBuilder(isBulk ? "{\"took\":7,\"errors\":false,\"items\":[" : "");
        long sourceBytes = 0;
        for (long number = first; number < first + count; number++) {
            String document = texts.document(number);
            sourceBytes += document.length();
            if (isBulk) {
                body.append("{\"index\":{\"_index\":\"%s\",\"_id\":\"%s\"}}%n".formatted(INDEX, texts.id(number)));
                answers.append(number > first ? "," : "").append("{\"index\":");
            }
            body.append(document).append(isBulk ? "\n" : "");
            answers.append(texts.answer(number, isBulk)).append(isBulk ? "}" : "");
        }
        answers.append(isBulk ? "]}" : "");
        String line = isBulk ? "POST /_bulk" : "PUT /%s/_doc/%s".formatted(INDEX, texts.id(first));
        ExchangeRecorder exchange = connection.exchange(true, false);
        ByteBuffer content = bytes(body.toString());
        while (!exchange.request(bytes(texts.requestHead(line, content.remaining())), content, true)) {
            LockSupport.parkNanos(FULL_NANOS); // the journal is full until Kafka has taken more
            exchange = connection.exchange(true, false);
        }
        return new Open(exchange, texts.answerHead(isBulk, answers.length()), answers.toString(), sourceBytes);
    }

    /** What clients and source say. */
    private static final class Texts {
        private final String[] documents = new String[DIFFERENT_DOCUMENTS];

        Texts() {
            DocumentText text = new DocumentText(1);
            for (int i = 0; i < documents.length; i++) {
                documents[i] = text.next();
            }
        }

        String document(long number) {
            return documents[(int) (number % documents.length)];
        }

        String id(long number) {
            return "AXk2mX1Tq0pV" + Long.toString(60_466_176 + number * 7, 36);
        }

        String answer(long number, boolean withStatus) {
            return "{\"_index\":\"%s\",\"_type\":\"_doc\",\"_id\":\"%s\",\"_version\":1,\"result\":\"created\",\"_shards\":{\"total\":2,\"successful\":1,\"failed\":0},\"_seq_no\":%d,\"_primary_term\":1%s}"
                    .formatted(INDEX, id(number), number, withStatus ? ",\"status\":201" : "");
        }

        String requestHead(String line, int length) {
            return "%s HTTP/1.1\r\nHost: source:9200\r\nUser-Agent: client/1.0\r\nAuthorization: <redacted>\r\nAccept: application/json\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                    .formatted(line, length);
        }

        String answerHead(boolean isBulk, int length) {
            return "HTTP/1.1 %s\r\ncontent-type: application/json; charset=UTF-8\r\ncontent-length: %d\r\n\r\n"
                    .formatted(isBulk ? "200 OK" : "201 Created", length);
        }
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    String brokers() {
        return kafka.address();
    }

    long kafkaPid() {
        return kafka.pid();
    }

    /** Of all documents, without what stands around them. */
    long sourceBytes() {
        return sourceBytes;
    }

    @Override
    public void close() throws IOException {
        recorder.close();
        kafka.close();
    }
}
