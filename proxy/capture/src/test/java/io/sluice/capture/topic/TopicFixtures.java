package io.sluice.capture.topic;

import com.google.protobuf.ByteString;
import io.sluice.capture.wire.Compromised;
import io.sluice.capture.wire.Fragment;
import io.sluice.capture.wire.Goodbye;
import io.sluice.capture.wire.Heartbeat;
import io.sluice.capture.wire.Hello;
import io.sluice.capture.wire.Mark;
import io.sluice.capture.wire.Member;
import io.sluice.capture.wire.OpenExchange;
import io.sluice.capture.wire.Part;
import io.sluice.capture.wire.Record;
import io.sluice.capture.wire.RouteClass;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/** Writes records into a topic as proxies would, stamp by stamp. */
final class TopicFixtures {

    static final int PARTITIONS = 3;

    private final KafkaAccess access;
    private long stamp = Instant.parse("2026-11-29T10:00:00Z").getEpochSecond() * 1_000_000_000L;

    TopicFixtures(KafkaAccess access) {
        this.access = access;
    }

    /** One run of a proxy that says whatever it is told to. */
    record Proxy(UUID name, long incarnation, String admin) {
        Member member() {
            return Member.newBuilder()
                    .setProxy(bytes(name))
                    .setIncarnation(incarnation)
                    .setAdmin(admin)
                    .build();
        }
    }

    static Proxy proxy(int number, long incarnation) {
        return new Proxy(new UUID(number, 0), incarnation, "proxy-" + number + ":9299");
    }

    static ByteString bytes(UUID id) {
        ByteBuffer bytes = ByteBuffer.allocate(16);
        bytes.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
        return ByteString.copyFrom(bytes.flip());
    }

    long stamp() {
        return stamp;
    }

    void hello(Proxy proxy) throws Exception {
        everywhere(proxy, record -> record.setHello(Hello.newBuilder().setMember(proxy.member())));
    }

    void heartbeat(Proxy proxy, Proxy... others) throws Exception {
        Heartbeat.Builder heartbeat = Heartbeat.newBuilder().addRoster(proxy.member());
        for (Proxy other : others) {
            heartbeat.addRoster(other.member());
        }
        everywhere(proxy, record -> record.setHeartbeat(heartbeat));
    }

    void goodbye(Proxy proxy) throws Exception {
        everywhere(proxy, record -> record.setGoodbye(Goodbye.getDefaultInstance()));
    }

    void mark(Proxy proxy, String name) throws Exception {
        everywhere(
                proxy,
                record -> record.setMark(Mark.newBuilder()
                        .setName(name)
                        .putAllProperties(Map.of("snapshot", "s-1"))
                        .addOpen(OpenExchange.newBuilder()
                                .setConnection(1)
                                .setExchange(1)
                                .setBegan(stamp))));
    }

    void compromised(Proxy proxy, Compromised compromised) throws Exception {
        everywhere(proxy, record -> record.setCompromised(compromised));
    }

    /** A request and its answer, each in one fragment. */
    void exchange(Proxy proxy, long connection, int exchange, String body) throws Exception {
        byte[] key = ByteBuffer.allocate(16)
                .putLong(proxy.incarnation())
                .putLong(connection)
                .array();
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (Part part : List.of(Part.REQUEST, Part.ANSWER)) {
            Fragment.Builder fragment = Fragment.newBuilder()
                    .setConnection(connection)
                    .setExchange(exchange)
                    .setPart(part)
                    .setLast(true)
                    .setBody(ByteString.copyFromUtf8(body))
                    .setRoute(part == Part.REQUEST ? RouteClass.WRITE : RouteClass.ROUTE_CLASS_UNSPECIFIED);
            byte[] value = envelope(proxy).setFragment(fragment).build().toByteArray();
            records.add(new ProducerRecord<>(access.topic(), (int) (connection % PARTITIONS), key, value));
        }
        send(records);
    }

    private interface Kind {
        Record.Builder of(Record.Builder record);
    }

    private void everywhere(Proxy proxy, Kind kind) throws Exception {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            byte[] value = kind.of(envelope(proxy)).build().toByteArray();
            records.add(new ProducerRecord<>(access.topic(), partition, null, value));
        }
        send(records);
    }

    private Record.Builder envelope(Proxy proxy) {
        stamp += 1_000_000;
        return Record.newBuilder()
                .setVersion(1)
                .setProxy(bytes(proxy.name()))
                .setIncarnation(proxy.incarnation())
                .setStamp(stamp);
    }

    private void send(List<ProducerRecord<byte[], byte[]>> records) throws Exception {
        try (Producer<byte[], byte[]> producer = access.producer(1 << 20)) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            records.forEach(record -> sent.add(producer.send(record)));
            for (Future<RecordMetadata> one : sent) {
                one.get();
            }
        }
    }
}
